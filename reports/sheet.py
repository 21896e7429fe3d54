"""One sheet with one table: its plan, its rows as they come, and its look; it must not know what the rows mean.

openpyxl lays out the sheet (title, heading row, widths, page, table, links, styles). The rows of the table are written
beside it as SpreadsheetML into a temporary file, and the archive joins the two: openpyxl takes about 25 microseconds to
write a styled cell, and this takes one (tests/bench/bench_workbook.py).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from tempfile import SpooledTemporaryFile

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.header_footer import HeaderFooterItem, _HeaderFooterPart
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.table import Table, TableColumn, TableStyleInfo
from openpyxl.worksheet.worksheet import Worksheet

from reports.archive import SheetRows
from reports.cell_text import put_text
from reports.columns import NO_DATA, Column
from reports.heights import row_height
from reports.row_xml import CellValue, RowXml
from reports.styles import Styles

LAST_ROW_IN_EXCEL = 1_048_576
_KEPT_IN_MEMORY = 256 * 1024
_ROWS_AT_ONCE = 256
_A4 = 9
_TITLE_HEIGHT = 24
_BOLD_IS_WIDER = 1


class TooManyRows(ValueError):
    """A sheet would be longer than Excel can open."""


@dataclass(frozen=True, slots=True)
class SheetPlan:
    """What a sheet is: its tab, its table's name, its title for A1, the lines below that say what it holds, its
    columns.

    `if_empty` is what its only row says when there is nothing to list, because a table needs a row and a reader a
    reason.
    """

    tab: str
    table: str
    title: str
    holds: tuple[str, ...]
    columns: tuple[Column, ...]
    if_empty: str

    @property
    def heading_row(self) -> int:
        return 2 + len(self.holds)


class TableSheet:
    """A sheet that takes its rows one at a time, and is laid out once the last is in."""

    def __init__(self, plan: SheetPlan, styles: Styles, open_files: ExitStack) -> None:
        self.plan = plan
        self.listed = 0
        self._styles = styles
        self._row_xml = RowXml(styles, [column.width for column in plan.columns])
        self._next_row = plan.heading_row + 1
        self._waiting: list[str] = []
        self._file = open_files.enter_context(SpooledTemporaryFile(max_size=_KEPT_IN_MEMORY))  # noqa: SIM115

    def add(self, values: Sequence[CellValue]) -> None:
        """List one row."""
        self._write(values)
        self.listed += 1

    def _write(self, values: Sequence[CellValue]) -> None:
        if self._next_row > LAST_ROW_IN_EXCEL:
            raise TooManyRows(
                f'The sheet "{self.plan.tab}" would have over {LAST_ROW_IN_EXCEL:,} rows, more than Excel can open.'
                " Choose a smaller scope, or download the csv."
            )
        self._waiting.append(self._row_xml.row(self._next_row, values))
        self._next_row += 1
        if len(self._waiting) >= _ROWS_AT_ONCE:
            self._flush()

    def _flush(self) -> None:
        self._file.write("".join(self._waiting).encode())
        self._waiting.clear()

    def lay_out(self, workbook: Workbook) -> SheetRows:
        """Make the sheet in the workbook; returns its rows, for the archive to join to it."""
        if not self.listed:
            self._write([self.plan.if_empty, *[NO_DATA] * (len(self.plan.columns) - 1)])
        self._flush()
        sheet = lay_out_top(workbook, self.plan, self._styles)
        mark_up_table(sheet, self.plan, self._next_row - 1)
        return SheetRows(
            covers=f"A1:{get_column_letter(len(self.plan.columns))}{self._next_row - 1}",
            size=self._file.tell(),
            rows_xml=self._rows_xml(),
        )

    def _rows_xml(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(256 * 1024):
            yield chunk


def lay_out_top(workbook: Workbook, plan: SheetPlan, styles: Styles) -> Worksheet:
    """A new sheet with everything but the rows of its table."""
    sheet: Worksheet = workbook.create_sheet(plan.tab)
    put_text(sheet["A1"], plan.title)
    sheet["A1"].style = styles.heading_1
    for row, line in enumerate(plan.holds, start=2):
        cell = cell_at(sheet, row, 1)
        put_text(cell, line)
        styles.make_plain(cell)
    for number, column in enumerate(plan.columns, start=1):
        cell = cell_at(sheet, plan.heading_row, number)
        put_text(cell, column.heading)
        styles.make_heading(cell, is_over_counts=column.holds_counts)
        sheet.column_dimensions[get_column_letter(number)].width = column.width
    sheet.row_dimensions[1].height = _TITLE_HEIGHT
    sheet.row_dimensions[plan.heading_row].height = row_height(
        (column.heading, column.width - _BOLD_IS_WIDER) for column in plan.columns
    )
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = _A4
    # As many pages long as it takes, and one wide.
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.page_margins.top = sheet.page_margins.bottom = 0.75
    sheet.print_title_rows = f"{plan.heading_row}:{plan.heading_row}"
    sheet.oddFooter = HeaderFooterItem(left=_HeaderFooterPart("&A"), right=_HeaderFooterPart("Page &P of &N"))
    return sheet


def mark_up_table(sheet: Worksheet, plan: SheetPlan, last_row: int) -> None:
    """Mark the cells as one named Excel table, without filter buttons, stripes or fills (a published copy)."""
    last_column = get_column_letter(len(plan.columns))
    table = Table(displayName=plan.table, ref=f"A{plan.heading_row}:{last_column}{last_row}")
    # Named here, because a table left to name its own columns also gives itself filter buttons.
    table.tableColumns = [
        TableColumn(id=number, name=column.heading) for number, column in enumerate(plan.columns, start=1)
    ]
    table.tableStyleInfo = TableStyleInfo(name="TableStyleLight1", showRowStripes=False, showColumnStripes=False)
    sheet.add_table(table)


def cell_at(sheet: Worksheet, row: int, column: int) -> Cell:
    """A cell that can be written; no sheet of ours has merged ones."""
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError(f"{sheet.title}!{cell.coordinate} is part of a merged cell.")
    return cell


def link_to_sheet(sheet: Worksheet, row: int, tab: str) -> None:
    """Make the first cell of a row a link to A1 of another sheet of this workbook."""
    cell = sheet.cell(row, 1)
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{tab}'!A1", display=tab)
