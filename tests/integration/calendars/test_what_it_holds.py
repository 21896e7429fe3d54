"""What a calendar holds: deadlines that move, reviews, evidence, returns; the same data is the same file."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import icalendar
import make
import pytest
import sqlalchemy as sa
import tell
from conftest import NOON
from counted import statements
from flask.testing import FlaskClient
from integration.calendars.reading import days, entries, made_by, parsed, read
from integration.evidence import standing
from integration.evidence.bringing import new_key
from integration.returns import returning

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session, transaction
from tracker.evidence import service as evidence
from tracker.evidence.models import EvidenceExpiry
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import EvidenceKind
from tracker.frameworks.models import AskContent
from tracker.frameworks.rules import OrganisationType
from tracker.organisations.models import OrganisationName
from tracker.progress import kept

ASK, ITEM = "XN1/8ua-2020/2.2", "XN1/8ua-2020/2.2/deadline"
TARGET = date(2021, 3, 1)


@pytest.fixture
def path(client: FlaskClient, world: make.World) -> str:
    """The calendar of XN1."""
    return made_by(client, Role.LEAD, world.north_trust, "organisation", "XN1")


def deadlines(client: FlaskClient, path: str) -> dict[str, date]:
    return days(entries(client, path))


def an_open_one(client: FlaskClient, path: str) -> tuple[str, str, date]:
    """An ask of XN1 with a national date: its name in the calendar, its number and its day."""
    name, on = next(iter(sorted(deadlines(client, path).items())))
    return name, name.split("/")[2], on


def test_each_open_ask_that_applies_has_its_national_date(client: FlaskClient, path: str) -> None:
    found = entries(client, path)
    assert len(days(found)) > 5
    assert set(days(found)) == set(found)
    for entry in found.values():
        assert entry["TRANSP"] == "TRANSPARENT"
        assert entry["SEQUENCE"] == 0
        assert str(entry["SUMMARY"]).endswith("– Dales Hospitals NHS Trust")
        assert "National date: " in entry["DESCRIPTION"]
        assert "Where it stands: No update." in entry["DESCRIPTION"]
        assert str(entry["URL"]) in entry["DESCRIPTION"]
        assert not entry.walk("VALARM")


def test_each_entry_leads_to_the_page_of_its_ask(client: FlaskClient, path: str) -> None:
    for entry in entries(client, path).values():
        assert client.get(str(entry["URL"]).removeprefix("http://127.0.0.1:5000")).status_code == 200


def test_a_date_that_is_known_to_the_month_stands_on_its_last_day_and_says_so(client: FlaskClient, path: str) -> None:
    found = [entry for entry in entries(client, path).values() if "by the end of" in entry["DESCRIPTION"]]
    assert found
    for entry in found:
        on = entry["DTSTART"].dt
        assert (on + timedelta(days=1)).day == 1
        assert f"National date: by the end of {on:%B %Y}." in entry["DESCRIPTION"]


def test_a_target_moves_the_entry_under_the_same_name_with_a_higher_sequence(
    client: FlaskClient, path: str, region: Viewer
) -> None:
    name, ref, national_on = an_open_one(client, path)
    seen = [(national_on, 0, entries(client, path)[name]["DTSTAMP"].dt)]
    for number, target in enumerate((TARGET, TARGET + timedelta(days=30), None), 1):
        with clock.frozen(NOON + timedelta(minutes=number)):
            tell.agree(region, ref, target)
        entry = entries(client, path)[name]
        seen.append((entry["DTSTART"].dt, entry["SEQUENCE"], entry["DTSTAMP"].dt))
        assert ("Agreed target: " in entry["DESCRIPTION"]) is (target is not None)
        assert "National date: " in entry["DESCRIPTION"]
    assert [on for on, _, _ in seen] == [national_on, TARGET, TARGET + timedelta(days=30), national_on]
    assert [sequence for _, sequence, _ in seen] == [0, 1, 2, 3]
    assert [at for _, _, at in seen] == sorted({at for _, _, at in seen})


def test_what_was_said_of_it_changes_the_words_and_not_the_sequence(
    client: FlaskClient, path: str, lead: Viewer
) -> None:
    name, ref, _ = an_open_one(client, path)
    with clock.frozen(NOON + timedelta(minutes=1)):
        tell.say(lead, ref, "not_started", narrative="Dr Whitcombe is away.")
    entry = entries(client, path)[name]
    assert "Where it stands: Not started, said on 2 November 2020." in entry["DESCRIPTION"]
    assert "Whitcombe" not in entry.to_ical().decode()
    assert (entry["SEQUENCE"], entry["DTSTAMP"].dt) == (0, NOON + timedelta(minutes=1))


def test_what_is_overdue_without_a_plan_is_called_on_track_nowhere(
    client: FlaskClient, path: str, lead: Viewer
) -> None:
    name, ref, on = an_open_one(client, path)
    assert on < clock.today()
    with clock.frozen(datetime(2020, 9, 1, 12, tzinfo=NOON.tzinfo)):
        tell.say(lead, ref, "on_track")
    entry = entries(client, path)[name]
    assert "On track" in entry["DESCRIPTION"]
    with clock.frozen(NOON + timedelta(days=180)):
        later = entries(client, path)[name]
    assert "On track" not in later["DESCRIPTION"]
    assert later["DTSTAMP"].dt > entry["DTSTAMP"].dt


@pytest.mark.parametrize("status", ["complete_claimed", "not_applicable"])
def test_what_is_done_or_does_not_apply_leaves(client: FlaskClient, path: str, lead: Viewer, status: str) -> None:
    name, ref, _ = an_open_one(client, path)
    before = set(entries(client, path))
    tell.say(lead, ref, status, evidence_url="https://example.nhs.uk/plan", reason="It is not ours")
    assert set(entries(client, path)) == before - {name}


def test_a_review_stands_until_something_was_said_on_its_day_and_moves_with_a_new_one(
    client: FlaskClient, path: str, lead: Viewer
) -> None:
    name = f"{ASK}/review"
    tell.say(lead, "2.2", "not_started", review_on=date(2020, 12, 1))
    first = entries(client, path)[name]
    assert (first["DTSTART"].dt, str(first["SUMMARY"])[:10]) == (date(2020, 12, 1), "Review 2.2")
    with clock.frozen(NOON + timedelta(minutes=1)):
        tell.say(lead, "2.2", "not_started", review_on=date(2021, 1, 5))
    moved = entries(client, path)[name]
    assert moved["DTSTART"].dt == date(2021, 1, 5)
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    with clock.frozen(NOON + timedelta(days=64)):
        tell.confirm(lead, "2.2")
        assert name not in entries(client, path)


def test_evidence_that_expires_is_one_entry_for_all_its_asks_and_says_no_title(
    client: FlaskClient, path: str, lead: Viewer
) -> None:
    asks = {standing.ask_id(ref): f"8ua-2020/{ref}" for ref in ("2.2", "6.1")}
    said = NewVersion(EvidenceKind.NOTE, "Letter of Dr Whitcombe", clock.today(), note="x", expires_on=date(2021, 2, 1))
    with transaction():
        actor = standing._actor(lead.person_id, "XN1")
        evidence_id = evidence.add(actor, said, None, asks, new_key())
    name = f"XN1/{evidence_id}/evidence"
    first = entries(client, path)[name]
    assert first["DTSTART"].dt == date(2021, 2, 1)
    assert str(first["SUMMARY"]) == "Evidence for 2.2 and 6.1 expires – Dales Hospitals NHS Trust"
    assert "Whitcombe" not in first.to_ical().decode()
    assert client.get(str(first["URL"]).removeprefix("http://127.0.0.1:5000")).status_code == 200
    known = sa.select(EvidenceExpiry).where(EvidenceExpiry.superseded_at.is_(None))
    held = session().scalars(known).one()
    held.superseded_at = clock.now()
    session().flush()
    later = clock.now() + timedelta(minutes=1)
    session().add(EvidenceExpiry(evidence_id=evidence_id, expires_on=date(2021, 6, 1), recorded_at=later))
    session().commit()
    moved = entries(client, path)[name]
    assert (moved["DTSTART"].dt, moved["SEQUENCE"]) == (date(2021, 6, 1), first["SEQUENCE"] + 1)
    assert moved["DTSTAMP"].dt == later


def test_the_next_board_return_is_in_it(client: FlaskClient, path: str, world: make.World) -> None:
    lead = Viewer(make.person(Role.LEAD, world.north_trust), "", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    with transaction():
        returning.story(lead, lead, "cadence", "XN1")
    found = days(entries(client, path), "return")
    ((name, on),) = found.items()
    assert name == f"XN1/{on.isoformat()}/return"


def test_what_is_further_than_a_year_back_or_two_years_ahead_is_left_out(
    client: FlaskClient, path: str, region: Viewer
) -> None:
    name, ref, _ = an_open_one(client, path)
    for target, is_in in ((date(2022, 11, 2), True), (date(2022, 11, 3), False)):
        tell.agree(region, ref, target)
        assert (name in entries(client, path)) is is_in
    assert date(2019, 11, 2) not in deadlines(client, path).values()


def test_the_same_data_is_the_same_file_at_any_time_of_the_day_and_is_not_sent_again(
    client: FlaskClient, path: str, region: Viewer
) -> None:
    first = read(client, path)
    mark = first.headers["ETag"]
    with clock.frozen(NOON + timedelta(hours=9)):
        again = read(client, path)
        unchanged = read(client, path, **{"If-None-Match": mark})
    assert again.data == first.data
    assert (unchanged.status_code, unchanged.data, unchanged.headers["ETag"]) == (304, b"", mark)
    assert unchanged.headers["Cache-Control"] == "private, max-age=3600"
    tell.agree(region, an_open_one(client, path)[1], TARGET)
    changed = read(client, path, **{"If-None-Match": mark})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != mark


def test_a_calendar_says_what_it_is_called_and_how_often_to_look_again(client: FlaskClient, path: str) -> None:
    content = read(client, path).data
    calendar = icalendar.Calendar.from_ical(content)
    assert (str(calendar["NAME"]), str(calendar["X-WR-CALNAME"])) == ("Dales Hospitals NHS Trust",) * 2
    assert b"REFRESH-INTERVAL;VALUE=DURATION:PT6H\r\n" in content
    assert b"X-PUBLISHED-TTL:PT6H\r\n" in content
    assert calendar["VERSION"] == "2.0"
    assert "METHOD" not in calendar


def test_a_calendar_with_nothing_in_it_can_be_read(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.CONTRIBUTOR, world.north_trust, "mine")
    content = read(client, path).data
    assert parsed(content) == {}
    assert len(icalendar.Calendar.from_ical(content).walk("VTIMEZONE")) == 1


HOSTILE = 'Dales; "Hospitals", \\n\\;BEGIN:VEVENT\r\nEND:VCALENDAR\u2028ATTACH:x\x07 \U0001f3e5 ' + "é" * 90


def test_hostile_names_and_wordings_stay_text_in_their_place(client: FlaskClient, path: str, world: make.World) -> None:
    before = set(entries(client, path))
    session().execute(
        sa.update(OrganisationName)
        .where(OrganisationName.organisation_id == world.north_trust)
        .values(display_name=HOSTILE)
    )
    session().execute(sa.update(AskContent).values(wording=HOSTILE))
    session().commit()
    found = entries(client, path)
    assert set(found) == before
    shown = (
        'Dales; "Hospitals", \\n\\;BEGIN:VEVENT END:VCALENDAR ATTACH:x\N{REPLACEMENT CHARACTER} \U0001f3e5 ' + "é" * 90
    )
    for entry in found.values():
        assert str(entry["SUMMARY"]).endswith(shown)
    # Neither parser knows what a calendar is called to be text, so these are read as they are written.
    unfolded = read(client, path).text.replace("\r\n ", "")
    escaped = shown.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    assert f"\r\nNAME:{escaped}\r\n" in unfolded
    assert f"\r\nX-WR-CALNAME:{escaped}\r\n" in unfolded


def test_the_statements_of_a_region_do_not_grow_with_its_organisations(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.REGION, world.north_region, "YN1")
    for _ in range(2):
        read(client, path)
    with statements() as few:
        first = read(client, path)
    for number in range(12):
        make.organisation(f"XT{number:02}", f"Trust {number}", OrganisationType.TRUST, region=world.north_region)
    session().commit()
    with statements() as many:
        second = read(client, path)
    assert len(second.data) > 2 * len(first.data)
    assert len(many) == len(few) <= 20


def test_a_region_reads_the_same_from_what_is_kept_of_today(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    path = made_by(client, Role.REGION, world.north_region, "YN1")
    tell.agree(region, "7.1", TARGET)
    tell.say(lead, "2.2", "not_started", review_on=date(2020, 12, 1))
    with transaction():
        standing.expiring(lead.person_id, "XN1")
        returning.story(lead, lead, "cadence", "XN1")
    from_facts = read(client, path)
    with transaction():
        kept.keep()
    from_kept = read(client, path)
    assert len(entries(client, path)) > 10
    assert from_kept.data == from_facts.data
