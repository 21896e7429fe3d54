from __future__ import annotations

from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa

from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.frameworks.models import Ask
from tracker.mail import ledger
from tracker.mail.ledger import Reminder, Series

DEADLINE = date(2020, 11, 9)


@pytest.fixture
def reminders(world: make.World) -> list[Reminder]:
    """One reminder for each of six asks, in the order of their keys."""
    lead = make.person(Role.LEAD, world.north_trust)
    asks = session().scalars(sa.select(Ask.id).order_by(Ask.id).limit(6)).all()
    return [Reminder(Series(lead, world.north_trust, ask, DEADLINE), "before_7", date(2020, 11, 2)) for ask in asks]


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


def test_the_latest_reminder_of_each_series_is_found_and_older_ones_are_not_read(reminders: list[Reminder]) -> None:
    first = reminders[0]
    later = Reminder(first.series, "before_1", first.due_on + timedelta(days=6))
    with transaction():
        ledger.enter([*reminders, later])
    people = {first.series.person_id}
    assert ledger.latest_of(people, since=first.due_on)[first.series] == later.due_on
    assert ledger.latest_of(people, since=later.due_on) == {first.series: later.due_on}
    assert ledger.latest_of({0}, since=first.due_on) == {}
