"""An organisation that nobody answers for: its regional team is told, once."""

from __future__ import annotations

from datetime import date
from typing import Any

import make
import pytest
import sqlalchemy as sa
from counted import statements
from integration.reminders.passing import LEAD, TODAY, ask_id, ledger, record
from smtp_server import MailServer

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import Topic
from tracker.progress.queries import standings_of
from tracker.reminders.nobody_there import nobody_answers
from tracker.reminders.pass_day import pass_day
from tracker.reminders.service import preview, send_reminders

TEAM = "team@yn1.example.test"
BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def team(world: make.World) -> int:
    return make.person(Role.REGION, world.north_region, email=TEAM)


def about(organisation_id: int) -> list[LedgerEntry]:
    return [each for each in ledger() if each.organisation_id == organisation_id and each.topic is Topic.UNANSWERED]


def _sets(column: Any, value: object, person_id: int) -> None:
    with transaction() as current:
        changed = sa.update(column.class_).where(column.class_.person_id == person_id).values({column.key: value})
        current.execute(changed.execution_options(synchronize_session=False))


@BOTH
def test_the_team_is_told_once_of_the_earliest_date_that_has_passed(
    world: make.World, team: int, settings: Settings, server: MailServer
) -> None:
    for day in (2, 3, 10, 30):
        send_reminders(date(2020, 11, day), settings)
    (entry,) = about(world.north_trust)
    assert (entry.person_id, entry.kind, entry.due_on) == (team, "unanswered_nobody_2020-11-02", TODAY)
    assert entry.deadline_on == date(2020, 9, 21)
    (mail,) = server.to(TEAM)
    assert "without an answer" in mail.subject
    assert "yours to raise" in mail.text
    assert "42 days overdue. Nobody there is reminded of it: invite somebody who leads" in mail.text
    assert about(world.south_trust) == [], "it has no team"


@BOTH
@pytest.mark.parametrize("how", ["role", "account"])
def test_it_is_told_again_where_somebody_answered_in_between(
    how: str, world: make.World, team: int, settings: Settings, server: MailServer
) -> None:
    send_reminders(TODAY, settings)
    lead = make.person(Role.LEAD, world.north_trust, email=LEAD)
    _sets(Membership.granted_at, clock.now(), lead)
    send_reminders(date(2020, 11, 3), settings)
    if how == "role":
        _sets(Membership.ended_at, clock.now(), lead)
    else:
        _sets(Account.is_active, False, lead)
    send_reminders(date(2020, 11, 4), settings)
    send_reminders(date(2020, 11, 5), settings)
    assert [each.kind for each in about(world.north_trust)] == [
        "unanswered_nobody_2020-11-02",
        "unanswered_nobody_2020-11-04",
    ]


def test_who_owns_one_ask_hides_no_other(world: make.World, team: int, settings: Settings) -> None:
    owner = make.person(Role.CONTRIBUTOR, world.north_trust, email="owner@xn1.example.test")
    with transaction() as current:
        post = {"organisation_id": world.north_trust, "person_id": owner, "role": AppointmentRole.ASK_OWNER}
        post |= {"ask_id": ask_id("6.1"), "job_title": "", "starts_on": TODAY, "recorded_at": clock.now()}
        current.add(Appointment(**post))
    for day in (2, 3, 10):
        send_reminders(date(2020, 11, day), settings)
    (entry,) = about(world.north_trust)
    assert entry.ask_id == ask_id("8.1"), "6.1 is reminded of"


def test_where_somebody_answers_or_nothing_is_late_nothing_is_told(
    world: make.World, team: int, lead: int, settings: Settings
) -> None:
    asks = read_catalogue().asks
    for standing in standings_of(world.north_ccg, TODAY):
        record(world.north_ccg, asks[standing.ask_id].ref, StatusClass.DONE_CLAIMED)
    send_reminders(TODAY, settings)
    assert about(world.north_trust) == about(world.north_ccg) == []


def test_the_preview_says_it_too(world: make.World, team: int, settings: Settings) -> None:
    planned = {each.person_id: each for each in preview(TODAY, settings)}
    assert any("unanswered_nobody_2020-11-02" in line for line in planned[team].lines)


def test_it_takes_as_many_statements_for_any_number(world: make.World, team: int) -> None:
    session().rollback()
    with statements() as few:
        assert len(nobody_answers(pass_day(TODAY))) >= 2
    for number in range(20):
        make.organisation(f"RX{number:02}", f"Trust {number}", OrganisationType.TRUST, region=world.north_region)
    session().commit()
    with statements() as many:
        assert len(nobody_answers(pass_day(TODAY))) >= 20
    assert len(many) == len(few)
