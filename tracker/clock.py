"""The only reader of the time: London days, UTC instants, and the pinned day of a demonstration.

Everything a person sees or a deadline is judged on uses ``today()`` and ``now()``, which follow the pinned day.
Security (sessions, tokens, throttles) and leases use ``real_now()``, which nothing can pin except a test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")

_pinned_day: date | None = None
_frozen_instant: datetime | None = None


def real_now() -> datetime:
    """The true instant, aware and in UTC, whatever day is pinned."""
    return _frozen_instant if _frozen_instant is not None else datetime.now(UTC)


def now() -> datetime:
    """The instant the product lives in: the pinned day, where there is one, at the real London time of day."""
    instant = real_now()
    if _pinned_day is None:
        return instant
    time_of_day = instant.astimezone(LONDON).time()
    return datetime.combine(_pinned_day, time_of_day, tzinfo=LONDON).astimezone(UTC)


def today() -> date:
    """The London date of ``now()``."""
    return london_day(now())


def london_day(instant: datetime) -> date:
    """The London calendar date on which an aware instant falls.

    >>> london_day(datetime(2020, 10, 24, 23, 30, tzinfo=UTC))  # half past midnight, summer time
    datetime.date(2020, 10, 25)
    >>> london_day(datetime(2020, 10, 25, 23, 30, tzinfo=UTC))  # half past eleven at night, winter time
    datetime.date(2020, 10, 25)
    """
    return instant.astimezone(LONDON).date()


def end_of_day(day: date) -> datetime:
    """The last instant of a London day, in UTC: "as at D" is true at this moment.

    >>> end_of_day(date(2020, 9, 21)).isoformat()
    '2020-09-21T22:59:59.999999+00:00'
    """
    return datetime.combine(day, time.max, tzinfo=LONDON).astimezone(UTC)


def pin_day(day: date | None) -> None:
    """Pin ``today()`` to one day for a demonstration (setting ``TRACKER_TODAY``), or let it go with None."""
    global _pinned_day
    _pinned_day = day


def pinned_day() -> date | None:
    """The day a demonstration is pinned to, or None; pages say so in a banner."""
    return _pinned_day


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Stop every clock, ``real_now()`` included, at an aware instant: for a test, or a demonstration's past."""
    global _frozen_instant
    before, _frozen_instant = _frozen_instant, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen_instant = before
