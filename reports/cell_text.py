"""Making any text safe and whole in a cell: the one place that decides it; it must not know which sheet the text is
for.

A cell of ours is always of the string type, so Excel never computes it. Text that looks like a formula also carries
Excel's quote prefix, so that it stays text when somebody edits the cell and presses Enter.

What changes, and nothing else does: line ends become LF, because Excel shows a carriage return as a stray mark;
characters that XML 1.0 cannot hold become visible stand-ins (U+0007 shows as U+2407, a lone surrogate as U+FFFD);
and what Excel would decode as an escape ("_x0041_") is written so that it shows as typed (ECMA-376 part 1, 22.9.2.19;
openpyxl does not undo that escape when it reads, so a reader of these files must).
"""

from __future__ import annotations

import re
from typing import Final
from xml.sax.saxutils import escape  # nosec B406 # it writes XML and reads none

from openpyxl.cell.cell import Cell

# Excel's own limit, which it counts in UTF-16 units: an emoji takes two.
CELL_LIMIT: Final = 32_767

# The ASCII signs that start a formula (or a DDE call) in some spreadsheet, the full-width twins that some locales
# fold into them, and the white space that a paste may lose from in front of one.
_FORMULA_STARTS: Final = ("=", "+", "-", "@", "|", "\t", "\r", "\n", "＝", "＋", "－", "＠", "｜")
_LINE_ENDS: Final = re.compile("\r\n?")
_UNWRITABLE: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LOOKALIKE: Final = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class CellTextTooLong(ValueError):
    """A text is longer than a cell can hold, in a place where it cannot be continued in the notes."""


def looks_like_formula(text: str) -> bool:
    """
    >>> looks_like_formula("=1+1"), looks_like_formula("1+1=2")
    (True, False)
    """
    return text.startswith(_FORMULA_STARTS)


def writable(text: str) -> str:
    """The text as a cell can hold it.

    >>> writable("bell\\x07, two\\r\\nlines")
    'bell␇, two\\nlines'
    """
    if "\r" in text:
        text = _LINE_ENDS.sub("\n", text)
    return _UNWRITABLE.sub(_stand_in, text)


def _stand_in(match: re.Match[str]) -> str:
    point = ord(match.group())
    return chr(0x2400 + point) if point < 0x20 else "\ufffd"


def length_in_excel(text: str) -> int:
    """How many of Excel's 32,767 characters the text takes.

    >>> length_in_excel("a😀")
    3
    """
    return len(text) + sum(1 for character in text if character > "\uffff")


def split_to_fit(text: str, first_room: int, room: int = CELL_LIMIT) -> list[str]:
    """The text in pieces that each fit: the first within `first_room`, the rest within `room`.

    >>> split_to_fit("abcdefgh", 2, 4)
    ['ab', 'cdef', 'gh']
    """
    pieces = []
    start, used, allowed = 0, 0, first_room
    for position, character in enumerate(text):
        size = 2 if character > "\uffff" else 1
        if used + size > allowed:
            pieces.append(text[start:position])
            start, used, allowed = position, 0, room
        used += size
    pieces.append(text[start:])
    return pieces


def stored(text: str) -> str:
    """The text as the file spells it, before XML's own escaping; refuses what Excel would cut off."""
    text = writable(text)
    # A character takes at most two units, so short texts need no count.
    if len(text) > CELL_LIMIT // 2 and length_in_excel(text) > CELL_LIMIT:
        raise CellTextTooLong(
            f'The text starting "{text[:40]}" has {length_in_excel(text):,} characters, and a cell holds'
            f" {CELL_LIMIT:,}. Shorten it."
        )
    return _ESCAPE_LOOKALIKE.sub("_x005F_", text) if "_x" in text else text


def put_text(cell: Cell, text: str) -> None:
    """Put text into a cell of openpyxl as text, whatever it looks like."""
    cell.value = stored(text)
    # openpyxl guesses a formula or an error from the first character; this is never one.
    cell.data_type = "s"
    if looks_like_formula(text):
        cell.quotePrefix = True


def text_element(text: str) -> str:
    """The inside of a string cell, in SpreadsheetML."""
    inside = escape(stored(text))
    space = ' xml:space="preserve"' if inside != inside.strip() else ""
    return f"<is><t{space}>{inside}</t></is>"
