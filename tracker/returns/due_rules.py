"""Questions about when a return to the board is due: by months or by board dates, next and overdue; plain Python."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

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
    """When the next return is due, and by how many days it is overdue; ``next_on`` None where no day is ahead."""

    next_on: date | None
    days_overdue: int | None


def next_due(rhythm: Rhythm, handed_in: Iterable[date], today: date) -> Due:
    """When the next return is due, given the days that returns are for which were not sent back: the day of the meeting
    that a return names, else of its handing in.

    A return settles every due day up to its own. Where all of those are settled it came early, and settles the next
    one. So a return that comes late settles what was missed, and does not let the next meeting go without, unless it
    says that it is for that meeting. Overdue from the day *after*.
    """
    settled = date.min
    for day in sorted(handed_in):
        settled = _last_missed(rhythm, settled, day) or _first_from(rhythm, max(day, settled)) or settled
    next_on = next((due for due in rhythm.due_days() if due > settled), None)
    is_overdue = next_on is not None and next_on < today
    return Due(next_on, (today - next_on).days if next_on is not None and is_overdue else None)


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
