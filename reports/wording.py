"""Dates, codes and order as people read them in a report; it must not know which report."""

from __future__ import annotations

import re
from datetime import date, datetime
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
# Named here and not by strftime, whose words follow the server's locale.
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]


def day_in_words(day: date) -> str:
    """
    >>> day_in_words(date(2020, 9, 1))
    '1 September 2020'
    """
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def instant_in_words(instant: datetime) -> str:
    """An instant by London's clock.

    >>> from datetime import timezone
    >>> instant_in_words(datetime(2020, 9, 21, 16, 0, tzinfo=timezone.utc))
    '21 September 2020, 17:00'
    """
    local = instant.astimezone(LONDON)
    return f"{day_in_words(local)}, {local.hour:02}:{local.minute:02}"


def spelled(code: str) -> str:
    """A snake_case word as people write it.

    >>> spelled("ods_code"), spelled("days_overdue"), spelled("")
    ('ODS code', 'Days overdue', '')
    """
    words = code.replace("_", " ")
    if words.startswith("ods "):
        return "ODS" + words[3:]
    return words[:1].upper() + words[1:]


def in_reading_order(reference: str) -> tuple[tuple[int, str], ...]:
    """A sort key that puts ask 1.10 after 1.9, and S2 before S10.

    >>> sorted(["1.10", "S10", "1.9", "S2"], key=in_reading_order)
    ['S2', 'S10', '1.9', '1.10']
    """
    parts = re.findall(r"\d+|\D+", reference)
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in parts)
