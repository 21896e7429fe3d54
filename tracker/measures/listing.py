"""The rows of the files of measures: the same as on the pages, with codes, plain numbers and ISO dates."""

from __future__ import annotations

from collections.abc import Iterator

from tracker.measures import words
from tracker.measures.rows import Reading, Series
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell

MEASURE_COLUMNS = (
    *("ods_code", "organisation", "framework", "ask_ref", "measure_code", "measure", "unit", "direction"),
    *("period_end", "numerator", "denominator", "counts_rounded", "value", "trend"),
    *("national_target", "national_target_by", "against_national_target"),
    *("own_target", "own_target_by", "against_own_target", "baseline", "baseline_period_end"),
)
READING_COLUMNS = (
    *("ods_code", "organisation", "measure_code", "measure", "unit", "period_end", "numerator", "denominator"),
    *("counts_rounded", "value", "source", "corrected", "is_baseline"),
)


def measure_cells(organisation: OrganisationSummary, series: Series) -> tuple[Cell, ...]:
    """One measure with its latest reading, in the order of MEASURE_COLUMNS."""
    measure, latest, national, baseline = series.measure, series.latest, series.national, series.baseline
    return (
        organisation.code,
        organisation.name,
        measure.definition.framework_code if measure.definition else "",
        measure.ask.ref if measure.ask else "",
        measure.key,
        measure.name,
        measure.kind.unit.value,
        measure.kind.direction.value,
        *(latest.period_end if latest else None, *_counted(series, latest)),
        series.trend.label if series.trend else "",
        *(words.decimal(national.tenths) if national else "", national.due_on if national else None),
        words.against(series, national.tenths if national else None),
        "" if series.own_target is None else words.decimal(series.own_target),
        series.aim.target_on if series.aim else None,
        words.against(series, series.own_target),
        *(words.decimal(series.value(baseline)) if baseline else "", baseline.period_end if baseline else None),
    )


def reading_cells(organisation: OrganisationSummary, series: Series) -> Iterator[tuple[Cell, ...]]:
    """Each reading of a measure in the order of READING_COLUMNS, the newest first as on the page."""
    measure = series.measure
    for reading in reversed(series.readings):
        yield (
            *(organisation.code, organisation.name, measure.key, measure.name, measure.kind.unit.value),
            reading.period_end,
            *_counted(series, reading),
            reading.source,
            *("yes" if said else "no" for said in (reading.is_corrected, reading == series.baseline)),
        )


def _counted(series: Series, reading: Reading | None) -> tuple[Cell, Cell, Cell, Cell]:
    """Numerator, denominator, whether they are rounded, and what they are worth."""
    if reading is None:
        return None, None, "", ""
    counts = reading.counts
    return (
        counts.numerator,
        counts.denominator,
        "yes" if counts.is_rounded else "no",
        words.decimal(series.value(reading)),
    )
