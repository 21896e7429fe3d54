"""Works out where everything of the stacked bars of a board stands; the template draws it, and knows no colour.

A drawing is small (320 units wide), so that its words can still be read where it fills a narrow screen, and has a table
of the same numbers beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tracker.frameworks.rules import StatusClass
from tracker.review.grid_rows import Column, Line
from tracker.review.grid_rules import Tally
from tracker.review.words import CLASS_WORDS

LEFT, RIGHT = 4, 316
BAR, ROW = 18, 44
NARROWEST_WITH_WORDS = 18
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
