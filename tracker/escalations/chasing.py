"""The words of a message to many: which fields a template may have, and what it says once they are filled in; plain
Python, and it knows nobody.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from textwrap import shorten

FIELDS: Mapping[str, str] = {
    "name": "the name of whoever gets it",
    "organisation": "the organisation",
    "asks": "each overdue ask on lines of its own, with how late it is and where it is updated",
    "days": "how many days late the latest ask is",
    "lead": "the name of the executive lead",
}
"""What may stand in curly brackets, and what takes its place."""

SUBJECT = "Overdue actions on health inequalities: {organisation}"
TEXT = (
    "Hello {name},\n\nThese actions of {organisation} have passed their dates:\n\n{asks}\n\n"
    "Please say where they stand, and by when you expect them to be done. "
    "If something is in the way, tell us: we may be able to help.\n"
)
NO_LEAD = "the executive lead"
LONGEST_WORDING = 110
_FIELD = re.compile(r"{([^{}\n]*)}")


def unknown_fields(text: str) -> list[str]:
    """What stands in curly brackets and is no field, in order.

    >>> unknown_fields("Dear {name}, {organization} is {days} days late")
    ['organization']
    """
    return [name for name in _FIELD.findall(text) if name not in FIELDS]


def filled_in(text: str, values: Mapping[str, str]) -> str:
    """The text with its fields filled in, once: what is filled in is never read as a field.

    >>> filled_in("{organisation}: {days}", {"organisation": "The {days} Trust", "days": "42"})
    'The {days} Trust: 42'
    """
    return _FIELD.sub(lambda found: values.get(found[1], found[0]), text)


def ask_lines(ref: str, wording: str, late: str, link: str) -> str:
    """One ask in a message: what, how late, and where it is updated."""
    short = shorten(wording, LONGEST_WORDING, placeholder="…").rstrip(".")
    return f"{ref} {short}\n{late}\n{link}"
