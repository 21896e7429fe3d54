"""What the register of personal data is made of; it names no table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one table that are about somebody, as a part of the export.

    ``by`` is the column that says whose a row is: a person's id, or an account's where it refers to accounts. Every
    other column is shown, or said (that it is filled, in a word of its own, never with what), or left out.
    """

    name: str
    table: str
    by: str
    shown: tuple[str, ...]
    said: Mapping[str, str] = field(default_factory=dict)
    left_out: tuple[str, ...] = ()
