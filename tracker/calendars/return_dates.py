"""Reads when boards want their next return, as a calendar holds it, in three statements; it writes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import sqlalchemy as sa

from tracker.calendars.rows import Covered, Place, ReturnDate
from tracker.calendars.rules import window
from tracker.db import read
from tracker.progress.lists import ListSource
from tracker.returns.cadences import cadence_histories, due_by
from tracker.returns.handed_in import handed_in


def return_dates(source: ListSource, covered: Covered, today: date) -> tuple[ReturnDate, ...]:
    """The next day of each board that has set some, and one that was missed; of organisations covered as a whole."""
    places = _places(source, covered)
    known = cadence_histories(places) if places else {}
    had = handed_in(known) if known else {}
    first, last = window(today)

    def days() -> Iterator[ReturnDate]:
        for body, history in known.items():
            due = due_by(history, had.get(body, ()), today)
            for on in sorted({day for day in (due.missed_on, due.next_on) if day is not None}):
                if first <= on <= last:
                    yield ReturnDate(places[body], on, history[-1].recorded_at)

    return tuple(days())


def _places(source: ListSource, covered: Covered) -> dict[int, Place]:
    """The organisations that are covered as a whole, by id."""
    bodies = source.bodies.c
    if covered.region_id is not None:
        which = bodies.region_id == covered.region_id
    elif covered.whole:
        which = bodies.organisation_id.in_(sorted(covered.whole))
    else:
        return {}
    rows = read(sa.select(bodies.organisation_id, bodies.code, bodies.name).where(which))
    return {body: Place(code, name) for body, code, name in rows}
