"""A row of a table as SpreadsheetML, quickly; it must not know what the values mean or where the row ends up."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import count, islice

from openpyxl.utils import get_column_letter

from reports.cell_text import looks_like_formula, text_element
from reports.heights import LINE_IN_POINTS, TALLEST_IN_POINTS, lines_of
from reports.styles import Styles

# A whole number is a count, a float a share shown as a percentage, a date a true date, and text always text.
CellValue = str | int | float | date

# Day 1 of Excel's calendar is 1 January 1900, and it believes in a 29 February 1900, so modern days count from here.
_EXCEL_DAY_ZERO = date(1899, 12, 30).toordinal()
# Names, asks and statuses repeat by the thousand; this many distinct texts stay at hand.
_REMEMBERED = 2_048
_COLUMNS = tuple(islice((get_column_letter(number) for number in count(1)), 100))


class RowXml:
    """Writes rows in the styles of one workbook, tall enough for columns of these widths."""

    def __init__(self, styles: Styles, widths: Sequence[int]) -> None:
        self._styles = styles
        self._widths = widths
        # One memory for each type, because 1, 1.0 and True would share a place in a common one.
        self._text = lru_cache(_REMEMBERED)(self._text_cell)
        self._day = lru_cache(_REMEMBERED)(self._day_cell)
        self._lines = lru_cache(_REMEMBERED)(lines_of)

    def row(self, number: int, values: Sequence[CellValue]) -> str:
        cells = [f'<c r="{column}{number}"{self._cell(value)}' for column, value in zip(_COLUMNS, values, strict=False)]
        return f'<row r="{number}" ht="{self._height(values)}" customHeight="1">{"".join(cells)}</row>'

    def _height(self, values: Sequence[CellValue]) -> float:
        """As ``heights.row_height``, but looking closely only at texts that may not fit one line."""
        lines = 1
        for value, width in zip(values, self._widths, strict=False):
            if isinstance(value, str) and (len(value) > width * 0.9 or "\n" in value):
                lines = max(lines, self._lines(value, width))
        return min(TALLEST_IN_POINTS, lines * LINE_IN_POINTS + 2)

    def _cell(self, value: CellValue) -> str:
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, date):
            return self._day(value)
        if isinstance(value, float):
            return f' s="{self._styles.share}"><v>{value!r}</v></c>'
        return f' s="{self._styles.number}"><v>{value}</v></c>'

    def _text_cell(self, text: str) -> str:
        style = self._styles.quoted_text if looks_like_formula(text) else self._styles.text
        return f' s="{style}" t="inlineStr">{text_element(text)}</c>'

    def _day_cell(self, day: date) -> str:
        return f' s="{self._styles.day}"><v>{day.toordinal() - _EXCEL_DAY_ZERO}</v></c>'
