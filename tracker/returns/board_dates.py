"""Reads a list of days that somebody typed, one on each line; it must not know what the days are for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from tracker.web.day_field import MONTHS
from tracker.web.text import made_visible
from tracker.web.wording import day

EARLIEST, LATEST = date(1948, 7, 5), date(2099, 12, 31)
_PARTS = re.compile(r"[\s./-]+")


class NotDays(ValueError):
    """A line is no day; the message says which and how to mend it."""


def days_of(typed: str) -> tuple[date, ...]:
    """The days of a text, in order and each once. Raises NotDays.

    >>> days_of("5 November 2020\\n2021-01-07")
    (datetime.date(2020, 11, 5), datetime.date(2021, 1, 7))
    """
    return tuple(sorted({_day(number, line) for number, line in _lines(typed)}))


def as_typed(days: tuple[date, ...]) -> str:
    """The same days as text, to be changed."""
    return "\n".join(day(each) for each in days)


def _lines(typed: str) -> Iterator[tuple[int, str]]:
    return ((number, line.strip()) for number, line in enumerate(typed.splitlines(), 1) if line.strip())


def _day(number: int, line: str) -> date:
    parts = [part for part in _PARTS.split(line) if part]
    try:
        first, month, last = parts
        year, of_month = (first, last) if len(first) == 4 else (last, first)
        found = date(_whole(year, 4), _month(month), _whole(of_month, 2))
    except ValueError:
        shown = made_visible(line)
        raise NotDays(
            f"Line {number}, “{shown if len(shown) <= 30 else f'{shown[:30]}…'}”, is not a date. "
            "Write one date on each line, like 5 November 2020"
        ) from None
    if not EARLIEST <= found <= LATEST:
        raise NotDays(f"Line {number}: enter a date between {day(EARLIEST)} and {day(LATEST)}")
    return found


def _whole(text: str, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= most):
        raise ValueError(text)
    return int(text)


def _month(text: str) -> int:
    lower = text.lower()
    if lower.isascii() and lower.isdigit():
        return _whole(lower, 2)
    return next(
        n for n, name in [*enumerate(MONTHS, 1), (0, "")] if (len(lower) >= 3 and name.startswith(lower)) or not n
    )
