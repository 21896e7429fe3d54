"""What the pages of measures say, as text; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker import clock
from tracker.frameworks.rules import Confidence
from tracker.measures import words
from tracker.measures.chart import Chart, chart_of
from tracker.measures.history import HistoryLine, aim_lines, reading_lines
from tracker.measures.rows import AimSaid, Measure, Reading, ReadingSaid, Series
from tracker.web.wording import day

NO_READING = "No reading yet"
NO_TARGET = "No target"
ROUNDING = (
    "Values are worked out from the numerator and the denominator, and shown to one decimal place. What is left over "
    "is cut off, so that a value never looks better than it is."
)
SMALL_COUNTS = (
    "Do not enter numbers that could identify people. If a number is from 1 to 7, or leaves 1 to 7 people out, both "
    "numbers are rounded to the nearest 5 before they are kept, and the reading says so."
)

COLUMNS = (
    {"text": "Measure"},
    {"text": "Latest", "numeric": True},
    {"text": "Period to"},
    {"text": "Against the target"},
    {"text": "Trend"},
)


@dataclass(frozen=True, slots=True)
class MeasureLine:
    """One measure in an organisation's list."""

    key: str
    name: str
    about: str
    latest: str
    period_end: str
    against: tuple[str, ...]
    trend: str


@dataclass(frozen=True, slots=True)
class MeasureGroup:
    """The measures of one framework, or the organisation's own."""

    title: str
    lines: tuple[MeasureLine, ...]


@dataclass(frozen=True, slots=True)
class ReadingLine:
    """One row of the table beside the chart."""

    reading_id: int
    period_end: str
    numerator: str
    denominator: str
    value: str
    source: str
    notes: str


@dataclass(frozen=True, slots=True)
class MeasurePage:
    """One measure of one organisation."""

    title: str
    caption: str
    summary: tuple[dict[str, str], ...]
    chart: Chart | None
    readings: tuple[ReadingLine, ...]
    about: tuple[dict[str, str], ...]
    alternates: tuple[str, ...]
    source_urls: tuple[str, ...]
    said_of_readings: tuple[HistoryLine, ...]
    said_of_aims: tuple[HistoryLine, ...]
    as_at: str


def groups_of(all_series: Sequence[Series]) -> list[MeasureGroup]:
    """The list of an organisation's measures, framework by framework."""
    titles = dict.fromkeys(series.measure.group for series in all_series)
    return [
        MeasureGroup(title, tuple(line_of(series) for series in all_series if series.measure.group == title))
        for title in titles
    ]


def line_of(series: Series) -> MeasureLine:
    """One measure in a list or on the page of its ask."""
    latest, measure = series.latest, series.measure
    about = [f"Ask {measure.ask.ref}"] if measure.ask else []
    about += ["Applicability to confirm"] if measure.is_to_confirm else []
    return MeasureLine(
        key=measure.key,
        name=measure.name,
        about=". ".join(about),
        latest=words.value_of(series, latest) if latest else "None yet",
        period_end=day(latest.period_end) if latest else "No date",
        against=tuple(_against_targets(series)) or (NO_TARGET,),
        trend=series.trend.label if series.trend else "None yet",
    )


def _against_targets(series: Series) -> list[str]:
    """The national target first and the organisation's own after it: a lower one of its own hides nothing."""
    found = []
    for name, target, wanted, eased in (
        ("national target", _national(series), words.national_words(series), ""),
        ("own target", series.own_target, words.own_target_words(series), words.eased_words(series)),
    ):
        if target is None:
            continue
        said, since = words.against(series, target), f", {eased}" if eased else ""
        found.append(f"{said} ({name}{since})" if said else f"{name.capitalize()}: {wanted}{since}")
    return found


def measure_page(
    series: Series,
    readings: Sequence[ReadingSaid],
    aims: Sequence[AimSaid],
    as_at: date | None = None,
    known_at: datetime | None = None,
) -> MeasurePage:
    """Put the page of one measure together; ``as_at`` where it is shown as it stood on a day."""
    measure = series.measure
    return MeasurePage(
        title=measure.name,
        caption=caption_of(measure),
        summary=tuple(summary_of(series)),
        chart=chart_of(series),
        readings=tuple(_reading_line(series, reading) for reading in reversed(series.readings)),
        about=tuple(_about(series)),
        alternates=tuple(
            f"{each.text} ({each.source})" for each in (measure.definition.alternates if measure.definition else ())
        ),
        source_urls=measure.definition.source_urls if measure.definition else (),
        said_of_readings=tuple(reading_lines(measure, readings, known_at)),
        said_of_aims=tuple(aim_lines(measure, aims, readings, known_at)),
        as_at="" if as_at is None else _as_at_words(as_at, known_at),
    )


def caption_of(measure: Measure) -> str:
    """Where a measure comes from, above its name."""
    return f"{measure.group}, ask {measure.ask.ref}" if measure.ask and not measure.is_own else measure.group


def _as_at_words(as_at: date, known_at: datetime | None) -> str:
    known = "as known now" if known_at is None else f"as known at the end of {day(clock.london_day(known_at))}"
    return f"As at {day(as_at)}, {known}"


def summary_of(series: Series) -> list[dict[str, str]]:
    """Where a measure stands: the latest reading, the trend, the targets and the baseline."""
    latest = series.latest
    rows = [("Latest", _latest_words(series, latest) if latest else NO_READING)]
    if series.trend and latest:
        rows.append(("Trend", _trend_words(series)))
    if series.measure.is_to_confirm:
        rows.append(("Applies", "To confirm: it depends on the services you run"))
    rows.append(("National target", _target_row(series, words.national_words(series), _national(series))))
    own = _target_row(series, words.own_target_words(series), series.own_target)
    eased = words.eased_words(series)
    rows.append(("Own target", f"{own}\n{eased[:1].upper()}{eased[1:]}" if eased else own))
    rows.append(("Baseline", _baseline_words(series)))
    return [{"key": key, "value": value} for key, value in rows]


def _national(series: Series) -> int | None:
    return series.national.tenths if series.national else None


def _latest_words(series: Series, latest: Reading) -> str:
    return f"{words.value_of(series, latest)}{words.counts_words(latest.counts)}, to {day(latest.period_end)}"


def _trend_words(series: Series) -> str:
    trend = series.trend.label if series.trend else ""
    if len(series.readings) < 2:
        return trend
    before = series.readings[-2]
    return f"{trend}: {words.value_of(series, before)} before, to {day(before.period_end)}"


def _target_row(series: Series, wanted: str, target: int | None) -> str:
    if not wanted:
        return NO_TARGET
    said = words.against(series, target)
    return f"{wanted}\n{said}" if said else wanted


def _baseline_words(series: Series) -> str:
    if series.baseline is None:
        return "No baseline"
    said = f"{words.value_of(series, series.baseline)}, to {day(series.baseline.period_end)}"
    since = words.since_baseline_words(series)
    return f"{said}\n{since}" if since else said


def _reading_line(series: Series, reading: Reading) -> ReadingLine:
    counts = reading.counts
    notes = ["Rounded to the nearest 5"] if counts.is_rounded else []
    notes += ["Corrected"] if reading.is_corrected else []
    notes += ["Baseline"] if reading == series.baseline else []
    return ReadingLine(
        reading_id=reading.reading_id,
        period_end=day(reading.period_end),
        numerator=f"{counts.numerator:,}",
        denominator="Not applicable" if counts.denominator is None else f"{counts.denominator:,}",
        value=words.value_of(series, reading),
        source=reading.source,
        notes=". ".join(notes) or "None",
    )


def _about(series: Series) -> list[dict[str, str]]:
    measure, definition = series.measure, series.measure.definition
    rows = [
        ("Numerator", measure.numerator),
        ("Denominator", measure.denominator),
        ("Worked out as", measure.kind.unit.label),
        ("Which way is better", measure.kind.direction.label),
        ("Rounding", ROUNDING),
        ("Small numbers", SMALL_COUNTS if measure.kind.counts_people else "People are not counted"),
    ]
    if definition is not None:
        rows += [
            ("About this measure", definition.note),
            ("Source", definition.source),
            ("How sure we are", definition.confidence.label),
        ]
    if series.national is not None:
        is_sure = series.national.confidence is not Confidence.PROVISIONAL
        sure = "from a public source" if is_sure else "provisional: not confirmed by a public source yet"
        rows += [
            ("Source of the national target", f"{series.national.source} ({sure})"),
            ("National target holds from", day(series.national.holds_from)),
            ("About the national target", series.national.note),
        ]
    return [{"key": key, "value": value} for key, value in rows if value]
