"""From which day a series counts, and whom it reaches where several answer for what it is about."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import make
from integration.reminders.passing import TODAY, ask_id, ledger, record

from tracker import clock
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.evidence.models import Evidence, EvidenceExpiry, EvidenceUse
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.mail.topics import ReminderState, Topic
from tracker.reminders.pass_day import pass_day
from tracker.reminders.selecting import due_by_date
from tracker.reminders.selecting_besides import due_besides
from tracker.reminders.service import decide


def test_an_organisation_is_quiet_from_the_day_on_which_it_opened(world: make.World, lead: int) -> None:
    new = make.organisation("XN9", "New Trust", OrganisationType.TRUST, region=world.north_region, opened_on=TODAY)
    session().commit()
    make.person(Role.LEAD, new, email="lead@xn9.example.test")

    def quiet_on(on: date) -> set[int]:
        return {each.organisation_id for each in due_by_date(pass_day(on)) if each.topic is Topic.STALE}

    assert quiet_on(TODAY + timedelta(days=119)) == {world.north_trust}
    assert quiet_on(TODAY + timedelta(days=120)) == {world.north_trust, new}


def test_evidence_is_spoken_of_to_each_of_the_first_ask_that_they_answer_for(world: make.World, lead: int) -> None:
    owner = make.person(Role.CONTRIBUTOR, world.north_trust, email="owner@xn1.example.test")
    with transaction() as current:
        post = {"organisation_id": world.north_trust, "person_id": owner, "role": AppointmentRole.ASK_OWNER}
        post |= {"ask_id": ask_id("2.3"), "job_title": "", "starts_on": TODAY, "recorded_at": clock.now()}
        current.add(Appointment(**post))
        piece = Evidence(organisation_id=world.north_trust, url="https://board.example/1", true_on=TODAY)
        piece.recorded_at = clock.now()
        current.add(piece)
        current.flush()
        until = TODAY + timedelta(days=6)
        current.add(EvidenceExpiry(evidence_id=piece.id, expires_on=until, recorded_at=clock.now()))
        for ref in ("2.2", "2.3"):
            use = EvidenceUse(evidence_id=piece.id, organisation_id=world.north_trust, ask_id=ask_id(ref))
            use.starts_on, use.recorded_at = TODAY, clock.now()
            current.add(use)
    told = {each.person_id: each.ask_id for each in due_besides(pass_day(TODAY)) if each.topic is Topic.EVIDENCE}
    assert told == {lead: ask_id("2.2"), owner: ask_id("2.3")}


def test_a_word_of_another_organisation_answers_nothing(world: make.World, lead: int, settings: Settings) -> None:
    make.person(Role.REGION, world.north_region, email="team@yn1.example.test")
    for number in range(8):
        on = date(2020, 11, 5) + timedelta(weeks=number)
        with clock.frozen(datetime(on.year, on.month, on.day, 9, tzinfo=UTC)):
            record(world.south_trust, "6.1", StatusClass.AT_RISK, true_on=on, days_ago=0)
            decide(on, settings)
    states = [each.state for each in ledger() if (each.person_id, each.ask_id) == (lead, ask_id("6.1"))]
    assert states[-1] is ReminderState.GONE_UP
    assert states.count(ReminderState.GONE_UP) == 1
