"""Questions about when a return to the board is due: by months or by board dates, next and overdue; plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import pairwise

from tracker.progress.date_rules import months_after

MOST_MONTHS = 12
MOST_BOARD_DATES = 24


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How often a board wants a return: every so many months from a first day, or on the days it has named."""

    every_months: int | None
    first_on: date | None
    board_dates: tuple[date, ...] = ()

    def due_days(self) -> Iterator[date]:
        """The days on which a return is due, the earliest first; those by months never end.

        Months are counted from the first day, not from one due day to the next, so that the 31st comes back after a
        shorter month.

        >>> from itertools import islice
        >>> [day.isoformat() for day in islice(Rhythm(1, date(2021, 1, 31)).due_days(), 3)]
        ['2021-01-31', '2021-02-28', '2021-03-31']
        """
        if self.every_months is None or self.first_on is None:
            yield from sorted(set(self.board_dates))
            return
        months = 0
        while (day := months_after(self.first_on, months)).year < date.max.year - 1:
            yield day
            months += self.every_months


@dataclass(frozen=True, slots=True)
class Due:
    """When the next return is due, and by how many days it is overdue; ``next_on`` None where no day is ahead.

    ``missed_on`` is the day that was overdue when a board set other days, and for which none was handed in since.
    """

    next_on: date | None
    days_overdue: int | None
    missed_on: date | None = None

    @property
    def is_overdue(self) -> bool:
        return self.days_overdue is not None or self.missed_on is not None


@dataclass(frozen=True, slots=True)
class Handing:
    """That a return was handed in on a day, perhaps for a meeting that it names."""

    on: date
    meeting_on: date | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """What a board wanted from a day on, until it wanted something else, and what was handed in meanwhile."""

    rhythm: Rhythm
    began_on: date
    handed_in: tuple[Handing, ...] = ()


def due_after(periods: Sequence[Period], today: date) -> Due:
    """When the next return is due after everything that a board has wanted; the last period is the present one.

    Other days do not undo that one was missed: what was overdue on the day on which they were set stays missed, the
    earliest of several, until a return is handed in.
    """
    missed: date | None = None
    for period, following in pairwise(periods):
        missed = None if period.handed_in else missed
        due = next_due(period.rhythm, period.handed_in, following.began_on)
        if due.days_overdue is not None:
            missed = missed or due.next_on
    present = periods[-1]
    due = next_due(present.rhythm, present.handed_in, today)
    return replace(due, missed_on=None if present.handed_in else missed)


def next_due(rhythm: Rhythm, handed_in: Iterable[Handing], today: date) -> Due:
    """When the next return is due, given those that were handed in and not sent back.

    A return settles every due day up to its own: that of the meeting which it names, else of its handing in. Where all
    of those are settled it came early, and settles the next one. So a return that comes late settles what was missed,
    and does not let the next meeting go without, unless it says that it is for that meeting. However far ahead the
    meeting is, of the days still to come it settles only the next one. Overdue from the day *after*.
    """
    settled = date.min
    for handing in sorted(handed_in, key=lambda each: (each.on, each.meeting_on or each.on)):
        day = _day_of(rhythm, handing)
        settled = _last_missed(rhythm, settled, day) or _first_from(rhythm, max(day, settled)) or settled
    next_on = next((due for due in rhythm.due_days() if due > settled), None)
    is_overdue = next_on is not None and next_on < today
    return Due(next_on, (today - next_on).days if next_on is not None and is_overdue else None)


def _day_of(rhythm: Rhythm, handing: Handing) -> date:
    """The day up to which a return settles what is due."""
    if handing.meeting_on is None:
        return handing.on
    furthest = next((due for due in rhythm.due_days() if due > handing.on), handing.meeting_on)
    return min(handing.meeting_on, furthest)


def _last_missed(rhythm: Rhythm, settled: date, day: date) -> date | None:
    """The last due day up to a day that is not settled yet."""
    missed = None
    for due in rhythm.due_days():
        if due > day:
            return missed
        if due > settled:
            missed = due
    return missed


def _first_from(rhythm: Rhythm, day: date) -> date | None:
    return next((due for due in rhythm.due_days() if due >= day), None)
