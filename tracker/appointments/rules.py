"""Who can be in which post, when two times in post touch, and for how long nobody is in one; plain Python.

Source: the third phase letter of 31 July 2020, action 6 ("identify a named executive board member"), which asks for a
name and so for a day on which there was none.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

LONGEST_JOB_TITLE, LONGEST_REASON = 200, 1000
ONE_DAY = timedelta(days=1)
IN_TIME = timedelta(days=7)
"""How long after a day it may be recorded with nothing to explain."""


class AppointmentRole(StrEnum):
    """What somebody answers for: the organisation's work as a whole, in two posts, or one ask of it."""

    EXECUTIVE_LEAD = "executive_lead"
    DEPUTY = "deputy"
    ASK_OWNER = "ask_owner"

    @property
    def label(self) -> str:
        return {
            AppointmentRole.EXECUTIVE_LEAD: "Executive lead",
            AppointmentRole.DEPUTY: "Deputy",
            AppointmentRole.ASK_OWNER: "Owner of an ask",
        }[self]

    @property
    def is_of_one(self) -> bool:
        """Whether one person at a time is in it: whoever comes next ends the time of whoever was there before.

        An ask may have several owners at once.
        """
        return self is not AppointmentRole.ASK_OWNER


class ChangeKind(StrEnum):
    """What was done to the record of who answers for what."""

    APPOINTED = "appointed"
    CORRECTED = "corrected"
    ENDED = "ended"
    WITHDRAWN = "withdrawn"
    HANDED_OVER = "handed_over"


@dataclass(frozen=True, slots=True)
class Term:
    """A time in post: both days are inside, and no last day means that it goes on."""

    starts_on: date
    ends_on: date | None = None

    @property
    def last_day(self) -> date:
        return self.ends_on or date.max

    def holds_on(self, on: date) -> bool:
        """
        >>> term = Term(date(2020, 9, 1), date(2020, 9, 30))
        >>> [term.holds_on(date(2020, month, day)) for month, day in ((8, 31), (9, 1), (9, 30), (10, 1))]
        [False, True, True, False]
        """
        return self.starts_on <= on <= self.last_day

    def overlaps(self, other: Term) -> bool:
        """Whether there is a day on which both hold.

        >>> Term(date(2020, 9, 1), date(2020, 9, 30)).overlaps(Term(date(2020, 9, 30)))
        True
        >>> Term(date(2020, 9, 1), date(2020, 9, 30)).overlaps(Term(date(2020, 10, 1)))
        False
        """
        return self.starts_on <= other.last_day and other.starts_on <= self.last_day


def day_before(on: date) -> date:
    return on - ONE_DAY


def is_late(on: date, today: date) -> bool:
    """Whether a day is so far back that recording it today needs a reason, and is marked: more than 7 days ago.

    Whoever is recorded from an earlier day takes away days for which nobody was in post.

    >>> today = date(2020, 11, 2)
    >>> [is_late(on, today) for on in (date(2020, 10, 25), date(2020, 10, 26), today, date(2020, 11, 3))]
    [True, False, False, False]
    """
    return on < today - IN_TIME


def first_difference(was: Term | None, becomes: Term) -> date | None:
    """The earliest first or last day that a change touches; None where both stay. ``was`` is None for a new time.

    Of a last day that is moved, the earlier one counts: to bring somebody back wipes days out as much as to appoint.

    >>> september = Term(date(2020, 9, 1), date(2020, 9, 30))
    >>> first_difference(None, september), first_difference(september, Term(date(2020, 9, 1)))
    (datetime.date(2020, 9, 1), datetime.date(2020, 9, 30))
    >>> first_difference(september, september) is None
    True
    """
    if was is None:
        return becomes.starts_on
    days = [] if was.starts_on == becomes.starts_on else [min(was.starts_on, becomes.starts_on)]
    days += [] if was.ends_on == becomes.ends_on else [min(was.last_day, becomes.last_day)]
    return min(days, default=None)


def vacant_since(terms: Iterable[Term], asked_from: date | None, opened_on: date | None, on: date) -> date | None:
    """The first day of the vacancy that goes on at the end of a day; None where somebody is in post, or nobody need be.

    The day after the last one who was in post left; where there never was one, the day from which the framework asks
    for one, or the day on which the organisation opened, whichever is later. A vacancy never begins before that day,
    whoever left earlier. Somebody who is to start later fills nothing yet. ``asked_from`` is None where no framework
    in force asks this organisation for a lead.

    >>> vacant_since([Term(date(2020, 8, 1), date(2020, 9, 30))], date(2020, 7, 31), None, date(2020, 10, 1))
    datetime.date(2020, 10, 1)
    >>> vacant_since([], date(2020, 7, 31), None, date(2020, 7, 30)) is None
    True
    """
    if asked_from is None:
        return None
    terms = list(terms)
    if any(term.holds_on(on) for term in terms):
        return None
    left = [term.ends_on + ONE_DAY for term in terms if term.ends_on is not None and term.ends_on < on]
    since = max([asked_from, *([opened_on] if opened_on else []), *left])
    return since if since <= on else None


def days_vacant(since: date, on: date) -> int:
    """How many days nobody was in post, that day included: 1 on the day after the last one left.

    >>> days_vacant(date(2020, 10, 1), date(2020, 10, 1)), days_vacant(date(2020, 10, 24), date(2020, 10, 26))
    (1, 3)
    """
    return (on - since).days + 1


class HandOver(StrEnum):
    """What becomes of one appointment when its holder hands it over on a day."""

    FROM_THE_DAY = "from_the_day"  # the holder keeps the time before it
    WHOLE = "whole"  # it had not begun yet: whoever takes it over has it from its own first day
    TOO_EARLY = "too_early"  # the holder was not in it the day before, so nothing would be left of what was true
    TOO_LATE = "too_late"  # it is over by then


def hand_over(term: Term, on: date, today: date) -> HandOver:
    """How a time in post is handed over on a day.

    Whoever takes it over is in it from that day, and whoever gives it was in it to the day before. What has begun is
    history: it cannot be handed over on its first day or before, which would say that it never was so.

    >>> held = Term(date(2020, 9, 1), date(2020, 12, 31))
    >>> today = date(2020, 11, 2)
    >>> days = (date(2020, 9, 1), date(2020, 9, 2), date(2020, 12, 31), date(2021, 1, 1))
    >>> [hand_over(held, on, today).value for on in days]
    ['too_early', 'from_the_day', 'from_the_day', 'too_late']
    >>> hand_over(Term(date(2020, 11, 3)), date(2020, 11, 2), today).value
    'whole'
    """
    if on > term.last_day:
        return HandOver.TOO_LATE
    if term.starts_on < on:
        return HandOver.FROM_THE_DAY
    return HandOver.WHOLE if term.starts_on > today else HandOver.TOO_EARLY
