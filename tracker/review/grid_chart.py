"""Works out where everything of the charts of a board stands; the template draws it. It knows no page and no colour.

Each drawing is small (320 units wide), so that its words can still be read where it fills a narrow screen, and each has
a table of the same numbers beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.frameworks.rules import StatusClass
from tracker.review.grid_rows import Column, Line
from tracker.review.grid_rules import Tally
from tracker.review.words import CLASS_WORDS
from tracker.web.wording import day, plural

WIDTH, LEFT, RIGHT, TOP, BOTTOM = 320, 4, 316, 20, 180
BAR, ROW = 18, 44
NARROWEST_WITH_WORDS = 18
MONTHS = 12
FROM_BEST = tuple(each for each in reversed(tuple(CLASS_WORDS)) if each is not StatusClass.NOT_APPLICABLE)
"""From what is done to what is off track, as a bar is read."""


@dataclass(frozen=True, slots=True)
class Segment:
    """The asks of one class in a bar; ``text`` is empty where it is too narrow for its number."""

    x: int
    width: int
    status_class: StatusClass
    text: str

    @property
    def middle(self) -> int:
        return self.x + self.width // 2


@dataclass(frozen=True, slots=True)
class Bar:
    """One action: its words above, its segments below them."""

    y: int
    text: str
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """One stacked bar for each action, all of one length: each is the whole of its own asks."""

    bars: tuple[Bar, ...]
    description: str

    @property
    def height(self) -> int:
        return ROW * len(self.bars) + 4


def bars_of(columns: Sequence[Column], whole: Line) -> Bars | None:
    """The bars of the actions of which something is asked; None where nothing is."""
    asked = [(column, whole.cell(column)) for column in columns if whole.cell(column).of]
    if not asked:
        return None
    bars = tuple(
        Bar(ROW * number, f"{column.number}. {column.label}", _segments(tally))
        for number, (column, tally) in enumerate(asked)
    )
    said = "; ".join(f"action {column.number}: {tally.done:,} of {tally.of:,} done" for column, tally in asked)
    return Bars(bars, f"{said[0].upper()}{said[1:]}. The table holds every number.")


def _segments(tally: Tally) -> tuple[Segment, ...]:
    """Side by side from the left; widths are cut so that together they are the whole bar, whatever the rounding."""
    found, before = [], 0
    for status_class in FROM_BEST:
        number = tally.of_class(status_class)
        if not number:
            continue
        start, end = (LEFT + (RIGHT - LEFT) * part // tally.of for part in (before, before + number))
        width = end - start
        text = f"{number:,}" if width >= NARROWEST_WITH_WORDS + 6 * (len(f"{number:,}") - 2) else ""
        found.append(Segment(start, width, status_class, text))
        before += number
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Point:
    """How many of today's done asks were done by the end of a day."""

    x: int
    y: int
    on: date
    done: int


@dataclass(frozen=True, slots=True)
class Trend:
    """How what is done came to be done: a line of points, month by month."""

    points: tuple[Point, ...]
    of: int
    description: str

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)


def trend_of(completed: Sequence[tuple[date, int]], of: int, begins_on: date, as_at: date) -> Trend | None:
    """The trend to a day over a year, or since it was asked, from the days on which what is done was completed; None
    where nothing is done.

    ``of`` is how many asks there are on the day: the line shows how far the way was that led here, and not how many
    asks there were before.
    """
    if not completed or not of:
        return None
    days = [each for each in _month_ends(as_at) if each > begins_on]
    if len(days) <= MONTHS:
        days = [begins_on, *days]
    done = [sum(number for on, number in completed if on <= each) for each in days]
    first, length = days[0], max(1, (days[-1] - days[0]).days)
    points = tuple(
        Point(
            LEFT + 30 + (RIGHT - LEFT - 40) * (on - first).days // length,
            BOTTOM - (BOTTOM - TOP) * number // of,
            on,
            number,
        )
        for on, number in zip(days, done, strict=True)
    )
    description = (
        f"Of {plural(of, 'ask')}, {done[0]:,} were done by {day(days[0])} and {done[-1]:,} by {day(as_at)}. "
        "The table holds the same numbers."
    )
    return Trend(points, of, description)


def _month_ends(as_at: date) -> list[date]:
    """The last days of the twelve months before a day, and the day itself.

    >>> _month_ends(date(2020, 11, 2))[-2:]
    [datetime.date(2020, 10, 31), datetime.date(2020, 11, 2)]
    """
    ends = [as_at]
    for _ in range(MONTHS):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return ends[::-1]
