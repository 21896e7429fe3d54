"""Questions about numbers: what a reading is worth, whether it reaches a target, whether it is better; plain Python.

All sums are exact. Values and targets are whole tenths ("67.5%" is 675), because a value is shown to one decimal place.
The one rule of rounding: what is left over is cut off so that a value never looks better than it is. So 66.96% reads
66.9%, and, where lower is better, 5.01% reads 5.1%. As targets have one decimal place too, what is shown and what is
judged always agree.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from fractions import Fraction

FIRST_DAY = date(2015, 4, 1)
"""The earliest last day of a period: five NHS years before the actions began is as far back as a baseline helps."""

LARGEST_COUNT = 999_999_999
"""More than fifteen times everybody in England."""

SMALL = range(1, 8)
"""Counts of people that could identify them (NHS Digital, disclosure control for Hospital Episode Statistics and the
Emergency Care Data Set, September 2018)."""

NEAREST = 5


class Unit(StrEnum):
    """What becomes of a numerator and a denominator."""

    SHARE = "share"
    RATIO = "ratio"
    PER_THOUSAND = "per_thousand"
    PER_HUNDRED_THOUSAND = "per_hundred_thousand"
    COUNT = "count"

    @property
    def label(self) -> str:
        return {
            Unit.SHARE: "Percentage of a whole",
            Unit.RATIO: "Percentage of another number",
            Unit.PER_THOUSAND: "Rate per 1,000",
            Unit.PER_HUNDRED_THOUSAND: "Rate per 100,000",
            Unit.COUNT: "Count",
        }[self]

    @property
    def per(self) -> int:
        return {Unit.PER_THOUSAND: 1_000, Unit.PER_HUNDRED_THOUSAND: 100_000, Unit.COUNT: 1}.get(self, 100)

    @property
    def is_percentage(self) -> bool:
        return self in (Unit.SHARE, Unit.RATIO)

    @property
    def has_denominator(self) -> bool:
        return self is not Unit.COUNT


class Direction(StrEnum):
    """Which way is better; some numbers are only watched, and have no target."""

    HIGHER = "higher"
    LOWER = "lower"
    WATCHED = "watched"

    @property
    def label(self) -> str:
        return {
            Direction.HIGHER: "Higher is better",
            Direction.LOWER: "Lower is better",
            Direction.WATCHED: "Neither: it is watched",
        }[self]


class Judgement(StrEnum):
    """Whether a value has reached a target; rounded counts can leave it open."""

    REACHED = "reached"
    NOT_REACHED = "not_reached"
    TOO_CLOSE = "too_close"


class Trend(StrEnum):
    """The latest reading beside the one before it."""

    BETTER = "better"
    WORSE = "worse"
    HIGHER = "higher"
    LOWER = "lower"
    SAME = "same"
    TOO_CLOSE = "too_close"
    FIRST = "first"

    @property
    def label(self) -> str:
        return {
            Trend.BETTER: "Improving",
            Trend.WORSE: "Getting worse",
            Trend.HIGHER: "Higher",
            Trend.LOWER: "Lower",
            Trend.SAME: "No change",
            Trend.TOO_CLOSE: "Too close to tell",
            Trend.FIRST: "First reading",
        }[self]


class ReadingKind(StrEnum):
    """Why a reading was recorded: it is one, it corrects one, or it takes one out that should not be there."""

    READING = "reading"
    CORRECTION = "correction"
    WITHDRAWAL = "withdrawal"


class Part(StrEnum):
    """The field of a form in which a fault lies."""

    NUMERATOR = "numerator"
    DENOMINATOR = "denominator"


@dataclass(frozen=True, slots=True)
class Counts:
    """What was counted. ``is_rounded``: to the nearest 5, before it was kept."""

    numerator: int
    denominator: int | None = None
    is_rounded: bool = False


@dataclass(frozen=True, slots=True)
class Kind:
    """How a measure is reckoned."""

    unit: Unit
    direction: Direction
    counts_people: bool = True


def fault_of(kind: Kind, numerator: int, denominator: int | None) -> tuple[Part, str] | None:
    """Why counts cannot be kept, as the part that is wrong and a sentence; None where they can.

    >>> fault_of(Kind(Unit.SHARE, Direction.HIGHER), 120, 100)
    (<Part.NUMERATOR: 'numerator'>, 'it is more than what it is a part of (120 of 100)')
    """
    if not 0 <= numerator <= LARGEST_COUNT:
        return Part.NUMERATOR, f"it must be a whole number from 0 to {LARGEST_COUNT:,}"
    if not kind.unit.has_denominator:
        return None if denominator is None else (Part.DENOMINATOR, "a count has none")
    if denominator is None or not 0 < denominator <= LARGEST_COUNT:
        return Part.DENOMINATOR, f"it must be a whole number from 1 to {LARGEST_COUNT:,}"
    if kind.unit is Unit.SHARE and numerator > denominator:
        return Part.NUMERATOR, f"it is more than what it is a part of ({numerator:,} of {denominator:,})"
    return None


def is_identifying(kind: Kind, numerator: int, denominator: int | None) -> bool:
    """Whether counts are so small that they could point at people: those counted, those not, or all of them.

    >>> [is_identifying(Kind(Unit.SHARE, Direction.HIGHER), n, 100) for n in (0, 7, 8, 92, 93, 100)]
    [False, True, False, False, True, False]
    """
    if not kind.counts_people:
        return False
    seen = [numerator, denominator or 0]
    if kind.unit is Unit.SHARE and denominator is not None:
        seen.append(denominator - numerator)
    return any(each in SMALL for each in seen)


def protected(kind: Kind, numerator: int, denominator: int | None) -> Counts:
    """The counts as they may be kept: both to the nearest 5 where one of them could point at people.

    Nothing stays nothing, 1 to 7 become 5, and from 8 on the nearest 5 counts (NHS Digital, as for ``SMALL``).

    >>> protected(Kind(Unit.SHARE, Direction.HIGHER), 3, 41)
    Counts(numerator=5, denominator=40, is_rounded=True)
    """
    if not is_identifying(kind, numerator, denominator):
        return Counts(numerator, denominator)
    return Counts(_nearest(numerator), None if denominator is None else _nearest(denominator), is_rounded=True)


def _nearest(count: int) -> int:
    return NEAREST if count in SMALL else (count + NEAREST // 2) // NEAREST * NEAREST


def _could_have_been(rounded: int) -> tuple[int, int]:
    """The counts that ``_nearest`` makes the same of."""
    if rounded == 0:
        return 0, 0
    return (SMALL[0], SMALL[-1]) if rounded == NEAREST else (rounded - NEAREST // 2, rounded + NEAREST // 2)


def _value(kind: Kind, numerator: int, denominator: int | None) -> Fraction:
    return Fraction(numerator * kind.unit.per, denominator or 1)


def limits(kind: Kind, counts: Counts) -> tuple[Fraction, Fraction]:
    """The least and the greatest that a value can be: the same, unless its counts are rounded."""
    if not counts.is_rounded:
        exact = _value(kind, counts.numerator, counts.denominator)
        return exact, exact
    fewest, most = _could_have_been(counts.numerator)
    if counts.denominator is None:
        return _value(kind, fewest, None), _value(kind, most, None)
    smallest, largest = _could_have_been(counts.denominator)
    highest = _value(kind, most, smallest)
    return _value(kind, fewest, largest), min(highest, Fraction(100)) if kind.unit is Unit.SHARE else highest


def tenths(kind: Kind, counts: Counts) -> int:
    """A value in whole tenths, cut off so that it never looks better than it is.

    >>> tenths(Kind(Unit.SHARE, Direction.HIGHER), Counts(1674, 2500))  # 66.96%
    669
    >>> tenths(Kind(Unit.SHARE, Direction.LOWER), Counts(501, 10_000))  # 5.01%
    51
    """
    exact = _value(kind, counts.numerator, counts.denominator) * 10
    return -(-exact.numerator // exact.denominator) if kind.direction is Direction.LOWER else int(exact)


def judge(kind: Kind, counts: Counts, target: int) -> Judgement:
    """Whether a target (in tenths) has been reached: exactly at it counts, a hair short of it does not."""
    lowest, highest = limits(kind, counts)
    wanted = Fraction(target, 10)
    if kind.direction is Direction.LOWER:
        lowest, highest, wanted = -highest, -lowest, -wanted
    if lowest >= wanted:
        return Judgement.REACHED
    return Judgement.NOT_REACHED if highest < wanted else Judgement.TOO_CLOSE


def trend(kind: Kind, earlier: Counts | None, later: Counts) -> Trend:
    """How a reading stands beside the one before it; a difference that is not shown is none."""
    if earlier is None:
        return Trend.FIRST
    if earlier.is_rounded or later.is_rounded:
        (lowest, highest), (least, greatest) = limits(kind, earlier), limits(kind, later)
        if least <= highest and lowest <= greatest:
            return Trend.TOO_CLOSE
        is_up = least > highest
    else:
        before, after = tenths(kind, earlier), tenths(kind, later)
        if before == after:
            return Trend.SAME
        is_up = after > before
    if kind.direction is Direction.WATCHED:
        return Trend.HIGHER if is_up else Trend.LOWER
    return Trend.BETTER if is_up is (kind.direction is Direction.HIGHER) else Trend.WORSE


def read_count(typed: str) -> int | None:
    """A whole number as people write it, or None.

    >>> read_count("12,340"), read_count("12 340"), read_count("67%"), read_count("1,2"), read_count("1.5")
    (12340, 12340, None, None, None)
    """
    if not re.fullmatch(r"[0-9]{1,12}|[0-9]{1,3}(?:[, \u00a0][0-9]{3}){1,3}", typed):
        return None
    return int(re.sub(r"[^0-9]", "", typed))


def read_tenths(typed: str) -> int | None:
    """A target as people write it, in tenths, or None: at most one decimal place, as values are shown.

    >>> read_tenths("67"), read_tenths("67.5%"), read_tenths("1,200"), read_tenths("67.55"), read_tenths("most")
    (670, 675, 12000, None, None)
    """
    whole, point, decimal = typed.strip().removesuffix("%").strip().partition(".")
    number = read_count(whole)
    if number is None or (point and not re.fullmatch(r"[0-9]", decimal)):
        return None
    return number * 10 + int(decimal or 0)


def fault_of_target(kind: Kind, target: int) -> str | None:
    """Why a target cannot be set for a measure, as the rest of a sentence; None where it can."""
    if kind.direction is Direction.WATCHED:
        return "this measure is only watched, so it has none"
    if kind.unit is Unit.SHARE and target > 1_000:
        return "a percentage of a whole cannot be more than 100"
    if kind.unit is Unit.COUNT and target % 10:
        return "it must be a whole number, because a count is one"
    if target > LARGEST_COUNT * 10:
        return f"it must be {LARGEST_COUNT:,} or less"
    return None
