"""How dates, numbers and counts are written for people; it must not know what they mean or read the time.

Dates follow the NHS service manual: "21 September 2020", no leading zero, no ordinal. Numbers take a comma
from 1,000.
"""

from __future__ import annotations

from datetime import UTC, date, datetime  # noqa: F401 - UTC is read by the examples
from typing import Any

from tracker.clock import LONDON

NOT_PROVIDED = "Not provided"
"""Shown where a value is missing: no cell and no summary row is ever empty."""


def day(value: date | None) -> str:
    """A date as a person writes it. An instant must be turned into a London day first, so it is refused.

    >>> day(date(2020, 9, 21))
    '21 September 2020'
    >>> day(date(2020, 9, 1))
    '1 September 2020'
    >>> day(None)
    'Not provided'
    """
    if value is None:
        return NOT_PROVIDED
    if isinstance(value, datetime):
        raise TypeError("A day was expected and an instant came: use clock.london_day or the day_and_time filter.")
    return f"{value.day} {value:%B} {value.year}"


def month(value: date | None) -> str:
    """A date that is known to the month only.

    >>> month(date(2020, 9, 30))
    'September 2020'
    """
    return NOT_PROVIDED if value is None else f"{value:%B} {value.year}"


def day_and_time(instant: datetime | None) -> str:
    """An instant on London clocks, which go back on 25 October 2020.

    >>> day_and_time(datetime(2020, 9, 21, 16, 0, tzinfo=UTC))
    '17:00 on 21 September 2020'
    >>> day_and_time(datetime(2020, 10, 25, 17, 0, tzinfo=UTC))
    '17:00 on 25 October 2020'
    """
    if instant is None:
        return NOT_PROVIDED
    if instant.tzinfo is None:
        raise ValueError("An instant without a time zone cannot be shown: nobody knows which clock it was read from.")
    local = instant.astimezone(LONDON)
    return f"{local:%H:%M} on {day(local.date())}"


def thousands(number: int) -> str:
    """A whole number with commas from one thousand.

    >>> thousands(999), thousands(1000), thousands(10485760)
    ('999', '1,000', '10,485,760')
    """
    return f"{number:,}"


def plural(number: int, one: str, many: str | None = None) -> str:
    """A number with its noun. Give the plural where adding "s" is wrong.

    >>> plural(1, "day overdue", "days overdue")
    '1 day overdue'
    >>> plural(1200, "organisation")
    '1,200 organisations'
    >>> plural(0, "body", "bodies")
    '0 bodies'
    """
    return f"{thousands(number)} {one if number == 1 else many or one + 's'}"


def n_of_d(numerator: int, denominator: int) -> str:
    """A share as counts, because a percentage of three is not worth having.

    >>> n_of_d(3, 8), n_of_d(1000, 6708)
    ('3 of 8', '1,000 of 6,708')
    """
    return f"{thousands(numerator)} of {thousands(denominator)}"


def share(numerator: int, denominator: int) -> str:
    """A share as counts with its whole-number percentage, which nothing of nothing does not have.

    >>> share(3, 8)
    '3 of 8 (38%)'
    >>> share(0, 0)
    '0 of 0'
    """
    if not denominator:
        return n_of_d(numerator, denominator)
    # Halves go up, as readers expect; Python's own round() sends half of them down.
    percentage = (200 * numerator + denominator) // (2 * denominator)
    return f"{n_of_d(numerator, denominator)} ({percentage}%)"


def provided(value: Any, otherwise: str = NOT_PROVIDED) -> Any:
    """The value, or words where there is none, so that no cell and no row is left empty.

    >>> provided("Northvale"), provided("", "No data"), provided(0)
    ('Northvale', 'No data', 0)
    """
    return otherwise if value is None or value == "" else value


def in_words(items: list[str]) -> str:
    """A list as a phrase.

    >>> in_words(["day"]), in_words(["day", "month"]), in_words(["day", "month", "year"])
    ('day', 'day and month', 'day, month and year')
    """
    if len(items) < 2:
        return "".join(items)
    return f"{', '.join(items[:-1])} and {items[-1]}"


def file_size(number_of_bytes: int) -> str:
    """A size for a sentence, in the units people know from their own computer.

    >>> file_size(10 * 1024 * 1024), file_size(512 * 1024), file_size(1)
    ('10 MB', '512 KB', '1 byte')
    """
    for unit, size in (("MB", 1024 * 1024), ("KB", 1024)):
        if number_of_bytes >= size:
            return f"{thousands(number_of_bytes // size)} {unit}"
    return plural(number_of_bytes, "byte")
