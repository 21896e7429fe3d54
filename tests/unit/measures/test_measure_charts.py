"""Where everything of a trend chart stands, and the words for whoever does not see it."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

from tracker.measures.chart import BOTTOM, LEFT, RIGHT, TOP, chart_of
from tracker.measures.files import built_in_measures
from tracker.measures.rows import Aim, Measure, Reading, Series
from tracker.measures.rules import Counts, Direction, Kind, Unit

CHECKS = next(measure for measure in built_in_measures() if measure.key == "ld-health-checks")
QUARTERS = (date(2020, 3, 31), date(2020, 6, 30), date(2020, 9, 30))


def series(*counts: Counts, unit: Unit = Unit.SHARE, target: int | None = None, baseline: int | None = None) -> Series:
    kind = Kind(unit, Direction.HIGHER)
    measure = Measure("made-up", "Made up", "Some", "All", kind, "Measures of your own", None, CHECKS)
    readings = tuple(
        Reading((place,), on, each, "") for place, (on, each) in enumerate(zip(QUARTERS, counts, strict=False), start=1)
    )
    return Series(measure, readings, Aim(1, baseline, target, None), CHECKS.find_target(*[date(2020, 11, 2)] * 2), 1)


def test_below_two_readings_there_is_nothing_to_draw() -> None:
    assert chart_of(series()) is None
    assert chart_of(series(Counts(50, 100))) is None


def test_points_stand_at_their_day_and_at_their_value() -> None:
    chart = chart_of(series(Counts(0, 100), Counts(50, 100), Counts(100, 100)))
    assert chart is not None
    assert [(point.x, point.y) for point in chart.points] == [
        (LEFT, BOTTOM),
        (LEFT + round((RIGHT - LEFT) * 91 / 183), (TOP + BOTTOM) // 2),
        (RIGHT, TOP),
    ]
    assert chart.line == f"44,196 {chart.points[1].x},108 308,20"


def test_every_line_across_has_a_name_and_dashes_of_its_own() -> None:
    chart = chart_of(series(Counts(30, 100), Counts(60, 100), target=500, baseline=1))
    assert chart is not None
    assert [level.key.text for level in chart.levels] == ["National target 67%", "Own target 50%", "Baseline 30.0%"]
    names = {level.name for level in chart.levels}
    style = (Path(__file__).resolve().parents[3] / "static" / "app.css").read_text()
    dashes = [re.search(rf"app-chart__level--{name} {{\s*stroke-dasharray: ([^;]+);", style) for name in names]
    assert len({found.group(1) for found in dashes if found}) == len(names) == 3


def test_no_two_texts_of_the_key_stand_in_each_other() -> None:
    chart = chart_of(series(Counts(67, 100), Counts(66, 100), target=670, baseline=1))
    assert chart is not None
    heights = [level.key.y for level in chart.levels]
    assert all(below - above >= 16 for above, below in pairwise(heights))
    assert max(heights) <= chart.height


def test_a_rounded_reading_is_hollow_and_said_to_be_about() -> None:
    chart = chart_of(series(Counts(5, 40, is_rounded=True), Counts(60, 100)))
    assert chart is not None
    assert [point.is_hollow for point in chart.points] == [True, False]
    assert chart.has_hollow
    assert "About 12.5% in the period to 31 March 2020 and 60.0%" in chart.description


@pytest.mark.parametrize(
    ("unit", "counts", "scale"),
    [
        (Unit.SHARE, Counts(1, 100), ["0%", "25%", "50%", "75%", "100%"]),
        (Unit.RATIO, Counts(130, 100), ["0%", "100%", "200%"]),
        (Unit.PER_THOUSAND, Counts(3, 1_000), ["0", "50", "100"]),  # up to the target, 67
        (Unit.COUNT, Counts(350), ["0", "200", "400"]),
    ],
)
def test_the_scale_begins_at_nought_and_holds_every_value(unit: Unit, counts: Counts, scale: list[str]) -> None:
    chart = chart_of(series(counts, counts, unit=unit))
    assert chart is not None
    assert [text.text for text in chart.scale] == scale
    assert all(TOP <= point.y <= BOTTOM for point in chart.points)
