"""A day typed into three boxes, and what to say when it is none; it must not know what the day is for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from wtforms.fields.core import Field
from wtforms.form import BaseForm
from wtforms.utils import UnsetValue, unset_value
from wtforms.validators import StopValidation

from tracker.web.text import made_visible
from tracker.web.widgets import DayInput
from tracker.web.wording import day, in_words

PARTS = ("day", "month", "year")
MONTHS = tuple(f"{date(2000, number, 1):%B}".lower() for number in range(1, 13))


class DayField(Field):
    """A day; ``data`` is a date, or None where all three boxes are empty. Months may be names."""

    widget = DayInput()
    data: date | None

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        hint: str = "For example, 31 10 2020",
        earliest: date = date(1948, 7, 5),
        latest: date = date(2099, 12, 31),
        **options: Any,
    ) -> None:
        self.earliest = earliest
        self.latest = latest
        self.typed = dict.fromkeys(PARTS, "")
        self.bad_parts: tuple[str, ...] = PARTS
        super().__init__(label, list(validators), description=hint, **options)

    def box(self, part: str) -> str:
        """The name and the id of one of the three boxes."""
        return f"{self.id}-{part}"

    @property
    def error_anchor(self) -> str:
        """The first bad box, which the error summary links to."""
        return self.box(self.bad_parts[0])

    def process(self, formdata: Any, data: Any = unset_value, extra_filters: Any = None) -> None:
        given = data if not isinstance(data, UnsetValue) else self.default
        given = given() if callable(given) else given
        self.process_errors = []
        self.object_data = self.data = given
        self._show(given)
        if formdata is None or not any(self.box(part) in formdata for part in PARTS):
            return
        self.typed = {part: str(formdata.get(self.box(part), "")).strip() for part in PARTS}
        self.raw_data = [self.typed[part] for part in PARTS]
        self.data = None
        try:
            self.data = self._read()
        except _NotADayError as fault:
            self.bad_parts = fault.parts
            self.process_errors.append(f"{self.label.text}: {fault.sentence}")

    def pre_validate(self, form: BaseForm) -> None:
        if self.process_errors:
            # What was typed is no day: asking for one, or judging it, would only confuse.
            raise StopValidation()

    def _show(self, value: date | None) -> None:
        if value is not None:
            self.typed = {"day": str(value.day), "month": str(value.month), "year": str(value.year)}

    def _read(self) -> date | None:
        empty = tuple(part for part in PARTS if not self.typed[part])
        if len(empty) == len(PARTS):
            return None
        if empty:
            raise _NotADayError(f"enter the {in_words(list(empty))}", *empty)
        month = _month_number(self.typed["month"])
        if month is None:
            raise _NotADayError(f"“{self._quoted('month')}” is not a month. Enter a number from 1 to 12", "month")
        number = _whole_number(self.typed["day"])
        if number is None or not 1 <= number <= 31:
            raise _NotADayError(f"“{self._quoted('day')}” is not a day of a month. Enter a number from 1 to 31", "day")
        year = _whole_number(self.typed["year"])
        if year is None or year < 1000 or len(self.typed["year"]) != 4:
            raise _NotADayError("the year must have 4 numbers, like 2020", "year")
        try:
            typed = date(year, month, number)
        except ValueError:
            raise _NotADayError(f"{number} {MONTHS[month - 1].capitalize()} {year} is not a real date", "day") from None
        if not self.earliest <= typed <= self.latest:
            raise _NotADayError(f"enter a date between {day(self.earliest)} and {day(self.latest)}", *PARTS)
        return typed

    def _quoted(self, part: str) -> str:
        typed = made_visible(self.typed[part])
        return typed if len(typed) <= 20 else f"{typed[:20]}…"


class _NotADayError(Exception):
    """What is wrong, and with which boxes."""

    def __init__(self, sentence: str, *parts: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.parts = parts


def _whole_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else None


def _month_number(text: str) -> int | None:
    """A month by number, name or the first three or more letters of its name.

    >>> _month_number("9"), _month_number("Sept"), _month_number("13"), _month_number("ju")
    (9, 9, None, None)
    """
    number = _whole_number(text)
    if number is not None:
        return number if 1 <= number <= 12 else None
    lower = text.lower().removesuffix(".")
    return next((n for n, name in enumerate(MONTHS, 1) if len(lower) >= 3 and name.startswith(lower)), None)
