"""When a body opened and closed, and what a file's words or silence change about it; plain Python."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from tracker.organisations.statements import FileKind, Statement


@dataclass(frozen=True, slots=True)
class Life:
    """From when to when a body exists; both days inside, None is "always". Remembers who said that it closes."""

    starts_on: date | None = None
    ends_on: date | None = None
    close_said_by: str | None = None

    def holds_on(self, day: date) -> bool:
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or self.ends_on >= day)


def life_after(
    lives: tuple[Life, ...],
    statement: Statement,
    *,
    kind: FileKind,
    day: date,
    file_is_dated: bool,
    latest_date: date | None,
) -> tuple[Life, ...]:
    """The lives of a body after a statement that is true on ``day``.

    An empty open date says nothing. An empty close date, in a file that has that column, says that the body had not
    closed before ``day``; but a close date that came from another kind of file is only taken back where this file is
    shown to be younger than it: by a date of its own or of the run, or by a later date among its rows.
    (``etr_mid2020`` does not know the closures of 2024 that the list of trusts knows, and must not undo them.)
    """
    said_by = str(kind) if statement.closed_on else None
    if not lives:
        return (Life(statement.opened_on, statement.closed_on, said_by),)
    last = lives[-1]
    opened_on = statement.opened_on
    if opened_on is not None and last.ends_on is not None and opened_on > last.ends_on:
        # It opened again after it had closed: a second life, and the first one stays as it was.
        return (*lives, Life(opened_on, statement.closed_on, said_by))
    if opened_on is not None and (len(lives) == 1 or (lives[-2].ends_on or date.max) < opened_on):
        last = replace(last, starts_on=opened_on)
    if statement.closed_on is not None:
        if statement.closed_on != last.ends_on:
            last = replace(last, ends_on=statement.closed_on, close_said_by=said_by)
    elif statement.says_whether_closed and last.ends_on is not None and last.ends_on < day:
        is_younger = file_is_dated or (latest_date is not None and latest_date > last.ends_on)
        if is_younger or last.close_said_by in (None, str(kind)):
            last = replace(last, ends_on=None, close_said_by=None)
    return (*lives[:-1], last)
