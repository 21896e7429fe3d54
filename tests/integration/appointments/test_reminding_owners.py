"""That owners are reminded of their asks and of no others, and that a hand-over moves reminders and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.appointments.posting import appoint, hand_over
from smtp_server import MailServer, running

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments.rows import ToAppoint
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.mail.models import LedgerEntry
from tracker.reminders.service import preview, send_reminders

TODAY = date(2020, 11, 2)
OVERDUE = ("2.2", "2.3", "6.1", "8.1")
"""Asks of a trust with a national date before 2 November 2020."""


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started


@pytest.fixture
def settings(app: Flask, server: MailServer) -> Settings:
    return replace(app.extensions["settings"], mail=server.url, base_url="https://tracker.example.test")


@pytest.fixture
def robin(world: make.World) -> Viewer:
    """The lead of both trusts, who cannot sign in at the moment, so that no digest of theirs stands in the way."""
    person_id = make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(is_active=False))
    session().commit()
    held = (HeldRole(Role.LEAD, world.north_trust, "XN1"), HeldRole(Role.LEAD, world.south_trust, "XS1"))
    return Viewer(person_id, "Robin Ashdown", held)


@pytest.fixture
def kim(world: make.World) -> int:
    return make.person(Role.CONTRIBUTOR, world.north_trust, email="kim@example.nhs.uk", name="Kim Dale")


@pytest.fixture
def lou(world: make.World) -> int:
    return make.person(Role.CONTRIBUTOR, world.north_trust, email="lou@example.nhs.uk", name="Lou Fell")


def told(server: MailServer) -> dict[str, set[str]]:
    """To whom which asks were told, over all digests so far."""
    found: dict[str, set[str]] = {}
    for mail in server.messages:
        asks = re.findall(r"/organisations/(\w+)/8ua-2020/([\d.]+)/update", mail.text)
        found.setdefault(mail.recipients[0], set()).update(" ".join(each) for each in asks)
    return found


def test_an_owner_is_told_of_their_own_asks_and_a_contributor_of_no_others(
    robin: Viewer, kim: int, lou: int, server: MailServer, settings: Settings
) -> None:
    appoint(robin, kim, "2.2", "7.1")  # 7.1 is due on 31 December: more than 30 days away.
    outcome = send_reminders(TODAY, settings)
    assert (outcome.queued, outcome.sent, outcome.failed) == (1, 1, 0)
    assert told(server) == {"kim@example.nhs.uk": {"XN1 2.2"}}
    assert lou not in {entry.person_id for entry in session().scalars(sa.select(LedgerEntry))}


def test_a_second_pass_says_nothing_twice(robin: Viewer, kim: int, server: MailServer, settings: Settings) -> None:
    appoint(robin, kim, "2.2")
    send_reminders(TODAY, settings)
    again = send_reminders(TODAY, settings)
    assert (again.queued, again.already, len(server.messages)) == (0, 1, 1)


def test_a_lead_who_owns_an_ask_is_told_of_every_ask_and_of_that_one_once(
    world: make.World, robin: Viewer, server: MailServer, settings: Settings
) -> None:
    lead = make.person(Role.LEAD, world.north_trust, email="lead@example.nhs.uk")
    send_reminders(TODAY, settings)
    appoint(robin, lead, "2.2")
    again = send_reminders(TODAY, settings)
    assert (again.queued, len(server.messages)) == (0, 1), "what the lead was told as the lead is not told anew"
    assert told(server) == {"lead@example.nhs.uk": {f"XN1 {ref}" for ref in OVERDUE}}
    keys = session().execute(sa.select(LedgerEntry.ask_id, LedgerEntry.deadline_on)).all()
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("end", ["term", "role", "account", "not yet"])
def test_who_owns_nothing_any_more_or_yet_or_cannot_sign_in_or_update_is_told_nothing(
    robin: Viewer, kim: int, server: MailServer, settings: Settings, end: str
) -> None:
    since = {"not yet": TODAY + timedelta(days=1)}.get(end, date(2020, 9, 1))
    appoint(robin, kim, "2.2", since=since, until=TODAY - timedelta(days=1) if end == "term" else None)
    with transaction() as current:
        if end == "role":
            current.execute(sa.update(Membership).where(Membership.person_id == kim).values(ended_at=clock.now()))
        if end == "account":
            current.execute(sa.update(Account).where(Account.person_id == kim).values(is_active=False))
    send_reminders(TODAY, settings)
    assert told(server) == {}


def test_an_owner_on_the_last_day_is_told_still(
    robin: Viewer, kim: int, server: MailServer, settings: Settings
) -> None:
    appoint(robin, kim, "2.2", until=TODAY)
    send_reminders(TODAY, settings)
    assert told(server) == {"kim@example.nhs.uk": {"XN1 2.2"}}


def test_somebody_new_with_the_address_of_an_account_sends_that_account_nothing(
    robin: Viewer, kim: int, server: MailServer, settings: Settings
) -> None:
    appoint(robin, ToAppoint(None, "Kim of Elsewhere", "kim@example.nhs.uk"), "2.2")
    send_reminders(TODAY, settings)
    assert told(server) == {}


def test_a_hand_over_moves_the_reminders_of_that_organisation_and_none_of_another(
    world: make.World, robin: Viewer, kim: int, lou: int, server: MailServer, settings: Settings
) -> None:
    """Kim works for two trusts, and owns the same ask in both."""
    with transaction() as current:
        current.add(
            Membership(person_id=kim, role=Role.CONTRIBUTOR, organisation_id=world.south_trust, granted_at=clock.now())
        )
    appoint(robin, kim, "2.2", "2.3")
    appoint(robin, kim, "2.2", code="XS1")
    assert hand_over(robin, kim, lou, TODAY)
    send_reminders(TODAY, settings)
    assert told(server) == {
        "kim@example.nhs.uk": {"XS1 2.2"},
        "lou@example.nhs.uk": {"XN1 2.2", "XN1 2.3"},
    }


def test_before_the_day_of_a_hand_over_the_reminders_are_still_those_of_who_gives(
    robin: Viewer, kim: int, lou: int, settings: Settings
) -> None:
    appoint(robin, kim, "2.2")
    hand_over(robin, kim, lou, TODAY + timedelta(days=1))
    assert [planned.person_id for planned in preview(TODAY, settings)] == [kim]
    assert [planned.person_id for planned in preview(TODAY + timedelta(days=1), settings)] == [lou]
