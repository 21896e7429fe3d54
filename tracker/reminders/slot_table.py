"""The days that call for a reminder, as a table that a statement can join: worked out in Python, written out in SQL.

As text, because there are more days than values that a statement can be given; and as rows that both databases count,
so that they look them up and do not go through all of them again and again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.db import session
from tracker.reminders.rules import Cadence, Slot, slot_on

COLUMNS = ("cadence", "anchor_on", "deadline_on", "due_on")

Slots = Mapping[tuple[str, date], Slot]
"""The latest slot that has gone by, by the code of the cadence and the day that the series starts from."""


@lru_cache(maxsize=16)
def slots_of_day(
    first_day: date, on: date, ahead_to: date, cadences: tuple[tuple[str, Cadence], ...], quiet_days: int
) -> Slots:
    """The slot of every day from the first on that can begin a series on a day; days with none yet are left out.

    ``quiet_days`` is how long after that first day the deadline lies.
    """
    quiet = timedelta(days=quiet_days)
    found = {}
    for code, cadence in cadences:
        last = max(on, ahead_to) + cadence.horizon - quiet
        for number in range((last - first_day).days + 1):
            anchor_on = first_day + timedelta(days=number)
            slot = slot_on(anchor_on + quiet, on, cadence, ahead_to)
            if slot is not None:
                found[code, anchor_on] = slot
    return found


def slot_table(slots: Slots, quiet_days: int) -> Any:
    """The same as a common table expression with COLUMNS; ``slots`` holds at least one."""
    quiet = timedelta(days=quiet_days)
    rows = [f"('{code}', '{on}', '{on + quiet}', '{slot.due_on}')" for (code, on), slot in slots.items()]
    if session().get_bind().dialect.name == "postgresql":
        # What the first row is, all are.
        (code, on), slot = next(iter(slots.items()))
        rows[0] = f"('{code}', DATE '{on}', DATE '{on + quiet}', DATE '{slot.due_on}')"
    # Both databases call the columns of VALUES so.
    names = ", ".join(f"column{place} AS {name}" for place, name in enumerate(COLUMNS, start=1))
    # Days, and codes of the file of rules: nothing that anybody typed.
    text = sa.text(f"SELECT {names} FROM (VALUES {', '.join(rows)}) AS days")  # noqa: S608  # nosec B608
    types: tuple[sa.types.TypeEngine[Any], ...] = (sa.String(), sa.Date(), sa.Date(), sa.Date())
    named = [sa.column(name, kind) for name, kind in zip(COLUMNS, types, strict=True)]
    return text.columns(*named).cte("slot")
