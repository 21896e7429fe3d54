"""How often an organisation's board wants a return, and when the next is due; it sets the cadence and never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.audit import service as audit
from tracker.clock import london_day
from tracker.db import read, session
from tracker.returns.acts import Act, is_saved, who_and_when
from tracker.returns.books import locked_book
from tracker.returns.due_rules import Due, Handing, Period, Rhythm, due_after
from tracker.returns.handed_in import handed_in
from tracker.returns.models import ReturnBook, ReturnCadence
from tracker.returns.rows import Cadence, HandedIn


class CadenceChangedMeanwhile(Exception):
    """Somebody else set the cadence since the form was opened; nothing was written."""


class ReasonNeeded(Exception):
    """A cadence takes the place of another one and nothing says why; nothing was written."""


def set_cadence(act: Act, rhythm: Rhythm, reason: str = "") -> bool:
    """Say how often the board wants a return from now on; False where this very form was saved before.

    Returns that were handed in before it do not count for it: its first day is the next one that is still to come.
    What was overdue stays missed. Raises CadenceChangedMeanwhile, and ReasonNeeded for any but the first cadence, so
    also wherever a return is overdue.
    """
    organisation_id = act.organisation.organisation_id
    book = locked_book(organisation_id)
    if is_saved(ReturnCadence, act):
        return False
    if book.version != act.expected_version:
        raise CadenceChangedMeanwhile
    before = cadences([organisation_id]).get(organisation_id)
    if before is not None and not reason.strip():
        raise ReasonNeeded
    session().add(
        ReturnCadence(
            every_months=rhythm.every_months,
            first_on=rhythm.first_on,
            board_dates=[day.isoformat() for day in rhythm.board_dates],
            reason=reason if before is not None else "",
            **who_and_when(act),
        )
    )
    book.version += 1
    audit.record(
        verb="return cadence set",
        subject="returns to the board",
        by=act.viewer.person_id,
        role=act.role,
        organisation_code=act.organisation.code,
        before=_codes(before.rhythm) if before else None,
        after=_codes(rhythm),
    )
    return True


def _codes(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "every_months": rhythm.every_months,
        "first_on": rhythm.first_on,
        "board_dates": [day.isoformat() for day in rhythm.board_dates],
    }


def cadence_version(organisation_id: int) -> int:
    """The number that the form of the cadence carries; 0 before any."""
    query = sa.select(ReturnBook.version).where(ReturnBook.organisation_id == organisation_id)
    return session().scalar(query) or 0


def cadence_histories(organisation_ids: Collection[int]) -> dict[int, list[Cadence]]:
    """Every cadence that each organisation has had, the present one last, in one statement."""
    cadence = ReturnCadence
    columns: tuple[Any, ...] = (cadence.every_months, cadence.first_on, cadence.board_dates, cadence.recorded_at)
    rows = read(
        sa.select(cadence.organisation_id, *columns, Person.name, cadence.role, cadence.reason)
        .join(Person, Person.id == cadence.person_id)
        .where(cadence.organisation_id.in_(sorted(organisation_ids)))
        .order_by(cadence.id)
    )
    found: dict[int, list[Cadence]] = {}
    for organisation_id, every_months, first_on, board_dates, *said in rows:
        rhythm = Rhythm(every_months, first_on, tuple(date.fromisoformat(day) for day in board_dates))
        found.setdefault(organisation_id, []).append(Cadence(rhythm, *said))
    return found


def cadences(organisation_ids: Collection[int]) -> dict[int, Cadence]:
    """The cadence that holds now, for each organisation that has one, in one statement."""
    return {organisation_id: had[-1] for organisation_id, had in cadence_histories(organisation_ids).items()}


def returns_due(organisation_ids: Collection[int], today: date) -> dict[int, Due]:
    """When the next return of each organisation with a cadence is due, in two statements for any number of them."""
    known = cadence_histories(organisation_ids)
    had = handed_in(known) if known else {}
    return {
        organisation_id: due_by(history, had.get(organisation_id, ()), today)
        for organisation_id, history in known.items()
    }


def due_by(history: Sequence[Cadence], had: Sequence[HandedIn], today: date) -> Due:
    """When the next return is due, by every cadence that an organisation has had and what its board was handed.

    A return counts for the cadence in force as it was handed in, on the London day, and only where it covers all that
    was tracked.
    """
    begins = [each.recorded_at for each in history]
    periods = []
    for cadence, until in zip(history, [*begins[1:], None], strict=True):
        counting = tuple(
            Handing(london_day(each.recorded_at), each.meeting_on)
            for each in had
            if each.covers_all
            and each.recorded_at >= cadence.recorded_at
            and (until is None or each.recorded_at < until)
        )
        periods.append(Period(cadence.rhythm, london_day(cadence.recorded_at), counting))
    return due_after(periods, today)
