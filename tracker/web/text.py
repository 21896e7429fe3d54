"""Typed text: one kind of line end, and no character that a page, a spreadsheet or a person could not show.

It must not know forms; the fields call it.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

STAND_IN = "\N{REPLACEMENT CHARACTER}"

# Control characters other than tab and line feed; halves of surrogate pairs and code points that are no
# characters (HTML, XML and so every spreadsheet refuse both); the stand-in itself, which means that something was
# lost; and what turns the direction of the text around it, so that a name or a sum reads otherwise than it is.
_UNKEEPABLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffd-\uffff"
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
    + "".join(chr(plane * 0x10000 + last) for plane in range(1, 17) for last in (0xFFFE, 0xFFFF))
    + "]"
)

_SHOW_NOTHING = ("Cc", "Cf", "Zl", "Zp", "Zs")
"""Categories of Unicode that hold no sign of their own: controls, marks of format, spaces."""
_FILLERS = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0"
    + "".join(map(chr, (*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0))))
)
"""Letters, marks and signs that are drawn as nothing: fillers, the empty Braille pattern, selectors of a variant."""


@dataclass(frozen=True, slots=True)
class UnkeepableCharacter:
    """The first character of a text that cannot be kept; line and column count from 1."""

    line: int
    column: int


def with_plain_line_ends(text: str) -> str:
    """Line ends as browsers and Windows send them, made one kind.

    >>> with_plain_line_ends("one\\r\\ntwo\\rthree")
    'one\\ntwo\\nthree'
    """
    return text.replace("\r\n", "\n").replace("\r", "\n")


def find_unkeepable(text: str) -> UnkeepableCharacter | None:
    """Where the first character stands that cannot be kept, or None.

    >>> find_unkeepable("Met on\\x07 time")
    UnkeepableCharacter(line=1, column=7)
    >>> find_unkeepable("Tabs\\tand\\nlines are kept") is None
    True
    """
    found = _UNKEEPABLE.search(text)
    if found is None:
        return None
    before = text[: found.start()]
    return UnkeepableCharacter(line=before.count("\n") + 1, column=found.start() - before.rfind("\n"))


def is_blank(text: str) -> bool:
    """Whether nothing of a text can be seen, which is no answer to anything.

    Characters that are not seen are no fault beside others: what is pasted has them, and emoji are joined by them.

    >>> [is_blank(text) for text in ("", " \\u200b\\n", "\\u3164", "All\\u200bwell", "\\U0001f468\\u200d\\U0001f373")]
    [True, True, True, False, False]
    """
    return all(each in _FILLERS or unicodedata.category(each) in _SHOW_NOTHING for each in set(text))


def made_visible(text: str) -> str:
    """The same text with a mark in place of each character that HTML could not carry back to the person.

    >>> made_visible("Met on\\x07 time")
    'Met on\N{REPLACEMENT CHARACTER} time'
    """
    return _UNKEEPABLE.sub(STAND_IN, text)


def visible_lines(text: str) -> str:
    """The same for text of several lines, whose ends a browser sends as two characters each.

    >>> visible_lines("One\\r\\ntwo\\x07") == "One\\ntwo" + made_visible("\\x07")
    True
    """
    return made_visible(with_plain_line_ends(text))


def is_like_a_name(text: str) -> bool:
    """Whether a text begins as names do, with a letter or an apostrophe.

    Lists of people are opened in spreadsheets, where a text that begins with = + - or @ would be a formula.

    >>> [is_like_a_name(text) for text in ("Asha Whitcombe", "’t Hooft", "Øyvind", "=1+1", "@SUM(A1)", "")]
    [True, True, True, False, False, False]
    """
    return text[:1].isalpha() or text[:1] in ("'", "‘", "’", "ʻ")
