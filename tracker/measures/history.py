"""What was said about a measure, as sentences: readings, corrections, baselines and targets; it knows no page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from tracker.accounts.rules import Role
from tracker.measures import rules, words
from tracker.measures.rows import AimSaid, Measure, ReadingSaid, Said
from tracker.measures.rules import Counts, ReadingKind
from tracker.web.wording import day, day_and_time


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One thing that was said, and why."""

    sentence: str
    reason: str
    source: str = ""


def reading_lines(
    measure: Measure, readings: Sequence[ReadingSaid], known_at: datetime | None = None
) -> Iterator[HistoryLine]:
    """Readings, corrections and withdrawals in the order given, each with what it corrects."""
    by_id = {each.reading_id: each for each in readings}
    for said in readings:
        if known_at is not None and said.recorded_at > known_at:
            continue
        before = by_id.get(said.corrects_id) if said.corrects_id is not None else None
        what = _reading_words(measure, said, before)
        yield HistoryLine(f"{_who(said)} {what}", said.reason, said.source)


def aim_lines(
    measure: Measure, aims: Sequence[AimSaid], readings: Sequence[ReadingSaid], known_at: datetime | None = None
) -> Iterator[HistoryLine]:
    """Baselines and targets in the order given."""
    by_id = {each.reading_id: each for each in readings}
    for said in aims:
        if known_at is not None and said.recorded_at > known_at:
            continue
        baseline = by_id.get(said.baseline_id) if said.baseline_id is not None else None
        start = f"the baseline to the reading to {day(baseline.period_end)}" if baseline else "no baseline"
        target = "no target"
        if said.target is not None:
            wanted = words.target_words(measure.kind.unit, said.target)
            target = f"the target to {wanted}{words.by_words(said.target_on)}"
        yield HistoryLine(f"{_who(said)} set {start} and {target}", said.reason)


def _reading_words(measure: Measure, said: ReadingSaid, before: ReadingSaid | None) -> str:
    now = _counted(measure, said.counts)
    was = _counted(measure, before.counts) if before else ""
    if said.kind is ReadingKind.WITHDRAWAL:
        return f"took out the reading to {day(said.period_end)}: {was}"
    if said.kind is ReadingKind.READING or before is None:
        return f"recorded {now}, to {day(said.period_end)}"
    moved = f" to {day(before.period_end)}" if before.period_end != said.period_end else ""
    return f"corrected the reading to {day(said.period_end)}: {now}, not {was}{moved}"


def _counted(measure: Measure, counts: Counts | None) -> str:
    if counts is None:
        return "no counts"
    value = words.value_words(measure.kind.unit, rules.tenths(measure.kind, counts))
    return f"{'about ' if counts.is_rounded else ''}{value}{words.counts_words(counts)}"


def _who(said: Said) -> str:
    role = Role(said.role).label if said.role in set(Role) else ""
    who = ", ".join(part for part in (said.person_name, role) if part) or "Somebody whose details were removed"
    return f"{day_and_time(said.recorded_at)}: {who}"
