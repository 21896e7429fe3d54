"""What a calendar may be of, how far it looks, and what one of its entries is known by; plain Python.

Source of the last: RFC 5545, 3.8.4.7 (UID) and 3.8.7.4 (SEQUENCE).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from enum import StrEnum

from tracker.progress.date_rules import months_after

MOST_CALENDARS = 10
"""How many live calendars one person may have."""
MOST_ENTRIES = 2000
"""Of a whole region with its practices there are tens of thousands, which no calendar program shows usefully."""
MONTHS_BACK, MONTHS_AHEAD = 12, 24
"""What is further away from today stands on the pages of the service and in no calendar."""
READ_AGAIN_AFTER = timedelta(hours=6)
"""How often a calendar program is asked to look again."""


MINE, ONE_ORGANISATION = "mine", "organisation"
"""What the form of a new calendar offers besides regions, which it calls by their codes."""


class CalendarOf(StrEnum):
    """What a calendar shows: one organisation, everything in one region, or what a person answers for."""

    ORGANISATION = "organisation"
    REGION = "region"
    PERSON = "person"


class Occasion(StrEnum):
    """What happens on the day of an entry."""

    DEADLINE = "deadline"
    REVIEW = "review"
    EVIDENCE = "evidence"
    RETURN = "return"


def window(today: date) -> tuple[date, date]:
    """The first and the last day that a calendar shows; both belong to it.

    >>> window(date(2020, 11, 2))
    (datetime.date(2019, 11, 2), datetime.date(2022, 11, 2))
    """
    return months_after(today, -MONTHS_BACK), months_after(today, MONTHS_AHEAD)


def uid_of(host: str, occasion: Occasion, *parts: str) -> str:
    """By what a calendar program knows an entry again. It names no date that can be moved, so that a move is a move.

    >>> uid_of("tracker.example.nhs.uk", Occasion.DEADLINE, "XN1", "8ua-2020", "2.2")
    'XN1/8ua-2020/2.2/deadline@tracker.example.nhs.uk'
    """
    return f"{'/'.join((*parts, occasion.value))}@{host}"


def sequence_of(revision: int, facts: int) -> int:
    """How often an entry may have been changed. Both numbers only ever grow, and one grows whenever its date moves.

    ``revision`` is the number of the framework's present revision, the first being 1; ``facts`` counts the rows from
    which the date comes, of which none is ever taken out.

    >>> sequence_of(1, 0), sequence_of(2, 3)
    (0, 4)
    """
    return revision - 1 + facts


def nearest(days: Iterable[tuple[date, str]], today: date, most: int = MOST_ENTRIES) -> set[str]:
    """The names of those that fit: what is still to come, the next first, and then what is past, the last first.

    >>> days = [(date(2020, 11, 1), "past"), (date(2020, 11, 2), "today"), (date(2021, 5, 1), "to come")]
    >>> sorted(nearest(days, date(2020, 11, 2), most=2))
    ['to come', 'today']
    """
    in_order = sorted(days, key=lambda each: (each[0] < today, abs((each[0] - today).days), each[1]))
    return {name for _, name in in_order[:most]}
