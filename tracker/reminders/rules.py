"""Which reminder a day calls for, what becomes of it, and when a pass is due; plain Python, given the day."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from tracker.clock import LONDON
from tracker.mail.topics import ReminderState, Topic

PASS_AT = time(8, 0)
"""The London time from which a day's pass is due."""

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Slot:
    """One reminder of a series: its kind, which is part of the ledger's key, and the day it falls due."""

    kind: str
    due_on: date


@dataclass(frozen=True, slots=True)
class Cadence:
    """The days of a series around a deadline: days before, on the day, then after at even steps for ever.

    ``first_after`` is 0 where nothing follows the day itself.
    """

    days_before: tuple[int, ...]
    first_after: int
    then_every: int

    @property
    def horizon(self) -> timedelta:
        """How far ahead of a deadline the series begins."""
        return timedelta(days=max(self.days_before, default=0))


@dataclass(frozen=True, slots=True)
class NamedCadence:
    """A cadence that frameworks and organisations can have."""

    code: str
    label: str
    days: Cadence


@dataclass(frozen=True, slots=True)
class RuleBook:
    """Everything ``rules.toml`` says; the first cadence is that of whoever has no other."""

    cadences: tuple[NamedCadence, ...]
    of_framework: Mapping[str, str]
    of_topic: Mapping[Topic, Cadence]
    quiet_days: int
    stop_after: int
    snooze_most_days: int
    look_ahead_days: int
    working_days_only: bool

    def cadence(self, code: str) -> NamedCadence:
        """The cadence with a code; the first one for a code that is there no longer."""
        return next((each for each in self.cadences if each.code == code), self.cadences[0])

    def code_for(self, framework_code: str, chosen: str | None) -> str:
        """Which cadence the asks of a framework have in an organisation that has chosen one, or none."""
        return self.cadence(chosen or self.of_framework.get(framework_code, "")).code

    @property
    def horizon(self) -> timedelta:
        """How far ahead of a deadline the earliest of them begins."""
        return max(each.days.horizon for each in self.cadences)


NOBODY_THERE = "unanswered_nobody_"
"""What the kinds begin with under which a team is told of an organisation that nobody answers for."""


class Group(StrEnum):
    """How a digest groups what it says, most urgent first."""

    RETURNED = "returned"
    UNANSWERED = "unanswered"
    OVERDUE = "overdue"
    DUE_TODAY = "due_today"
    DUE_SOON = "due_soon"
    VACANCY = "vacancy"
    EVIDENCE = "evidence"
    REVIEW = "review"
    STALE = "stale"
    NEWS = "news"

    @property
    def label(self) -> str:
        return _GROUP_LABELS[self]

    @property
    def counted(self) -> str:
        """What stands behind a number in a subject: "2 overdue"."""
        return _COUNTED.get(self, self.label.lower())

    @property
    def needs_somebody(self) -> bool:
        """Whether there is something to do about it, and not only to know."""
        return self is not Group.NEWS


_GROUP_LABELS = {
    Group.RETURNED: "Returned to you",
    Group.UNANSWERED: "No answer to reminders",
    Group.OVERDUE: "Overdue",
    Group.DUE_TODAY: "Due today",
    Group.DUE_SOON: "Due soon",
    Group.VACANCY: "Nobody leads",
    Group.EVIDENCE: "Evidence expires",
    Group.REVIEW: "To review",
    Group.STALE: "Quiet for months",
    Group.NEWS: "To know",
}

_COUNTED = {
    Group.UNANSWERED: "without an answer",
    Group.VACANCY: "without a lead",
    Group.EVIDENCE: "with evidence that expires",
}

_GROUP_OF_TOPIC = {
    Topic.RETURNED: Group.RETURNED,
    Topic.UNANSWERED: Group.UNANSWERED,
    Topic.VACANCY: Group.VACANCY,
    Topic.EVIDENCE: Group.EVIDENCE,
    Topic.REVIEW: Group.REVIEW,
    Topic.STALE: Group.STALE,
}


def group_of(topic: Topic, deadline_on: date, today: date) -> Group:
    """Where a digest says it. A deadline is overdue from the day after it.

    >>> [group_of(Topic.DEADLINE, date(2020, 9, 21), date(2020, 9, day)).value for day in (20, 21, 22)]
    ['due_soon', 'due_today', 'overdue']
    """
    if topic is not Topic.DEADLINE:
        return _GROUP_OF_TOPIC.get(topic, Group.NEWS)
    if today > deadline_on:
        return Group.OVERDUE
    return Group.DUE_TODAY if today == deadline_on else Group.DUE_SOON


def slot_on(deadline_on: date, today: date, cadence: Cadence, ahead_to: date | None = None) -> Slot | None:
    """The latest slot of the series that has gone by, today's included; None before the first.

    Only the latest counts: a first pass collapses all that went by into one, and a missed day is caught up.
    An ask known to the month has the month's last day for its deadline, so nothing differs for it. ``ahead_to`` is
    the last of the days off that follow today: what falls on those and not after the deadline is said today.

    >>> standard = Cadence((30, 14, 7, 1), 3, 7)
    >>> slot_on(date(2020, 9, 21), date(2020, 9, 20), standard)
    Slot(kind='before_1', due_on=datetime.date(2020, 9, 20))
    >>> slot_on(date(2020, 9, 21), date(2020, 9, 18), standard, ahead_to=date(2020, 9, 20)).kind  # a Friday
    'before_1'
    >>> slot_on(date(2020, 9, 21), date(2020, 9, 23), standard).kind  # overdue, and the first slot after is tomorrow
    'on_the_day'
    >>> slot_on(date(2020, 9, 21), date(2020, 10, 5), standard).kind
    'after_10'
    """
    days_after = (today - deadline_on).days
    if cadence.first_after and days_after >= cadence.first_after:
        number = days_after - (days_after - cadence.first_after) % cadence.then_every
        return Slot(f"after_{number}", deadline_on + timedelta(days=number))
    days_left = (deadline_on - max(today, ahead_to or today)).days
    if days_left <= 0:
        return Slot("on_the_day", deadline_on)
    for number in sorted(cadence.days_before):
        if days_left <= number:
            return Slot(f"before_{number}", deadline_on - timedelta(days=number))
    return None


def slots_between(deadline_on: date, first: date, last: date, cadence: Cadence) -> Iterator[Slot]:
    """Every slot of a series that falls due on these days, by day, as if nothing changed meanwhile.

    >>> days = slots_between(date(2020, 9, 21), date(2020, 9, 14), date(2020, 10, 2), Cadence((30, 7, 1), 3, 7))
    >>> [slot.kind for slot in days]
    ['before_7', 'before_1', 'on_the_day', 'after_3', 'after_10']
    """
    before = [deadline_on - timedelta(days=number) for number in cadence.days_before]
    days = [*before, deadline_on]
    if cadence.first_after:
        latest = max(0, (last - deadline_on).days)
        days += [deadline_on + timedelta(days=n) for n in range(cadence.first_after, latest + 1, cadence.then_every)]
    for day in sorted(set(days)):
        slot = slot_on(deadline_on, day, cadence)
        if first <= day <= last and slot is not None:
            yield slot


def kind_of(topic: Topic, slot: str) -> str:
    """The kind under which a slot of a topic stands in the ledger: of a deadline its own name, else with the topic.

    >>> kind_of(Topic.DEADLINE, "before_7"), kind_of(Topic.REVIEW, "before_7")
    ('before_7', 'review_before_7')
    """
    return slot if topic is Topic.DEADLINE else f"{topic.value}_{slot}"


def is_unanswered(topic: Topic, kind: str, told_in_vain: int, stop_after: int) -> bool:
    """Whether a reminder of a date that has passed goes up and not on.

    ``told_in_vain`` counts the reminders after the date that nobody has answered since.

    >>> [is_unanswered(Topic.DEADLINE, "after_45", told, 6) for told in (5, 6)]
    [False, True]
    """
    return topic.is_series and "after_" in kind and told_in_vain >= stop_after


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of a reminder that fell due, and why it is not told where it is not."""

    state: ReminderState
    why: str = ""


TELL = Fate(ReminderState.WAITING)
GONE_UP = Fate(ReminderState.GONE_UP, "Not answered for weeks: it went up to the regional team")
SWITCHED_OFF = Fate(ReminderState.SUPPRESSED, "Switched off by the person")


def fate_of(topic: Topic, *, snoozed_until: date | None, is_switched_off: bool, is_unanswered: bool) -> Fate:
    """What becomes of a reminder; what goes up does so whether it is snoozed or not.

    >>> fate_of(Topic.STALE, snoozed_until=None, is_switched_off=True, is_unanswered=False).state.value
    'suppressed'
    """
    if is_unanswered:
        return GONE_UP
    if snoozed_until is not None:
        return Fate(ReminderState.SNOOZED, f"Snoozed until {snoozed_until.isoformat()}")
    if is_switched_off and topic.may_be_switched_off:
        return SWITCHED_OFF
    return TELL


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
