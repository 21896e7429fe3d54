"""An organisation that nobody answers for: its regional team is told, once."""

from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa
from counted import statements
from integration.reminders.passing import LEAD, TODAY, ledger, record
from smtp_server import MailServer

from tracker import clock
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
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


def leaves(person_id: int) -> None:
    with transaction() as current:
        ended = sa.update(Membership).where(Membership.person_id == person_id).values(ended_at=clock.now())
        current.execute(ended.execution_options(synchronize_session=False))


@BOTH
def test_the_team_is_told_once_of_the_earliest_date_that_has_passed(
    world: make.World, team: int, settings: Settings, server: MailServer
) -> None:
    for day in (2, 3, 10, 30):
        send_reminders(date(2020, 11, day), settings)
    (entry,) = about(world.north_trust)
    assert (entry.person_id, entry.kind, entry.due_on) == (team, "unanswered_nobody_never", TODAY)
    assert entry.deadline_on == date(2020, 9, 21)
    (mail,) = server.to(TEAM)
    assert "without an answer" in mail.subject
    assert "yours to raise" in mail.text
    assert "42 days overdue. Nobody there can answer: invite somebody who leads" in mail.text
    assert about(world.south_trust) == [], "it has no team"


@BOTH
def test_it_is_told_again_where_somebody_answered_in_between(
    world: make.World, team: int, settings: Settings, server: MailServer
) -> None:
    send_reminders(TODAY, settings)
    lead = make.person(Role.LEAD, world.north_trust, email=LEAD)
    send_reminders(date(2020, 11, 3), settings)
    leaves(lead)
    send_reminders(date(2020, 11, 4), settings)
    send_reminders(date(2020, 11, 5), settings)
    assert [each.kind for each in about(world.north_trust)] == [
        "unanswered_nobody_never",
        f"unanswered_nobody_{clock.today()}",
    ]


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
    assert any("unanswered_nobody_never" in line for line in planned[team].lines)


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
