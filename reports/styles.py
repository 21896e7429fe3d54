"""How cells look: Arial, wrapped, dates in words, no fills; it must not know what a cell holds."""

from __future__ import annotations

from typing import Literal

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, NamedStyle, Side

FONT_NAME = "Arial"
DATE_FORMAT = "dd mmmm yyyy"
SHARE_FORMAT = "0%"
COUNT_FORMAT = "#,##0"
_HEADING_1_IN_EXCEL = 16


class Styles:
    """The styles of one workbook; numbered ones are for rows written as XML, the rest for cells of openpyxl."""

    def __init__(self, workbook: Workbook) -> None:
        # Excel knows Heading 1 by its number, so a screen reader announces it as one whatever it looks like.
        self.heading_1 = NamedStyle(
            name="Heading 1",
            builtinId=_HEADING_1_IN_EXCEL,
            font=Font(name=FONT_NAME, size=16, bold=True),
            alignment=Alignment(vertical="top"),
        )
        workbook.add_named_style(self.heading_1)
        self._body = Font(name=FONT_NAME, size=10)
        self._bold = Font(name=FONT_NAME, size=10, bold=True)
        self._link = Font(name=FONT_NAME, size=10, underline="single", color="FF005EB8")
        self._wrapped = Alignment(wrap_text=True, vertical="top")
        self._wrapped_to_the_right = Alignment(wrap_text=True, vertical="top", horizontal="right")
        self._line_below = Border(bottom=Side(style="thin"))
        self.text = self._number_of(workbook)
        self.quoted_text = self._number_of(workbook, quoted=True)
        self.number = self._number_of(workbook, number_format=COUNT_FORMAT, horizontal="right")
        self.share = self._number_of(workbook, number_format=SHARE_FORMAT, horizontal="right")
        self.day = self._number_of(workbook, number_format=DATE_FORMAT)

    def _number_of(
        self,
        workbook: Workbook,
        *,
        number_format: str = "General",
        horizontal: Literal["left", "right"] = "left",
        quoted: bool = False,
    ) -> int:
        # A cell that belongs to no sheet: openpyxl gives a style its number when a cell first wears it.
        cell = Cell(workbook.worksheets[0], row=1, column=1)
        self.make_body(cell)
        # Text and dates line up under their headings, where a magnified screen finds them; counts by their last digit.
        cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal=horizontal)
        cell.number_format = number_format
        cell.quotePrefix = quoted
        return int(cell.style_id)

    def make_body(self, cell: Cell) -> None:
        cell.font = self._body
        cell.alignment = self._wrapped

    def make_link(self, cell: Cell) -> None:
        cell.font = self._link
        cell.alignment = self._wrapped

    def make_plain(self, cell: Cell) -> None:
        """A line above the table: it runs on over the empty cells beside it, so it is not wrapped."""
        cell.font = self._body

    def make_heading(self, cell: Cell, *, is_over_counts: bool = False) -> None:
        cell.font = self._bold
        cell.alignment = self._wrapped_to_the_right if is_over_counts else self._wrapped
        cell.border = self._line_below
