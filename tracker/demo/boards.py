"""What leads handed in to their boards, and how often the boards want it: data only, told by ``telling_boards.py``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Wants:
    """That a board wants a return every so many months from a day."""

    on: date
    by: str
    code: str
    every_months: int
    first_on: date


@dataclass(frozen=True, slots=True)
class HandsIn:
    """A return of a lead, and the day on which somebody of the board approved it."""

    on: date
    by: str
    code: str
    title: str
    as_at: date
    meeting: str
    meeting_on: date
    summary: str
    recommendation: str
    approved_on: date
    approved_by: str


WANTED = (
    Wants(date(2020, 9, 14), "lead.northdale", "XD1", 2, date(2020, 10, 7)),
    Wants(date(2020, 9, 28), "lead.seaburn", "XD3", 1, date(2020, 10, 21)),
)

HANDED_IN = (
    HandsIn(
        date(2020, 10, 1),
        "lead.northdale",
        "XD1",
        "Eight urgent actions: where we stand",
        date(2020, 9, 30),
        "Board of directors",
        date(2020, 10, 7),
        "An executive lead is named, and the restoration plan has its chapter on inequality. The split of waiting "
        "lists by deprivation begins in October.",
        "Note the progress, and agree that ethnicity data is reported to each meeting.",
        date(2020, 10, 7),
        "board.northdale",
    ),
)
