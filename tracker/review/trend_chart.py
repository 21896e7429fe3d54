"""Works out where everything of the trend of what is done stands; the template draws it. It reads no table.

The drawing is small (320 units wide), so that its words can still be read where it fills a narrow screen, and has a
table of the same numbers beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from tracker.web.wording import day, plural

RIGHT, TOP, BOTTOM = 312, 22, 172
CHARACTER, WORDS_OF_A_DAY = 7, 84
"""How wide a figure of a scale and a day such as "30 Sept 2020" may become."""
MONTHS = 12
MOST_TICKS = 5


@dataclass(frozen=True, slots=True)
class Point:
    """How many asks were done at the end of a day, and of how many then."""

    x: int
    y: int
    of_y: int
    on: date
    done: int
    of: int


@dataclass(frozen=True, slots=True)
class Tick:
    """A round number on the upright scale, or a day on the level one; ``anchor`` is how its words stand to it."""

    at: int
    text: str
    anchor: str = "end"


@dataclass(frozen=True, slots=True)
class Trend:
    """Two lines over the same days: how many asks were done, and of how many."""

    points: tuple[Point, ...]
    left: int
    ticks: tuple[Tick, ...]
    days: tuple[Tick, ...]
    description: str

    @property
    def line(self) -> str:
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def line_of(self) -> str:
        return " ".join(f"{point.x},{point.of_y}" for point in self.points)


MOST_ASKS = 10_000
"""Of more, each point would take the database more than a second, and there are thirteen."""


def days_of_trend(begins_on: date, as_at: date) -> list[date]:
    """The last days of the twelve months before a day and the day itself, those before anything was asked left out.

    >>> [each.isoformat() for each in days_of_trend(date(2020, 7, 31), date(2020, 10, 31))]
    ['2020-07-31', '2020-08-31', '2020-09-30', '2020-10-31']
    >>> len(days_of_trend(date(2000, 1, 1), date(2020, 11, 2))), days_of_trend(date(2020, 7, 31), date(2020, 7, 30))
    (13, [])
    """
    ends = [as_at]
    for _ in range(MONTHS):
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return [each for each in reversed(ends) if each >= begins_on]


def round_numbers(most: int) -> list[int]:
    """The figures of a scale from 0 to the first round number that is not below the most, five steps at most.

    >>> round_numbers(138), round_numbers(3), round_numbers(1)
    ([0, 50, 100, 150], [0, 1, 2, 3], [0, 1])
    >>> round_numbers(9000)
    [0, 2000, 4000, 6000, 8000, 10000]
    """
    size = 1
    while True:
        for step in (size, 2 * size, 5 * size):
            steps = -(-most // step)
            if steps <= MOST_TICKS:
                return [step * number for number in range(max(1, steps) + 1)]
        size *= 10


def trend_of(stood: Sequence[tuple[date, int, int]]) -> Trend | None:
    """The trend through the days on which it is known how many asks were done and of how many; None where nothing was
    ever asked.
    """
    most = max((of for _, _, of in stood), default=0)
    if not most:
        return None
    figures = round_numbers(most)
    left = CHARACTER * len(f"{figures[-1]:,}") + 8
    first, length = stood[0][0], max(1, (stood[-1][0] - stood[0][0]).days)

    def height(number: int) -> int:
        return BOTTOM - (BOTTOM - TOP) * number // figures[-1]

    points = tuple(
        Point(left + (RIGHT - left) * (on - first).days // length, height(done), height(of), on, done, of)
        for on, done, of in stood
    )
    began, ended = stood[0], stood[-1]
    description = (
        f"On {day(began[0])} {began[1]:,} of {plural(began[2], 'ask')} were done, on {day(ended[0])} {ended[1]:,} of "
        f"{ended[2]:,}. The table holds every number."
    )
    ticks = tuple(Tick(height(figure), f"{figure:,}") for figure in figures)
    return Trend(points, left, ticks, _days_named(points), description)


def _days_named(points: Sequence[Point]) -> tuple[Tick, ...]:
    """The last day, the first, and between them those for whose words there is room."""
    last = points[-1]
    named = [Tick(last.x, day(last.on), "end")]
    if len(points) > 1 and last.x - points[0].x >= 2 * WORDS_OF_A_DAY:
        named.insert(0, Tick(points[0].x, day(points[0].on), "start"))
    return tuple(named)
