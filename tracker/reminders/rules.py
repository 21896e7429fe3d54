"""Which reminder a deadline calls for on a day, and when a pass is due; plain Python, given the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tracker.clock import LONDON

PASS_AT = time(8, 0)
"""The London time from which a day's pass is due."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One reminder of a series: its kind, which is part of the ledger's key, and the day it falls due."""

    kind: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Cadence:
    """The days of a series around a deadline: days before, on the day, then after at even steps for ever."""

    days_before: tuple[int, ...]
    first_after: int
    then_every: int

    @property
    def horizon(self) -> timedelta:
        """How far ahead of a deadline the series begins."""
        return timedelta(days=max(self.days_before))


STANDARD = Cadence(days_before=(30, 14, 7, 1), first_after=3, then_every=7)
"""Before 30, 14, 7 and 1 days; on the day; after 3, 10, 17 and so on (README, "Decisions": Reminders)."""


class Urgency(StrEnum):
    """How a digest groups what is due, most urgent first."""

    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"

    @property
    def label(self) -> str:
        return _URGENCY_LABELS[self]


_URGENCY_LABELS = {
    Urgency.OVERDUE: "Overdue",
    Urgency.DUE_TODAY: "Due today",
    Urgency.DUE_SOON: "Due soon",
}


def slot_on(deadline_on: date, today: date, cadence: Cadence = STANDARD) -> Slot | None:
    """The latest slot of the series that has gone by, today's included; None before the first.

    Only the latest counts: a first pass collapses all that went by into one, and a missed day is caught up.
    An ask known to the month has the month's last day for its deadline, so nothing differs for it.

    >>> slot_on(date(2020, 9, 21), date(2020, 9, 20))
    Slot(kind='before_1', due_on=datetime.date(2020, 9, 20))
    >>> slot_on(date(2020, 9, 21), date(2020, 9, 23)).kind  # overdue, and the first slot after is tomorrow
    'on_the_day'
    >>> slot_on(date(2020, 9, 21), date(2020, 10, 5)).kind
    'after_10'
    """
    days_after = (today - deadline_on).days
    if days_after >= cadence.first_after:
        number = days_after - (days_after - cadence.first_after) % cadence.then_every
        return Slot(f"after_{number}", deadline_on + timedelta(days=number))
    if days_after >= 0:
        return Slot("on_the_day", deadline_on)
    for number in sorted(cadence.days_before):
        if -days_after <= number:
            return Slot(f"before_{number}", deadline_on - timedelta(days=number))
    return None


def urgency_on(deadline_on: date, today: date) -> Urgency:
    """Overdue from the day after the deadline.

    >>> [urgency_on(date(2020, 9, 21), date(2020, 9, day)).value for day in (20, 21, 22)]
    ['due_soon', 'due_today', 'overdue']
    """
    if today > deadline_on:
        return Urgency.OVERDUE
    return Urgency.DUE_TODAY if today == deadline_on else Urgency.DUE_SOON


def is_pass_due(now: datetime, last_done_on: date | None) -> bool:
    """Whether a day's pass is still to be made: from 08:00 London time, once a London day.

    >>> from datetime import UTC
    >>> is_pass_due(datetime(2020, 10, 26, 7, 59, tzinfo=UTC), None)  # winter time: 07:59 in London
    False
    >>> is_pass_due(datetime(2020, 10, 24, 7, 0, tzinfo=UTC), None)  # summer time: 08:00 in London
    True
    """
    in_london = now.astimezone(LONDON)
    return in_london.time() >= PASS_AT and (last_done_on is None or last_done_on < in_london.date())
