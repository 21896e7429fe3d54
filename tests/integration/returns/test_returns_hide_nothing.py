"""What a check warns of and its board is told: what came since the day of a return, what nothing stands behind, and
what was set aside after its date.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

import make
import pytest
import sqlalchemy as sa
import tell
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.returns.returning import (
    CHANGE,
    CHECK,
    DECIDE,
    ONE,
    begin,
    change,
    decide,
    hand_over,
    main_of,
    state_of,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.db import database, session
from tracker.evidence.models import EvidenceUse

LINK = "https://board.example.nhs.uk/paper"


def at(*parts: int) -> datetime:
    return datetime(*parts, 9, tzinfo=UTC)  # type: ignore[arg-type]


def checked(client: FlaskClient) -> str:
    return main_of(client.get(CHECK))


@pytest.mark.parametrize(
    ("as_at", "sentence"),
    [
        (date(2020, 10, 31), "2 asks have become overdue since 31 October 2020: 2.2 and 2.3."),
        # On the day after their date they were overdue already, and the rows say so.
        (date(2020, 11, 1), ""),
        (date(2020, 11, 2), ""),
    ],
)
def test_what_became_overdue_since_the_day_of_a_return_is_named_to_its_lead_and_to_the_board(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, as_at: date, sentence: str
) -> None:
    begin(lead, as_at=as_at)
    page = checked(robin)
    assert ("become overdue since" in page) is bool(sentence)
    assert sentence in page
    if sentence:
        assert f'{sentence} The board will be told so. <a class="nhsuk-link" href="{CHANGE}">Change the day' in text_of(
            robin.get(CHECK)
        )
    hand_over(lead, 1)
    for path in (ONE, DECIDE):
        told = main_of(ruth.get(path))
        assert told.count("2 asks became overdue after the day that it tells of: 2.2 and 2.3") == 2 * bool(sentence)


def test_the_board_is_told_of_what_came_after_the_return_was_submitted_until_it_has_decided(
    enter, lead: Viewer, board: Viewer
) -> None:
    tell.say(lead, "1.3", "on_track")
    with clock.frozen(at(2020, 10, 30)):
        # As things were submitted nothing was to be told.
        hand_over(lead, begin(lead))
    with clock.frozen(at(2020, 12, 1)):
        tell.say(lead, "1.3", "off_track", reason="The analyst left", recovery_on=date(2021, 3, 1))
        ruth = enter(Role.BOARD)
        for path in (ONE, DECIDE):
            page = main_of(ruth.get(path))
            assert "As things stand today" in page
            assert "2 asks became overdue after the day that it tells of: 2.2 and 2.3" in page
        decide(board, 1)
        assert "As things stand today" not in main_of(ruth.get(ONE))


@pytest.mark.parametrize(("said_on", "is_told"), [(date(2020, 10, 30), False), (date(2020, 10, 31), True)])
def test_a_status_that_grew_worse_after_the_day_of_a_return_is_named(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, said_on: date, is_told: bool
) -> None:
    with clock.frozen(at(2020, 10, 1)):
        tell.say(lead, "1.3", "on_track")
        tell.say(lead, "1.4", "at_risk", reason="Why")
    with clock.frozen(at(said_on.year, said_on.month, said_on.day)):
        tell.say(lead, "1.3", "off_track", reason="The analyst left", recovery_on=date(2021, 3, 1))
        tell.say(lead, "1.4", "on_track")
    begin(lead, as_at=date(2020, 10, 30))
    sentence = "1 ask has a worse status than on 30 October 2020: 1.3. The board will be told so."
    assert (sentence in checked(robin)) is is_told
    hand_over(lead, 1)
    assert ("1 ask had a worse status after the day that it tells of: 1.3" in main_of(ruth.get(DECIDE))) is is_told


def test_a_first_status_that_is_bad_news_is_worse_than_none_and_what_time_alone_did_is_overdue(
    robin: FlaskClient, lead: Viewer
) -> None:
    with clock.frozen(at(2020, 10, 31)):
        tell.say(lead, "2.2", "on_track", recovery_on=None)
    tell.say(lead, "1.4", "at_risk", reason="Why")
    begin(lead, as_at=date(2020, 10, 31))
    page = checked(robin)
    assert "1 ask has a worse status than on 31 October 2020: 1.4." in page
    assert "2 asks have become overdue since 31 October 2020: 2.2 and 2.3." in page


def evidence_until(ends_on: date | None) -> None:
    session().rollback()
    session().execute(sa.update(EvidenceUse).values(starts_on=date(2020, 9, 1), ends_on=ends_on))
    session().commit()


def test_what_is_assured_with_no_evidence_behind_it_warns_and_the_board_is_told(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, region: Viewer
) -> None:
    tell.say(lead, "2.3", "complete_claimed", evidence_url=LINK, backdating_reason="Why")
    tell.decide(region, "2.3", is_assured=True)
    begin(lead)
    sentence = "is assured as complete, but there is no evidence for it that still counts."
    assert sentence not in checked(robin)
    evidence_until(date(2020, 11, 2))
    assert sentence not in checked(robin)
    evidence_until(date(2020, 11, 1))
    page = text_of(robin.get(CHECK))
    assert sentence in page
    assert 'href="/organisations/XN1/evidence/add?ask=8ua-2020/2.3"' in page
    hand_over(lead, 1)
    assert "Assured as complete, with no evidence for it that still counts: 2.3" in main_of(ruth.get(DECIDE))
    assert state_of()[0] == "submitted"


def test_evidence_that_ended_since_the_day_of_a_return_is_missed_today(
    robin: FlaskClient, lead: Viewer, region: Viewer
) -> None:
    with clock.frozen(at(2020, 10, 20)):
        tell.say(lead, "2.3", "complete_claimed", evidence_url=LINK, backdating_reason="Why")
        tell.decide(region, "2.3", is_assured=True)
    evidence_until(date(2020, 11, 1))
    begin(lead, as_at=date(2020, 10, 31))
    page = checked(robin)
    assert page.count("is assured as complete, but there is no evidence") == 1
    assert "Today, ask 2.3 (" in page


@pytest.fixture
def leads_until(world: make.World, lead: Viewer):
    """Somebody is the executive lead of XN1 from September to a day."""

    def until(ends_on: date | None) -> None:
        session().rollback()
        if session().scalar(sa.select(sa.func.count()).select_from(Appointment)):
            session().execute(sa.update(Appointment).values(ends_on=ends_on))
            session().commit()
            return
        made = Appointment(
            organisation_id=world.north_trust,
            person_id=lead.person_id,
            role=AppointmentRole.EXECUTIVE_LEAD,
            job_title="Chief Nurse",
            starts_on=date(2020, 9, 1),
            ends_on=ends_on,
            recorded_at=clock.now(),
        )
        session().add(made)
        session().commit()

    return until


@pytest.mark.parametrize("is_assured", [False, True])
def test_the_named_lead_is_the_evidence_of_the_ask_that_records_one_while_in_post(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, region: Viewer, leads_until, is_assured: bool
) -> None:
    leads_until(None)
    tell.say(lead, "6.1", "complete_claimed", backdating_reason="Why")
    if is_assured:
        tell.decide(region, "6.1", is_assured=True)
    begin(lead)
    vacant, blocking = "is said to be complete, but nobody is in post.", "To mend before it can be submitted"
    for last_day in (None, date(2020, 11, 2)):
        leads_until(last_day)
        page = checked(robin)
        assert vacant not in page
        assert "there is no evidence for it" not in page
    leads_until(date(2020, 11, 1))
    page = text_of(robin.get(CHECK))
    assert vacant in page
    assert 'href="/organisations/XN1/8ua-2020/6.1">See ask 6.1' in page
    assert (blocking in page) is not is_assured, "A claim needs evidence, and its lead was that."
    if is_assured:
        hand_over(lead, 1)
        assert "Said to be complete, with nobody in post: 6.1" in main_of(ruth.get(DECIDE))


@pytest.mark.parametrize(("set_aside_on", "is_told"), [(at(2020, 10, 31), False), (at(2020, 11, 1), True)])
def test_what_became_not_applicable_after_its_date_is_named(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer, set_aside_on: datetime, is_told: bool
) -> None:
    with clock.frozen(at(2020, 10, 1)):
        tell.say(lead, "2.2", "at_risk", reason="Why")
    with clock.frozen(set_aside_on):
        tell.say(lead, "2.2", "not_applicable", reason="Out of scope")
    tell.say(lead, "1.3", "not_applicable", reason="It has no date")
    begin(lead)
    page = checked(robin)
    assert ("became not applicable after its date (31 October 2020)." in page) is is_told
    assert page.count("became not applicable") == is_told
    hand_over(lead, 1)
    assert ("Became not applicable after its date: 2.2" in main_of(ruth.get(DECIDE))) is is_told


def test_a_return_of_an_earlier_day_does_not_hide_what_was_set_aside_since(robin: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "not_applicable", reason="Out of scope")
    begin(lead, as_at=date(2020, 10, 31))
    page = checked(robin)
    assert page.count("became not applicable after its date (31 October 2020).") == 1
    assert "Today, ask 2.2 (" in page
    assert "1 ask has become overdue since 31 October 2020: 2.3." in page
    change(lead, 1)
    page = checked(robin)
    assert page.count("became not applicable after its date (31 October 2020).") == 1
    assert "Today, ask" not in page


def test_a_correction_counts_where_the_entry_stood_that_it_corrects(robin: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(2020, 11, 1)):
        tell.say(lead, "2.2", "at_risk", reason="Why")
        entry_id = newest_entry()
        tell.say(lead, "2.2", "not_applicable", reason="Out of scope")
    tell.correct(lead, "2.2", entry_id, "off_track", reason="Worse", recovery_on=date(2021, 1, 1))
    begin(lead)
    assert checked(robin).count("became not applicable after its date (31 October 2020).") == 1


def newest_entry() -> int:
    session().rollback()
    return session().scalar(sa.text("SELECT max(id) FROM progress_entry")) or 0


def test_what_came_since_costs_the_same_however_much_it_is(robin: FlaskClient, ruth: FlaskClient, lead: Viewer) -> None:
    def cost(client: FlaskClient, path: str) -> int:
        client.get(path)
        with statements_of(database.engine) as statements:
            assert client.get(path).status_code == 200
        return len(statements)

    def costs() -> list[int]:
        return [cost(robin, CHECK.replace("/1/", "/2/")), cost(ruth, DECIDE)]

    hand_over(lead, begin(lead, as_at=date(2020, 10, 31)))
    begin(lead, as_at=date(2020, 10, 31))
    few = costs()
    for ref in ("1.3", "1.4", "3.1", "7.1", "8.1"):
        tell.say(lead, ref, "off_track", reason="Why", recovery_on=date(2021, 3, 1))
    for ref in ("2.2", "2.3", "6.1"):
        tell.say(lead, ref, "not_applicable", reason="Why")
    assert costs() == few
