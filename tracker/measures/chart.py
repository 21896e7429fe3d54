"""Works out where everything of a trend chart stands; the template draws it. It knows no page and no colour.

The drawing is small (320 units wide), so that its words can still be read where it fills a narrow screen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.measures import words
from tracker.measures.rows import Series
from tracker.measures.rules import Unit
from tracker.web.wording import day, plural

LEFT, RIGHT, TOP, BOTTOM = 44, 308, 20, 196
LINE = 16
"""From one line of text to the next."""
FEWEST = 2


@dataclass(frozen=True, slots=True)
class Text:
    """Words at a place; ``anchor`` is the end of them that stands there."""

    x: int
    y: int
    text: str
    anchor: str = "start"


@dataclass(frozen=True, slots=True)
class Point:
    """One reading. It is hollow where its counts are rounded."""

    x: int
    y: int
    is_hollow: bool


@dataclass(frozen=True, slots=True)
class Level:
    """A line across the chart: a target or the baseline. Its name stands in the key below, beside the same dashes."""

    y: int
    name: str
    key: Text


@dataclass(frozen=True, slots=True)
class Chart:
    """Everything that is drawn, and the same in words."""

    title: str
    description: str
    points: tuple[Point, ...]
    levels: tuple[Level, ...]
    scale: tuple[Text, ...]
    days: tuple[Text, ...]
    values: tuple[Text, ...]

    @property
    def height(self) -> int:
        return BOTTOM + LINE * (2 + len(self.levels))

    @property
    def line(self) -> str:
        """The points as SVG lists them."""
        return " ".join(f"{point.x},{point.y}" for point in self.points)

    @property
    def has_hollow(self) -> bool:
        return any(point.is_hollow for point in self.points)


def chart_of(series: Series) -> Chart | None:
    """The chart of a measure's readings with its targets and baseline; None before there is a line to draw."""
    if len(series.readings) < FEWEST:
        return None
    unit = series.measure.kind.unit
    values = [series.value(reading) for reading in series.readings]
    named = _levels(series)
    top = 1_000 if unit is Unit.SHARE else _round_up(max([*values, *(tenths for _, tenths, _ in named), 10]))
    first, last = series.readings[0].period_end, series.readings[-1].period_end
    points = tuple(
        Point(_x(reading.period_end, first, last), _y(value, top), reading.counts.is_rounded)
        for reading, value in zip(series.readings, values, strict=True)
    )
    steps = (0, 250, 500, 750, 1_000) if unit is Unit.SHARE else (0, top // 2, top)
    return Chart(
        title=f"{series.measure.name}: trend",
        description=_description(series, named),
        points=points,
        levels=_placed(named, top),
        scale=tuple(Text(LEFT - 6, _y(step, top) + 4, _short(unit, step), "end") for step in steps),
        days=(Text(LEFT, BOTTOM + LINE, _short_day(first)), Text(RIGHT, BOTTOM + LINE, _short_day(last), "end")),
        values=(
            Text(points[0].x, _beside(points[0]), words.value_words(unit, values[0])),
            Text(points[-1].x, _beside(points[-1]), words.value_words(unit, values[-1]), "end"),
        ),
    )


def _levels(series: Series) -> list[tuple[str, int, str]]:
    """Name, height and label of each line across; the national target is always among them."""
    unit = series.measure.kind.unit
    found = []
    if series.national is not None:
        tenths = series.national.tenths
        found.append(("national", tenths, f"National target {words.target_words(unit, tenths)}"))
    if series.own_target is not None:
        found.append(("own", series.own_target, f"Own target {words.target_words(unit, series.own_target)}"))
    if series.baseline is not None:
        tenths = series.value(series.baseline)
        found.append(("baseline", tenths, f"Baseline {words.value_words(unit, tenths)}"))
    return found


def _placed(named: list[tuple[str, int, str]], top: int) -> tuple[Level, ...]:
    """Each line at its height, and its name in the key: beside the line it would stand in the next one."""
    return tuple(
        Level(_y(tenths, top), name, Text(LEFT + 36, BOTTOM + LINE * (2 + place), label))
        for place, (name, tenths, label) in enumerate(named)
    )


def _description(series: Series, named: list[tuple[str, int, str]]) -> str:
    first, last = series.readings[0], series.readings[-1]
    said = [
        f"{plural(len(series.readings), 'reading')}.",
        f"{words.value_of(series, first).capitalize()} in the period to {day(first.period_end)}",
        f"and {words.value_of(series, last)} in the period to {day(last.period_end)}.",
        *(f"{label}." for _, _, label in named),
        "The table holds the same numbers.",
    ]
    return " ".join(said)


def _x(on: date, first: date, last: date) -> int:
    return LEFT + round((RIGHT - LEFT) * (on - first).days / ((last - first).days or 1))


def _y(tenths: int, top: int) -> int:
    return BOTTOM - round((BOTTOM - TOP) * tenths / top)


def _beside(point: Point) -> int:
    """Above a point, or below it where there is no room above."""
    return point.y - 8 if point.y > TOP + 12 else point.y + 18


def _round_up(tenths: int) -> int:
    """The next number of tenths that makes a good end of a scale: it and its half are whole.

    >>> _round_up(1_230), _round_up(10), _round_up(20_010)
    (2000, 20, 40000)
    """
    power = 10
    while True:
        for step in (2, 4, 10):
            if step * power >= tenths:
                return step * power
        power *= 10


def _short(unit: Unit, tenths: int) -> str:
    return f"{words.plain_number(tenths)}{'%' if unit.is_percentage else ''}"


def _short_day(on: date) -> str:
    return f"{on.day} {on:%b} {on.year}"
