"""How long people are kept who have nothing to do with the work any more; plain Python, given the day."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

MAILS_KEPT_FOR = timedelta(days=90)
"""The text of a mail, and an invitation that is over: long enough to answer "I never got it"."""


def first_day_kept(today: date, months: int) -> date:
    """The same day some months ago; people are kept whose last day of work in the service is this one or later.

    Where that month is shorter, its last day counts. Whoever left on the day itself is kept for one more day: "longer
    ago than 24 months" begins on the day after.

    >>> first_day_kept(date(2026, 3, 15), 24)
    datetime.date(2024, 3, 15)
    >>> first_day_kept(date(2025, 3, 31), 1), first_day_kept(date(2024, 3, 31), 1)
    (datetime.date(2025, 2, 28), datetime.date(2024, 2, 29))
    """
    year, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(year, month + 1, min(today.day, monthrange(year, month + 1)[1]))
