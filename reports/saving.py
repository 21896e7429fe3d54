"""Joins the sheets of a workbook and writes it so that the same content is the same bytes; it must not know the
content.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import BinaryIO

from openpyxl import Workbook
from openpyxl.writer.excel import ExcelWriter

from reports.archive import WorkbookArchive
from reports.sheet import TableSheet


def save(workbook: Workbook, sheets: Sequence[TableSheet], *, title: str, known_at: datetime, to: BinaryIO) -> None:
    """Lay out the sheets in their order, after those already there, and write the workbook.

    Time stamps are the data cut-off, an aware instant. The sheet that openpyxl starts every workbook with goes.
    """
    scratch = workbook.worksheets[0]
    laid_out = {sheet.plan.tab: sheet.lay_out(workbook) for sheet in sheets}
    workbook.remove(scratch)
    workbook.active = 0
    properties = workbook.properties
    properties.title = title
    properties.language = "en-GB"
    properties.created = properties.modified = known_at.astimezone(UTC).replace(microsecond=0, tzinfo=None)
    rows = {
        f"xl/worksheets/sheet{number}.xml": laid_out[sheet.title]
        for number, sheet in enumerate(workbook.worksheets, start=1)
        if sheet.title in laid_out
    }
    # openpyxl's own save() stamps the time of day, and opens an archive that does the same.
    ExcelWriter(workbook, WorkbookArchive(to, rows)).save()
