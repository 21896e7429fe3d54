"""What the selects of a calendar share: whose rows it covers and which come first; it knows no kind of date."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.calendars.rows import Covered


def is_covered(c: Any, covered: Covered) -> sa.ColumnElement[bool]:
    """Whether a row of a list lies in what a calendar covers; ``c`` holds its columns by name."""
    if covered.region_id is not None:
        # What is tracked in a region bears its id; the region itself is never tracked.
        return c["region_id"] == covered.region_id  # type: ignore[no-any-return]
    return sa.or_(
        c["organisation_id"].in_(sorted(covered.whole)),
        *(
            sa.and_(c["organisation_id"] == body, c["ask_id"].in_(sorted(asks)))
            for body, asks in (covered.asks or {}).items()
        ),
    )


def nearest_first(day: Any, today: date) -> tuple[sa.ColumnElement[Any], ...]:
    """An order by a day: what is still to come, the next first, and then what is past, the last first."""
    return sa.case((day >= today, 0), else_=1), sa.case((day >= today, day)), day.desc()


def value_of(select: sa.Select[Any], *facts: Any) -> sa.ScalarSelect[Any]:
    """A select of one value of some tables, which stands beside the columns of the row that it is of."""
    return select.correlate_except(*facts).scalar_subquery()
