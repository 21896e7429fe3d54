"""How tall a row must be for its wrapped text to be read; it must not know what the text says.

Excel would measure rows by itself, LibreOffice (7.4) does not: it lays the lines of one row over the next. So each row
says its height, estimated generously from the length of its texts and the widths of their columns.
"""

from __future__ import annotations

from collections.abc import Iterable

LINE_IN_POINTS = 12.75
TALLEST_IN_POINTS = 409.0
"""Excel's own limit for a row; a longer text is read in its cell."""

# Words do not fill a line to its end, and Arial's capitals are wide: a line of prose holds about nine tenths.
_FILLED = 0.9


def lines_of(text: str, width: int) -> int:
    """How many lines a text takes in a column so many characters wide.

    >>> lines_of("Off track", 14), lines_of("Applicability to confirm", 14), lines_of("one\\ntwo", 14)
    (1, 2, 2)
    """
    room = max(1, int(width * _FILLED))
    return sum(1 + max(0, len(paragraph) - 1) // room for paragraph in text.split("\n"))


def row_height(texts: Iterable[tuple[str, int]]) -> float:
    """The height in points for a row of these texts and widths.

    >>> row_height([("Off track", 14), ("Applicability to confirm", 14)])
    27.5
    """
    lines = max((lines_of(text, width) for text, width in texts), default=1)
    return min(TALLEST_IN_POINTS, lines * LINE_IN_POINTS + 2)
