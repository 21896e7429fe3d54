"""What the page of an ask shows of its measures, in one statement; it knows nothing else of that page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from tracker.measures import presenters, queries
from tracker.measures.presenters import MeasureLine


@dataclass(frozen=True, slots=True)
class Panel:
    """The measures of one ask of one organisation; the macro ``measures_panel`` of measures/panel.html draws it."""

    lines: tuple[MeasureLine, ...]
    columns: Sequence[Mapping[str, object]] = presenters.COLUMNS


def panel(organisation_id: int, ask_id: int, framework_code: str, ask_ref: str, today: date) -> Panel:
    """The national measures of an ask and those that the organisation added to it, with the latest of each."""
    series = queries.series_of_ask(organisation_id, ask_id, framework_code, ask_ref, today)
    return Panel(tuple(presenters.line_of(each) for each in series))
