"""The progress workbook and progress.csv: typed rows in, bytes out; it must not know who asks or where the rows come
from.

The same rows, scale and About give the same bytes: time stamps are the data cut-off, and nothing is ordered by hash.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from datetime import UTC
from io import BytesIO
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from reports.archive import WorkbookArchive
from reports.columns import DETAIL_COLUMNS
from reports.exceptions import exception_rows, exceptions_plan, is_exception
from reports.front_matter import KEY_PLAN, key_rows, lay_out_cover
from reports.notes import AS_AT_NOTE, GAPS_NOTE, NOTES_PLAN, OVERDUE_NOTE, Notes
from reports.progress_csv import build_csv, write_csv
from reports.rows import CLASS_WORDS, PROGRESS_FIELDS, About, ProgressRow, ScaleEntry
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
    scratch = workbook.worksheets[0]
    contents = [(sheet.plan.tab, sheet.plan.holds[0], sheet.listed) for sheet in sheets]
    lay_out_cover(workbook, about, contents, styles)
    laid_out = {sheet.plan.tab: sheet.lay_out(workbook) for sheet in sheets}
    workbook.remove(scratch)
    workbook.active = 0
    cut_off = about.known_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    properties = workbook.properties
    properties.title = about.title
    properties.subject = about.scope
    properties.language = "en-GB"
    properties.creator = about.contact or about.scope
    properties.version = about.version
    properties.contentStatus = about.state
    properties.created = properties.modified = cut_off
    rows = {
        f"xl/worksheets/sheet{number}.xml": laid_out[sheet.title]
        for number, sheet in enumerate(workbook.worksheets, start=1)
        if sheet.title in laid_out
    }
    # openpyxl's own save() stamps the time of day, and opens an archive that does the same.
    ExcelWriter(workbook, WorkbookArchive(to, rows)).save()


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
