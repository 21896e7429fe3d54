"""The Exceptions sheet: what is overdue or off track, longest overdue first; it must not know where the rows come
from.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from reports.columns import DETAIL_COLUMNS, Column
from reports.notes import OVERDUE_NOTE, Notes
from reports.row_xml import CellValue
from reports.rows import CLASS_WORDS, About, ProgressRow
from reports.sheet import SheetPlan
from reports.shown import RowValues
from reports.wording import in_reading_order

_FIELDS_BEFORE = ("organisation", "ods_code", "region", "framework", "ask_ref", "ask", "status", "days_overdue")
_FIELDS_AFTER = ("overdue_reason", "risk", "next_step", "next_step_on", "lead_title", "last_updated_on")
_SEVERITY = {status_class: place for place, status_class in enumerate(CLASS_WORDS)}


def exceptions_plan(about: About) -> SheetPlan:
    return SheetPlan(
        tab="Exceptions",
        table="ProgressExceptions",
        title=f"Exceptions: overdue or off track, {about.scope}",
        holds=(
            "One row for each organisation and ask that is overdue, off track or both. Longest overdue first, then"
            f" off track {OVERDUE_NOTE}.",
        ),
        columns=(
            *(DETAIL_COLUMNS[name] for name in _FIELDS_BEFORE),
            Column("Why it is listed", 13),
            Column("Due date", 17),
            *(DETAIL_COLUMNS[name] for name in _FIELDS_AFTER),
        ),
        if_empty="Nothing is overdue or off track",
    )


def is_exception(row: ProgressRow) -> bool:
    return row.is_overdue or row.is_off_track


def exception_rows(rows: Iterable[ProgressRow], about: About, notes: Notes) -> Iterator[list[CellValue]]:
    before = RowValues(_FIELDS_BEFORE, notes, includes_names=about.includes_names)
    after = RowValues(_FIELDS_AFTER, notes, includes_names=about.includes_names)
    for row in sorted(rows, key=_longest_overdue_first):
        # An agreed target governs; the national date is the fallback (semantics of overdue).
        due = row.target_date or row.national_date or "No date"
        yield [*before.of(row), _why_listed(row), due, *after.of(row)]


def _longest_overdue_first(row: ProgressRow) -> tuple[object, ...]:
    days = row.days_overdue or 0
    return (
        -days,
        _SEVERITY[row.status_class],
        row.region_code,
        row.system_code,
        row.ods_code,
        row.framework,
        in_reading_order(row.ask_ref),
    )


def _why_listed(row: ProgressRow) -> str:
    if row.is_overdue and row.is_off_track:
        return "Overdue and off track"
    return "Overdue" if row.is_overdue else "Off track"
