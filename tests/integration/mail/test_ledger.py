from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa

from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.frameworks.models import Ask
from tracker.mail import ledger
from tracker.mail.ledger import Reminder, Series
from tracker.mail.models import LedgerEntry
from tracker.mail.outbox import NewMessage, queue_message
from tracker.mail.topics import ReminderState, Topic

DEADLINE = date(2020, 11, 9)


@pytest.fixture
def lead(world: make.World) -> int:
    return make.person(Role.LEAD, world.north_trust)


@pytest.fixture
def reminders(world: make.World, lead: int) -> list[Reminder]:
    """One reminder for each of six asks, in the order of their keys."""
    asks = session().scalars(sa.select(Ask.id).order_by(Ask.id).limit(6)).all()
    return [
        Reminder(Series(lead, world.north_trust, ask, DEADLINE), "before_7", date(2020, 11, 2), Topic.DEADLINE)
        for ask in asks
    ]


def test_reminders_go_in_by_the_order_of_their_keys_so_that_two_passes_never_wait_for_each_other(
    reminders: list[Reminder],
) -> None:
    with transaction():
        entered = ledger.enter(reversed(reminders))
    assert sorted(entered, key=lambda reminder: entered[reminder]) == reminders


def test_what_is_there_already_is_not_entered_again(reminders: list[Reminder]) -> None:
    with transaction():
        ledger.enter(reminders[:4])
    with transaction():
        assert set(ledger.enter(reminders)) == set(reminders[4:])
    with transaction():
        assert ledger.enter(reminders) == {}
        assert ledger.enter([]) == {}


def test_what_waits_is_told_when_a_message_carries_it_and_what_is_suppressed_says_why(
    reminders: list[Reminder], lead: int
) -> None:
    with transaction():
        first, second, *_ = ledger.enter(reminders).values()
        message = queue_message(NewMessage(lead, "One", "Text", "one"), mail_from="tracker@example.test")
        ledger.attach({first: message})
        ledger.suppress([first, second], "No longer")
    rows = session().execute(sa.select(LedgerEntry.id, LedgerEntry.state, LedgerEntry.why)).all()
    found = {entry_id: (state, why) for entry_id, state, why in rows}
    assert found[first] == (ReminderState.TOLD, "")
    assert found[second] == (ReminderState.SUPPRESSED, "No longer")
    assert {state for state, _ in found.values()} == {
        ReminderState.TOLD,
        ReminderState.SUPPRESSED,
        ReminderState.WAITING,
    }
