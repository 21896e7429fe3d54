"""The page of one's own reminders: the days ahead are those of the passes to come, and what one does without."""

from __future__ import annotations

from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
from counted import statements
from flask.testing import FlaskClient
from integration.evidence import standing
from integration.reminders.choosing_there import audited, entered, post, snoozed, text_of
from integration.reminders.passing import LEAD, TODAY, ask_id, ledger, move_deadline, name_a_lead, record

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.evidence.models import EvidenceExpiry
from tracker.frameworks.rules import StatusClass
from tracker.mail.letters import message_id_for
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import Topic
from tracker.reminders import choosing
from tracker.reminders.ahead import look_ahead, passes_between
from tracker.reminders.queries import digest_key
from tracker.reminders.rulebook import rulebook
from tracker.reminders.service import send_reminders

WENT_UP = "Not answered for weeks: it went up to the regional team"
Said = set[tuple[int, str, str, date]]


def lives(world: make.World, lead: int) -> None:
    """Dates that come and have passed, a review, evidence that expires, silence, a snooze, and a topic switched off."""
    viewer = Viewer(lead, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    make.person(Role.REGION, world.north_region)
    move_deadline(world.north_trust, "7.1", date(2020, 11, 20))
    record(world.north_trust, "6.1", StatusClass.DONE_CLAIMED)
    record(world.north_trust, "1.1", StatusClass.ON_COURSE, true_on=date(2020, 7, 31), review_on=date(2020, 12, 5))
    record(world.north_trust, "1.2", StatusClass.ON_COURSE, true_on=date(2020, 8, 20))
    with transaction():
        standing.expiring(lead, "XN1")
        session().execute(sa.update(EvidenceExpiry).values(expires_on=date(2020, 12, 12)))
        choosing.choose_topics(viewer, {Topic.ASSURED})
    snoozed(lead, date(2020, 11, 15), ref="7.1")
    for number in (3, 10, 17, 24, 31):
        on = date(2020, 9, 21) + timedelta(days=number)
        entered(lead, world.north_trust, ref="8.1", kind=f"after_{number}", due_on=on)


def passes(person_id: int, settings: Settings, days: int) -> dict[date, Said]:
    """What each pass of the days to come tells somebody."""
    found = {}
    for on, ahead_to in passes_between(TODAY, TODAY + timedelta(days=days), rulebook()):
        send_reminders(on, settings, ahead_to=ahead_to)
        digest = message_id_for(digest_key(person_id, on), settings.mail_from)
        entry = LedgerEntry
        rows = session().execute(
            sa.select(entry.ask_id, entry.topic, entry.kind, entry.deadline_on)
            .join(OutboxMessage, OutboxMessage.id == entry.message_id)
            .where(OutboxMessage.message_id == digest)
        )
        if said := {(ask_id, topic.value, kind, deadline_on) for ask_id, topic, kind, deadline_on in rows}:
            found[on] = said
        session().rollback()
    return found


def seen_ahead(person_id: int, days: int) -> dict[date, Said]:
    found, last = look_ahead(person_id, TODAY, first_on=TODAY), TODAY + timedelta(days=days)
    return {
        each.on: {(line.ask_id, line.topic.value, line.kind, line.deadline_on) for line in each.lines}
        for each in found
        if each.on <= last
    }


@pytest.mark.parametrize(("database_url", "days"), [("sqlite", 30), ("postgresql", 8)], indirect=["database_url"])
def test_the_days_ahead_say_what_a_pass_on_each_of_them_says(
    world: make.World, lead: int, settings: Settings, days: int
) -> None:
    """For so long that each topic comes and a snooze ends; a pass of another day takes half a second."""
    lives(world, lead)
    expected = seen_ahead(lead, days)
    assert passes(lead, settings, days) == expected
    assert not any(on.weekday() > 4 for on in expected)
    assert {entry.why for entry in ledger() if entry.kind == "after_45"} == {WENT_UP}, "it goes up, and not on"
    if days < 20:
        return
    topics = {topic for said in expected.values() for _, topic, _, _ in said}
    assert topics == {"deadline", "vacancy", "review", "evidence", "stale"}
    assert any(kind.startswith("woken_") for said in expected.values() for _, _, kind, _ in said)


def test_the_days_ahead_go_on_from_what_was_told(world: make.World, lead: int, settings: Settings) -> None:
    lives(world, lead)
    send_reminders(TODAY, settings)
    assert len(ledger()) > 2
    later = look_ahead(lead, TODAY, first_on=TODAY + timedelta(days=1))
    assert TODAY not in {each.on for each in later}
    assert {each.on: set(each.lines) for each in later} == {
        each.on: set(each.lines) for each in look_ahead(lead, TODAY, first_on=TODAY)
    }, "what was told today is not told again"


def test_the_page_says_day_by_day_what_comes(world: make.World, lead: int, client: FlaskClient) -> None:
    lives(world, lead)
    make.enter(client, LEAD)
    page = text_of(client, "/reminders")
    assert "The next 90 days, as things stand now. It changes when a date, a status or your roles change." in page
    assert "Monday 2 November 2020 Ask" in page
    assert "You meant to look at this again on 5 December 2020." in page
    assert "Friday 4 December 2020 Ask 1.1" in page, "what falls on a Saturday comes the working day before"
    assert "/calendars" not in client.get("/reminders").text or "calendars.index" in client.application.view_functions


def test_the_page_takes_as_many_statements_for_ten_organisations_as_for_one(
    world: make.World, lead: int, client: FlaskClient
) -> None:
    make.enter(client, LEAD)
    client.get("/reminders")
    with statements() as for_one:
        client.get("/reminders")
    for number in range(9):
        kind = make.OrganisationType.TRUST
        trust = make.organisation(f"XT{number}", f"Trust {number}", kind, region=world.north_region)
        make.also(lead, Role.LEAD, trust)
    with statements() as for_ten:
        assert "Trust 8" in client.get("/reminders").text
    assert len(for_ten) == len(for_one) <= 27


def test_a_board_member_is_told_that_nothing_comes(world: make.World, client: FlaskClient) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    assert "Nothing, as things stand now." in text_of(client, "/reminders")


def test_an_owner_sees_their_own_asks_alone(world: make.World, client: FlaskClient, lead: int) -> None:
    owner = make.person(Role.CONTRIBUTOR, world.north_trust)
    make.enter(client, f"contributor.{world.north_trust}@example.nhs.uk")
    assert look_ahead(owner, TODAY, first_on=TODAY) == []
    own(owner, world.north_trust, "2.2")
    refs = {line.ask_id for each in look_ahead(owner, TODAY, first_on=TODAY) for line in each.lines}
    assert len(refs) == 1


def own(person_id: int, organisation_id: int, ref: str) -> None:
    with transaction() as current:
        current.add(
            Appointment(
                organisation_id=organisation_id,
                person_id=person_id,
                role=AppointmentRole.ASK_OWNER,
                ask_id=ask_id(ref),
                job_title="Manager",
                starts_on=date(2020, 9, 1),
                recorded_at=clock.now(),
            )
        )


def test_what_may_be_switched_off_is_off_from_the_next_pass_and_on_again(
    world: make.World, lead: int, client: FlaskClient, settings: Settings
) -> None:
    name_a_lead(world.north_trust)
    make.enter(client, LEAD)
    on = [topic.value for topic in Topic if topic.may_be_switched_off and topic is not Topic.STALE]
    assert post(client, "/reminders", topics=on).status_code == 302
    later = date(2021, 1, 4)  # 120 quiet days after July are long over.
    send_reminders(later, settings)
    quiet = [entry for entry in ledger() if entry.topic is Topic.STALE]
    assert quiet
    assert {(entry.state.value, entry.why) for entry in quiet} == {("suppressed", "Switched off by the person")}
    assert [(each.before, each.after) for each in audited("reminder topics chosen")] == [
        ({"off": []}, {"off": ["stale"]})
    ]
    assert post(client, "/reminders", topics=[*on, "stale"]).status_code == 302
    assert audited("reminder topics chosen")[-1].after == {"off": []}
    assert post(client, "/reminders", topics=[*on, "stale"]).status_code == 302
    assert len(audited("reminder topics chosen")) == 2, "what does not change is not told"


def test_dates_cannot_be_switched_off_even_by_a_form_that_nobody_was_shown(
    world: make.World, lead: int, client: FlaskClient, settings: Settings
) -> None:
    make.enter(client, LEAD)
    page = text_of(client, "/reminders")
    assert "A date that comes or has passed: boards and regional teams rely on it that somebody was told." in page
    refused = post(client, "/reminders", topics=["deadline"])
    assert refused.status_code == 200
    assert "Remind me when: choose one of the answers that are offered" in refused.text
    assert "What is ticked did not arrive" in post(client, "/reminders").text
    assert post(client, "/reminders", topics="").status_code == 302, "nothing ticked switches off what may be"
    viewer = Viewer(lead, "", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    with transaction():
        assert choosing.choose_topics(viewer, set(Topic)) is False
    send_reminders(TODAY, settings)
    assert {entry.state.value for entry in ledger() if entry.topic is Topic.DEADLINE} == {"told"}


def test_the_account_leads_to_the_page(world: make.World, lead: int, client: FlaskClient) -> None:
    make.enter(client, LEAD)
    assert 'href="/reminders"' in client.get("/account").text
