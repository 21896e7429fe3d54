"""Reads typed values out of one table of a file and notes every fault; it must not know what they mean.

A reader never raises on bad content: it notes a fault that names file, item and field, and gives back an empty
value, so that one reading finds every fault there is.
"""

from __future__ import annotations

import calendar
import difflib
import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum
from typing import TypeVar
from urllib.parse import urlsplit

from tracker.web.text import find_unkeepable, made_visible

Choice = TypeVar("Choice", bound=StrEnum)

EARLIEST_YEAR, LATEST_YEAR = 1900, 2100
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")


@dataclass(slots=True)
class Faults:
    """The faults of one file, each a sentence or two: where, what, and how to mend it."""

    file: str
    sentences: list[str] = field(default_factory=list)

    def add(self, item: str, key: str, what: str) -> None:
        where = ", ".join(part for part in (self.file, item, key) if part)
        self.sentences.append(f"{where}: {what}")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date as a file gives it: a day, or a month with its last day."""

    on: date
    is_month: bool


def quoted(value: str) -> str:
    """A value as a sentence shows it: short, on one line, with nothing that a terminal would obey.

    >>> quoted("2021-02-31")
    '"2021-02-31"'
    """
    shown = made_visible(value).replace("\n", " ").replace("\t", " ")
    return f'"{shown[:57]}…"' if len(shown) > 60 else f'"{shown}"'


def listed(values: Collection[str]) -> str:
    """Values as a sentence lists them.

    >>> listed(["day", "month"])
    '"day", "month"'
    """
    return ", ".join(f'"{value}"' for value in values)


def closest(value: str, known: Collection[str]) -> str:
    """A guess at what was meant, as a sentence with a space before it, or nothing.

    >>> closest("wordng", ["ref", "wording"])
    ' Did you mean "wording"?'
    """
    near = difflib.get_close_matches(value, known, n=1)
    return f' Did you mean "{near[0]}"?' if near else ""


def repeated(names: Iterable[str]) -> dict[str, list[int]]:
    """The names that occur more than once, with their places from 1.

    They must differ by more than capitals: people type them, and some databases compare without them.

    >>> repeated(["1A", "1B", "1a"])
    {'1A': [1, 3]}
    """
    found: dict[str, tuple[str, list[int]]] = {}
    for place, name in enumerate(names, start=1):
        found.setdefault(name.casefold(), (name, []))[1].append(place)
    return {name: places for name, places in found.values() if name and len(places) > 1}


class Table:
    """One table of a file, such as one ask. Keys that are not ``known`` are faults at once."""

    def __init__(self, values: dict[str, object], item: str, faults: Faults, known: Sequence[str]) -> None:
        self.values = values
        self.item = item
        self.faults = faults
        for key in values:
            if key not in known:
                guess = closest(key, known)
                self.fault(made_visible(key), f"this key is not known.{guess} The keys here are {listed(known)}.")

    def fault(self, key: str, what: str) -> None:
        self.faults.add(self.item, key, what)

    def __contains__(self, key: str) -> bool:
        return key in self.values

    def text(self, key: str, *, longest: int, is_required: bool = True, shape: str = "", shape_says: str = "") -> str:
        """One line of text of at most ``longest`` characters, of a ``shape`` (a pattern) if one is given."""
        if key not in self.values:
            if is_required:
                self.fault(key, f'it is missing. Add {key} = "…".')
            return ""
        return self._checked_text(key, self.values[key], longest, is_required, shape, shape_says)

    def texts(self, key: str, *, longest: int) -> tuple[str, ...]:
        """A list of lines of text, which may be left out."""
        return tuple(
            self._checked_text(key, value, longest, True, "", "") for value in self._list(key, "texts in quotes")
        )

    def urls(self, key: str, *, longest: int) -> tuple[str, ...]:
        """A list of web addresses, which may be left out."""
        found = self.texts(key, longest=longest)
        for address in found:
            self._check_url(key, address)
        return found

    def url(self, key: str, *, longest: int) -> str:
        """One web address, which may be left out."""
        found = self.text(key, longest=longest, is_required=False)
        self._check_url(key, found)
        return found

    def choice(self, key: str, kind: type[Choice], *, is_required: bool = True) -> Choice | None:
        """One of the words of an enumeration."""
        return self._as_choice(key, self.text(key, longest=60, is_required=is_required), kind)

    def choices(self, key: str, kind: type[Choice]) -> tuple[Choice, ...]:
        """A list of words of an enumeration, which may be left out; each word once."""
        words = self.texts(key, longest=60)
        for word in repeated(words):
            self.fault(key, f"{quoted(word)} is listed twice. Keep one of them.")
        return tuple(found for word in words if (found := self._as_choice(key, word, kind)) is not None)

    def flag(self, key: str) -> bool:
        """true or false; false where it is left out."""
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            self.fault(key, f"{_kind_of(value)} was given. Write true or false, without quotes.")
            return False
        return value

    def number(self, key: str, *, most: int) -> int:
        """A whole number from 0; 0 where it is left out."""
        value = self.values.get(key, 0)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= most:
            self.fault(key, f"write a whole number from 0 to {most}, without quotes.")
            return 0
        return value

    def day(self, key: str, *, is_required: bool = True) -> date | None:
        """A day such as "2020-09-21"; a month will not do."""
        found = self.moment(key, is_required=is_required)
        if found is not None and found.is_month:
            self.fault(key, f'{quoted(str(self.values[key]))} is a month. Write a day such as "2020-09-21".')
            return None
        return None if found is None else found.on

    def moment(self, key: str, *, is_required: bool = True) -> Moment | None:
        """A day such as "2020-09-21", or a month such as "2021-03", which stands for its last day."""
        written = self.text(key, longest=60, is_required=is_required)
        if not written:
            return None
        example = 'Write a day such as "2020-09-21" or a month such as "2021-03".'
        matched = _DAY.fullmatch(written) or _MONTH.fullmatch(written)
        if matched is None:
            self.fault(key, f"{quoted(written)} is not a date. {example}")
            return None
        year, month, *rest = (int(part) for part in matched.groups())
        try:
            on = date(year, month, rest[0] if rest else calendar.monthrange(year, month)[1])
        except ValueError:
            self.fault(key, f"{quoted(written)} is not in the calendar. {example}")
            return None
        if not EARLIEST_YEAR <= year <= LATEST_YEAR:
            self.fault(key, f"the year of {quoted(written)} is not between {EARLIEST_YEAR} and {LATEST_YEAR}.")
            return None
        return Moment(on, is_month=not rest)

    def tables(self, key: str) -> list[dict[str, object]]:
        """A list of tables, written as [[key]] or in braces; empty where it is left out."""
        found: list[dict[str, object]] = []
        for number, value in enumerate(self._list(key, f"tables, each opened with [[{key}]]"), start=1):
            if isinstance(value, dict):
                found.append(value)
            else:
                self.fault(key, f"entry {number} is {_kind_of(value)}, and must be a table.")
        return found

    def _list(self, key: str, of_what: str) -> list[object]:
        value = self.values.get(key, [])
        if not isinstance(value, list):
            self.fault(key, f"{_kind_of(value)} was given. Write a list of {of_what}.")
            return []
        return value

    def _checked_text(
        self, key: str, value: object, longest: int, is_required: bool, shape: str, shape_says: str
    ) -> str:
        if not isinstance(value, str):
            self.fault(key, f"{_kind_of(value)} was given. Write text in quotes, such as {_as_text(value)}.")
            return ""
        found = value.strip()
        if is_required and not found:
            self.fault(key, "it is empty. Fill it in.")
            return ""
        if find_unkeepable(found) or "\n" in found or "\t" in found:
            self.fault(key, f"{quoted(found)} holds a line end, a tab or a control character. Take it out.")
            return ""
        if len(found) > longest:
            self.fault(key, f"it has {len(found):,} characters, and at most {longest:,} fit. Shorten it.")
            return ""
        if shape and found and not re.fullmatch(shape, found):
            self.fault(key, f"{quoted(found)} will not do. {shape_says}")
            return ""
        return found

    def _as_choice(self, key: str, word: str, kind: type[Choice]) -> Choice | None:
        if not word:
            return None
        known = [member.value for member in kind]
        if word not in known:
            self.fault(key, f"{quoted(word)} is not known.{closest(word, known)} Use one of {listed(known)}.")
            return None
        return kind(word)

    def _check_url(self, key: str, address: str) -> None:
        if not address:
            return
        try:
            is_good = urlsplit(address).scheme in ("http", "https") and bool(urlsplit(address).hostname)
        except ValueError:
            is_good = False
        if not is_good or " " in address:
            self.fault(key, f'{quoted(address)} is not a web address. Write one such as "https://www.example.org/".')


def _kind_of(value: object) -> str:
    if isinstance(value, bool):
        return "true or false"
    if isinstance(value, datetime | date | time):
        return "a date or time without quotes"
    if isinstance(value, int | float):
        return "a number without quotes"
    if isinstance(value, str):
        return "text"
    return "a list" if isinstance(value, list) else "a table"


def _as_text(value: object) -> str:
    """The value in quotes, or dots where it is nothing that could stand in quotes."""
    return '"…"' if isinstance(value, list | dict | bool) else quoted(str(value))
