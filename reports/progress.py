"""The progress workbook and progress.csv: typed rows in, bytes out; it must not know who asks or where the rows come
from.

The same rows, scale and About give the same bytes: time stamps are the data cut-off, and nothing is ordered by hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from io import BytesIO
from typing import BinaryIO

from openpyxl import Workbook

from reports.columns import DETAIL_COLUMNS
from reports.exceptions import exception_rows, exceptions_plan, is_exception
from reports.front_matter import KEY_PLAN, key_rows, lay_out_cover
from reports.notes import AS_AT_NOTE, GAPS_NOTE, NOTES_PLAN, OVERDUE_NOTE, Notes
from reports.progress_csv import build_csv, write_csv
from reports.rows import CLASS_WORDS, PROGRESS_FIELDS, About, ProgressRow, ScaleEntry
from reports.saving import save
from reports.sheet import SheetPlan, TableSheet
from reports.shown import RowValues
from reports.styles import Styles
from reports.summary import Tally, summary_plan, summary_rows

__all__ = [
    "CLASS_WORDS",
    "PROGRESS_FIELDS",
    "About",
    "ProgressRow",
    "ScaleEntry",
    "build_csv",
    "build_workbook",
    "write_csv",
    "write_workbook",
]


def build_workbook(rows: Iterable[ProgressRow], scale: Sequence[ScaleEntry], about: About) -> bytes:
    """The progress workbook, as the bytes of an xlsx file."""
    to = BytesIO()
    write_workbook(rows, scale, about, to=to)
    return to.getvalue()


def write_workbook(rows: Iterable[ProgressRow], scale: Sequence[ScaleEntry], about: About, *, to: BinaryIO) -> None:
    """The progress workbook, written to a file. Rows are read once, and kept only if they are exceptions."""
    workbook = Workbook()
    styles = Styles(workbook)
    notes = Notes(about)
    with ExitStack() as open_files:

        def table(plan: SheetPlan) -> TableSheet:
            return TableSheet(plan, styles, open_files)

        detail = table(_detail_plan(about))
        tally = Tally()
        exceptions = []
        shown = RowValues(PROGRESS_FIELDS, notes, includes_names=about.includes_names)
        for row in rows:
            tally.count(row)
            detail.add(shown.of(row))
            if is_exception(row):
                exceptions.append(row)

        key = table(KEY_PLAN)
        for cells in key_rows(scale, notes):
            key.add(cells)
        summary = table(summary_plan(about))
        for cells in summary_rows(tally, about) if detail.listed else ():
            summary.add(cells)
        listed_exceptions = table(exceptions_plan(about))
        for cells in exception_rows(exceptions, about, notes):
            listed_exceptions.add(cells)
        # Last, because the other sheets add to the notes.
        notes_sheet = table(NOTES_PLAN)
        for note in notes.rows:
            notes_sheet.add(note)

        _save(workbook, about, [key, summary, detail, listed_exceptions, notes_sheet], styles, to)


def _save(workbook: Workbook, about: About, sheets: list[TableSheet], styles: Styles, to: BinaryIO) -> None:
    contents = [(sheet.plan.tab, sheet.plan.holds[0], sheet.listed) for sheet in sheets]
    lay_out_cover(workbook, about, contents, styles)
    properties = workbook.properties
    properties.subject = about.scope
    properties.creator = about.contact or about.scope
    properties.version = about.version
    properties.contentStatus = about.state
    save(workbook, sheets, title=about.title, known_at=about.known_at, to=to)


def _detail_plan(about: About) -> SheetPlan:
    return SheetPlan(
        tab="Detail",
        table="ProgressDetail",
        title=f"Detail of progress, {about.scope}",
        holds=(
            f"One row for each organisation and ask {AS_AT_NOTE}. Days overdue count from the day after the date"
            f" {OVERDUE_NOTE}. Gaps are put in words {GAPS_NOTE}.",
        ),
        columns=tuple(DETAIL_COLUMNS.values()),
        if_empty="No asks in this scope",
    )
