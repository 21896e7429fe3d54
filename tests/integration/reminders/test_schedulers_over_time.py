"""Two schedulers on one database under a clock that is turned by hand: days off, clock changes, one that was down."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from smtp_server import MailServer

from tracker import clock
from tracker.clock import LONDON
from tracker.db import session
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import Topic
from tracker.reminders.leading import LEASE, Leadership
from tracker.reminders.schedule import Rounds
from tracker.reminders.working_days import is_working_day

PEOPLE = 12  # As many as shared_app has.
AT = [time(0, 30), time(1, 30), time(7, 59), time(8, 0), time(8, 1), time(15, 0)]


def instants(first: date, last: date) -> list[datetime]:
    """When the schedulers tick; half past one comes twice when the clocks go back, and not at all when they go on."""
    found = set()
    for number in range((last - first).days + 1):
        for at in AT:
            for fold in (0, 1):
                local = datetime.combine(first + timedelta(days=number), at, tzinfo=LONDON).replace(fold=fold)
                found.add(local.astimezone(UTC))
    return sorted(found)


def kinds_told() -> dict[tuple[date, str], Counter[tuple[int, int]]]:
    """How often each reminder of a deadline was entered, by deadline and kind, for each person and ask."""
    session().rollback()
    entry = LedgerEntry
    rows = session().execute(
        sa.select(entry.deadline_on, entry.kind, entry.person_id, entry.ask_id).where(entry.topic == Topic.DEADLINE)
    )
    found: dict[tuple[date, str], Counter[tuple[int, int]]] = {}
    for deadline_on, kind, person_id, ask_id in rows:
        found.setdefault((deadline_on, kind), Counter())[person_id, ask_id] += 1
    return found


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (
            # The clocks go back on Sunday, 25 October. The month ends on a Saturday: what falls on it and on the Friday
            # before is one reminder of that Friday, as what falls on the 24th and before is one of the 23rd.
            date(2020, 10, 23),
            date(2020, 10, 30),
            {
                date(2020, 9, 21): {"after_31", "after_38"},
                date(2020, 10, 31): {"before_7", "on_the_day"},
            },
        ),
        (
            # They go on on Sunday, 28 March; Good Friday is 2 April, and 3 days after the 31st is a Saturday.
            date(2021, 3, 26),
            date(2021, 4, 6),
            {date(2021, 3, 31): {"before_7", "before_1", "on_the_day", "after_3"}},
        ),
    ],
    ids=["clocks go back", "clocks go on"],
)
def test_two_schedulers_tell_each_reminder_once_over_a_clock_change_and_nothing_on_days_off(
    shared_app: Flask, server: MailServer, first: date, last: date, expected: dict[date, set[str]]
) -> None:
    both = (Rounds(shared_app), Rounds(shared_app))
    sent_on: list[date] = []
    for now in instants(first, last):
        before = len(server.messages)
        with clock.frozen(now):
            for rounds in both:
                rounds.tick()
        if len(server.messages) > before:
            assert now.astimezone(LONDON).time() >= time(8, 0)
            sent_on.append(clock.london_day(now))
    told = kinds_told()
    assert {count for counts in told.values() for count in counts.values()} == {1}
    for deadline_on, kinds in expected.items():
        found = {kind: counts for (of, kind), counts in told.items() if of == deadline_on}
        assert kinds <= set(found)
        assert all(len({person for person, _ in counts}) == PEOPLE for kind, counts in found.items() if kind in kinds)
    assert len(sent_on) == len(set(sent_on))
    assert all(is_working_day(day) for day in sent_on)
    assert len(server.message_ids) == len(set(server.message_ids))


def test_a_scheduler_that_was_down_over_its_slot_catches_up_the_same_day(shared_app: Flask, server: MailServer) -> None:
    with clock.frozen(datetime(2020, 11, 2, 7, 30, tzinfo=UTC)):
        Rounds(shared_app).tick()
    assert server.messages == []
    with clock.frozen(datetime(2020, 11, 2, 15, 45, tzinfo=UTC)):
        Rounds(shared_app).tick()
    assert len(server.messages) == PEOPLE
    with clock.frozen(datetime(2020, 11, 2, 15, 50, tzinfo=UTC)):
        Rounds(shared_app).tick()
    assert len(server.messages) == PEOPLE


def test_one_of_two_leads_and_the_other_takes_over_when_its_lease_is_over_or_given_back(shared_app: Flask) -> None:
    first, second = Leadership(), Leadership()
    now = datetime(2020, 11, 2, 9, 0, tzinfo=UTC)
    with clock.frozen(now):
        assert (first.keep(), second.keep()) == (True, False)
    with clock.frozen(now + LEASE - timedelta(seconds=1)):
        assert (second.keep(), first.keep()) == (False, True), "whoever leads renews it"
    with clock.frozen(now + 2 * LEASE):
        assert (second.keep(), first.keep()) == (True, False), "whoever is silent for so long is taken for dead"
        second.give_back()
        assert first.keep()
