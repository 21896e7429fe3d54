"""By which names an ask is late, in SQL: the twin of ``date_rules.days_late_from``; it knows columns and no table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

from tracker.frameworks.rules import StatusClass
from tracker.progress.date_rules import Overdue

DONE = (StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED)
Columns = Mapping[str, Any]
"""What the dates are of, by name: expressions of a select, columns of a table, or values to come."""


class YearAfter(FunctionElement[date]):
    """``months_after(day, 12)``: the same day a year on, and 28 February for 29 February."""

    inherit_cache = True
    type = sa.Date()


@compiles(YearAfter)
def _year_after(element: YearAfter, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    return f"CAST(CAST({day} AS DATE) + INTERVAL '12 months' AS DATE)"


@compiles(YearAfter, "sqlite")
def _year_after_on_sqlite(element: YearAfter, compiler: Any, **options: Any) -> str:
    day = compiler.process(element.clauses, **options)
    rest = f"CASE substr({day}, 5) WHEN '-02-29' THEN '-02-28' ELSE substr({day}, 5) END"
    return f"((CAST(substr({day}, 1, 4) AS INTEGER) + 1) || {rest})"


class Earliest(FunctionElement[date]):
    """The earliest of some days that are known; NULL where none is."""

    inherit_cache = True
    type = sa.Date()


@compiles(Earliest)
def _earliest(element: Earliest, compiler: Any, **options: Any) -> str:
    return f"least({compiler.process(element.clauses, **options)})"


@compiles(Earliest, "sqlite")
def _earliest_on_sqlite(element: Earliest, compiler: Any, **options: Any) -> str:
    # Its min() of several values is NULL where one of them is.
    days = (f"coalesce({compiler.process(day, **options)}, '9999-12-31')" for day in element.clauses)
    return f"nullif(min({', '.join(days)}), '9999-12-31')"


def is_one_of(said_class: Any, classes: Iterable[StatusClass]) -> sa.ColumnElement[bool]:
    """An IN that is written out once: SQLAlchemy would write its list anew on every run."""
    return sa.or_(*(said_class == each for each in classes))


def is_past_its_date(is_open: Any, deadline_on: Any, as_at: date) -> sa.ColumnElement[bool]:
    """Past its target, or past the national date where there is none; NULL where what is open has no deadline."""
    return sa.and_(is_open, deadline_on < as_at)


def counted_class(said_class: Any, is_overdue: Any, recovery_on: Any, as_at: date) -> sa.ColumnElement[StatusClass]:
    """The twin of ``rules.counted_class``: overdue with no recovery plan is not on track, whatever was said before."""
    has_no_plan = sa.or_(recovery_on.is_(None), recovery_on < as_at)
    is_unfounded = sa.and_(said_class == StatusClass.ON_COURSE, is_overdue, has_no_plan)
    return sa.case((is_unfounded, sa.literal(StatusClass.OFF_COURSE, said_class.type)), else_=said_class)


def late_on(columns: Columns) -> sa.ColumnElement[Any]:
    """The twin of ``date_rules.overdue_from``; NULL where there is no such day."""
    each = days_late_from(columns)
    deadline = sa.case((columns["is_open"], columns["deadline_on"]))
    return Earliest(deadline, each[Overdue.PAST_REVIEW], each[Overdue.EVIDENCE_OLD])


def days_late_from(columns: Columns) -> dict[Overdue, sa.ColumnElement[Any]]:
    """The day for each name; NULL where it has none."""
    said_on = sa.func.coalesce(columns["said_on"], sa.literal(date.min, sa.Date))
    confirmed_on = sa.func.coalesce(columns["confirmed_on"], sa.literal(date.min, sa.Date))
    is_unlooked = sa.and_(said_on < columns["review_on"], confirmed_on < columns["review_on"])
    is_done = sa.and_(columns["applies"], is_one_of(columns["said_class"], DONE))
    return {
        Overdue.PAST_TARGET: sa.case((columns["is_open"], columns["target_on"])),
        Overdue.NATIONAL_DATE_MISSED: sa.case((columns["is_open"], columns["national_on"])),
        Overdue.PAST_REVIEW: sa.case((sa.and_(columns["is_open"], is_unlooked), columns["review_on"])),
        Overdue.EVIDENCE_OLD: sa.case((is_done, YearAfter(columns["evidence_on"]))),
    }


def is_late(kind: Overdue, columns: Columns, as_at: date) -> sa.ColumnElement[bool]:
    """Whether an ask is late by one name on a day."""
    return days_late_from(columns)[kind] < as_at
