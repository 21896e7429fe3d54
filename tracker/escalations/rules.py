"""Which step of the ladder is due for an overdue ask, and what keeps it quiet; plain Python, given the day.

Source: regional escalation logs (raised, to whom, level, date, response due, outcome). The levels and their days are
data, see ``ladder.toml``; the choice of one step at a time is explained in README, "Decisions".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.frameworks.rules import OPEN_CLASSES, StatusClass


class EventKind(StrEnum):
    """What is written into the record of an escalation."""

    RAISED = "raised"
    ANSWERED = "answered"
    JUDGED = "judged"
    HELD = "held"
    CLOSED = "closed"


class Judgement(StrEnum):
    """What became of one step: how whoever raised it judges the response."""

    ENOUGH = "enough"
    NOT_ENOUGH = "not_enough"
    NO_RESPONSE = "no_response"

    @property
    def label(self) -> str:
        return {
            Judgement.ENOUGH: "Enough for now",
            Judgement.NOT_ENOUGH: "Not enough",
            Judgement.NO_RESPONSE: "No response came",
        }[self]


RESPONSE_CAME = "A response to this step is on record. Read it, and choose whether it is enough for now or not"
"""What is said to whoever would record that none came."""


class Ending(StrEnum):
    """Why an escalation was closed."""

    DONE = "done"
    PLAN_ACCEPTED = "plan_accepted"
    NOT_NEEDED = "not_needed"
    OVERTAKEN = "overtaken"

    @property
    def label(self) -> str:
        return {
            Ending.DONE: "It is done",
            Ending.PLAN_ACCEPTED: "A plan is accepted",
            Ending.NOT_NEEDED: "It need not be escalated",
            Ending.OVERTAKEN: "Overtaken by another date or a new spell",
        }[self]


ENDINGS = (Ending.DONE, Ending.PLAN_ACCEPTED, Ending.NOT_NEEDED)
"""What somebody may choose; overtaken is what becomes of a record when the next one begins."""


class State(StrEnum):
    """Where an escalation stands."""

    BETWEEN = "between"
    AWAITED = "awaited"
    ANSWERED = "answered"
    HELD = "held"
    CLOSED = "closed"

    @property
    def label(self) -> str:
        return {
            State.BETWEEN: "Between steps",
            State.AWAITED: "Response awaited",
            State.ANSWERED: "Response to read",
            State.HELD: "On hold",
            State.CLOSED: "Closed",
        }[self]


class Post(StrEnum):
    """Whom a level names: what a data file may say, because the service must know how to find them."""

    ASK_OWNER = "ask_owner"
    EXECUTIVE_LEAD = "executive_lead"
    BOARD = "board"
    REGION = "region"
    NATIONAL = "national"


@dataclass(frozen=True, slots=True)
class Level:
    """One rung: whom it is raised to, how long they have, and after how many days late, by class of status."""

    code: str
    label: str
    post: Post
    response_days: int
    after_days: Mapping[StatusClass, int]


@dataclass(frozen=True, slots=True, eq=False)
class Ladder:
    """The levels from the lowest to the highest. Two ladders are the same only if they are one object."""

    levels: tuple[Level, ...]
    most_days_ahead: int = 183
    """How far ahead a hold, a response and the day to look again may lie at most."""

    def is_too_far(self, on: date, today: date) -> bool:
        return (on - today).days > self.most_days_ahead

    def too_far(self, what: str) -> str:
        """What is said of a day that lies too far ahead."""
        return f"{what} must be within {self.most_days_ahead} days: choose an earlier day, and look at it again then"

    def number_of(self, code: str | None) -> int:
        """The place of a level, from 1; 0 for none, and for one that the ladder has no longer."""
        return next((number for number, level in enumerate(self.levels, 1) if level.code == code), 0)

    def find(self, code: str | None) -> Level | None:
        return next((level for level in self.levels if level.code == code), None)

    def get(self, code: str) -> Level:
        """One of the levels; raises LookupError for a code that the ladder does not have."""
        level = self.find(code)
        if level is None:
            raise LookupError(f"The ladder has no level “{code}”.")
        return level

    def label_of(self, code: str) -> str:
        """What a stored level is called; one that the ladder has no longer can still be read."""
        level = self.find(code)
        return level.label if level else code.replace("_", " ").capitalize()

    def addressed_label(self, code: str, told: str | None) -> str:
        """To whom a step was raised, and to whom it went where nobody in it can be written to; never a name.

        Nothing is added where ``told`` is None: what was recorded does not say it.
        """
        label = self.label_of(code)
        if told is None or told == code:
            return label
        return f"{label} ({self.told_label(told)})"

    def told_label(self, told: str) -> str:
        """Whom a step reached instead of the level that it was raised to."""
        if told == TO_NOBODY:
            return "nobody could be told"
        if told == TO_ANSWERING:
            return "not reachable: told those who answer for the organisation"
        return f"not reachable: told the {self.label_of(told).lower()}"

    def above(self, code: str | None) -> tuple[Level, ...]:
        """The levels that may be raised to after this one."""
        return self.levels[self.number_of(code) :]

    def reached(self, status_class: StatusClass, days_overdue: int) -> int:
        """How many levels have fallen due for an ask that is so many days late: 0 where none has."""
        return sum(1 for level in self.levels if level.after_days.get(status_class, days_overdue + 1) <= days_overdue)


TO_NOBODY, TO_ANSWERING = "nobody", "answering"
"""Whom a step reached, where it was no post of the ladder: nobody, or those who answer for the organisation."""


def check_ladder(ladder: Ladder) -> None:
    """Raise ValueError, naming the level, where the ladder could propose two levels in the wrong order or none."""
    codes = [level.code for level in ladder.levels]
    if TO_NOBODY in codes or TO_ANSWERING in codes:
        raise ValueError(f"No level can have the code “{TO_NOBODY}” or “{TO_ANSWERING}”: they are words of the record.")
    if ladder.most_days_ahead < max((level.response_days for level in ladder.levels), default=1):
        raise ValueError("The ladder must allow days as far ahead as its levels have to respond.")
    if not codes or len(set(codes)) < len(codes):
        raise ValueError("The ladder has no level, or names one twice.")
    before: Mapping[StatusClass, int] = dict.fromkeys(OPEN_CLASSES, 0)
    for level in ladder.levels:
        if set(level.after_days) != set(OPEN_CLASSES):
            raise ValueError(
                f"The level “{level.code}” must say after how many days for each open class, and no other."
            )
        late = [each.value for each in OPEN_CLASSES if level.after_days[each] <= before[each]]
        if late:
            raise ValueError(f"The level “{level.code}” falls due no later than the one below for {', '.join(late)}.")
        if level.response_days < 1:
            raise ValueError(f"The level “{level.code}” must leave at least a day to respond.")
        before = level.after_days


@dataclass(frozen=True, slots=True)
class Record:
    """How far an ask was escalated against the deadline that it is missing now.

    ``level`` is the highest that it was raised to, None where it was only held or closed; ``told`` is whom that step
    reached. ``response_due_on`` is that of the last step, None once its response was judged. ``quiet_until`` is the day
    on which somebody looks again: a hold runs until the day before.
    """

    level: str | None = None
    response_due_on: date | None = None
    is_answered: bool = False
    quiet_until: date | None = None
    is_closed: bool = False
    told: str | None = None


NOTHING_YET = Record()


def proposed_level(
    ladder: Ladder, status_class: StatusClass, days_overdue: int | None, record: Record, today: date
) -> Level | None:
    """The one step that is due: the level above the last, once the ask is late enough for it; None where none is.

    One level at a time, so that nobody is passed over, however late an ask is when the ladder is first looked at. It
    keeps quiet when the record is closed, when it is held until a later day, while a response may still come (to the
    end of the day on which it is due), and while one waits to be judged.
    """
    if days_overdue is None or days_overdue < 1 or record.is_closed or record.is_answered:
        return None
    if record.quiet_until is not None and record.quiet_until > today:
        return None
    if record.response_due_on is not None and record.response_due_on >= today:
        return None
    raised = ladder.number_of(record.level)
    return ladder.levels[raised] if raised < ladder.reached(status_class, days_overdue) else None


def state_of(record: Record, today: date) -> State:
    """Where an escalation stands. An answer that waits comes before a hold, because somebody waits for a reply."""
    if record.is_closed:
        return State.CLOSED
    if record.is_answered:
        return State.ANSWERED
    if record.quiet_until is not None and record.quiet_until > today:
        return State.HELD
    return State.BETWEEN if record.response_due_on is None else State.AWAITED


def is_response_overdue(record: Record, today: date) -> bool:
    """Whether a response is late: from the day *after* the one on which it is due."""
    due_on = record.response_due_on
    return not record.is_closed and not record.is_answered and due_on is not None and due_on < today


def is_of_this_spell(*, is_closed: bool, has_left_since: bool, was_assured_since: bool) -> bool:
    """Whether a record about the deadline that is missed now is about this spell of missing it, or about one before.

    ``has_left_since``: the ask was claimed, assured or not applicable at some time since the record was closed.
    ``was_assured_since``: another body has assured it since the record began. While a record is open, a claim that
    comes back does not wipe the ladder out; once it is closed, whatever is overdue again starts anew.
    """
    return not was_assured_since and not (is_closed and has_left_since)
