"""Records readings, their corrections, baselines and targets, and an organisation's own measures; never commits.

Of two people at once exactly one wins: the measure's head is locked before anything is decided, and a form that was
opened on an older version raises ChangedMeanwhile. Whoever has no form (a story, a script) leaves the version out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.measures import rules
from tracker.measures.models import MeasureAim, MeasureHead, MeasureReading
from tracker.measures.queries import get_series
from tracker.measures.rows import Reading, Series
from tracker.measures.rules import Counts, ReadingKind
from tracker.measures.speaking import NO_FORM, Form, Refused, Speaker, check_version, locked_head, record_change
from tracker.web.wording import day

PERIOD, AIM, BASELINE, TARGET, TARGET_ON = "period_end", "reason", "baseline", "target", "target_on"


@dataclass(frozen=True, slots=True)
class ReadingEntry:
    """What was counted in a period that ended on a day, and where the numbers come from."""

    period_end: date
    numerator: int
    denominator: int | None
    source: str


@dataclass(frozen=True, slots=True)
class AimEntry:
    """Where an organisation starts from (one of its readings) and what it wants to reach (in tenths), by when."""

    baseline_id: int | None
    target: int | None
    target_on: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Saved:
    """What became of a save: nothing where this very form was saved before; the counts as they were kept."""

    is_new: bool
    counts: Counts | None = None

    @property
    def is_rounded(self) -> bool:
        return self.counts is not None and self.counts.is_rounded


def add_reading(by: Speaker, key: str, entry: ReadingEntry, form: Form = NO_FORM) -> Saved:
    """Record a reading. Counts that could point at people are rounded before they are kept.

    Raises Refused for counts or a day that cannot be, and where there is a reading to that day; ChangedMeanwhile as
    said above.
    """
    head = locked_head(by, key)
    if _is_saved(MeasureReading, form):
        return Saved(is_new=False)
    check_version(head, form)
    series = get_series(by.organisation, key, clock.today())
    _check(series, entry, None)
    return _record(by, head, series, entry, form, None, "")


def correct_reading(by: Speaker, key: str, reading_id: int, entry: ReadingEntry, reason: str, form: Form) -> Saved:
    """Record what a reading should have been: a new reading that names the one it corrects, which stays readable."""
    head = locked_head(by, key)
    if _is_saved(MeasureReading, form):
        return Saved(is_new=False)
    check_version(head, form)
    series = get_series(by.organisation, key, clock.today())
    corrected = _get_reading(series, reading_id)
    _check(series, entry, corrected)
    if (entry.period_end, _kept(series, entry, corrected), entry.source) == _said_before(corrected):
        raise Refused(rules.Part.NUMERATOR.value, "Nothing has changed. Correct what is wrong, or go back")
    return _record(by, head, series, entry, form, corrected, reason)


def withdraw_reading(by: Speaker, key: str, reading_id: int, reason: str, form: Form) -> Saved:
    """Take a reading out that should not be there; what it said stays readable."""
    head = locked_head(by, key)
    if _is_saved(MeasureReading, form):
        return Saved(is_new=False)
    check_version(head, form)
    taken_out = _get_reading(get_series(by.organisation, key, clock.today()), reading_id)
    row = _row(by, key, form, ReadingKind.WITHDRAWAL, taken_out.period_end, reason, corrects_id=taken_out.reading_id)
    record_change(by, key, "reading withdrawn", _added(head, row))
    return Saved(is_new=True)


def set_aim(by: Speaker, key: str, entry: AimEntry, form: Form = NO_FORM) -> Saved:
    """Set a baseline, a target or both, from today on; what held before stays, with its reason.

    Raises Refused for a reading that does not count, a target that the measure cannot have, and where nothing changes.
    """
    head = locked_head(by, key)
    if _is_saved(MeasureAim, form):
        return Saved(is_new=False)
    check_version(head, form)
    series = get_series(by.organisation, key, clock.today())
    baseline = _check_aim(series, entry)
    aim = MeasureAim(
        organisation_id=by.organisation.organisation_id,
        measure_code=key,
        baseline_id=baseline.first_id if baseline else None,
        target_tenths=entry.target,
        target_on=entry.target_on,
        reason=entry.reason,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=by.viewer.person_id,
        role=by.role,
        submission_key=form.submission_key,
    )
    session().add(aim)
    head.version += 1
    session().flush()
    before = {"target_tenths": series.own_target} if series.aim else None
    after = {"aim": aim.id, "target_tenths": aim.target_tenths, "target_on": aim.target_on}
    record_change(by, key, "measure target set", after, before)
    return Saved(is_new=True)


def _is_saved(table: type[MeasureReading] | type[MeasureAim], form: Form) -> bool:
    if form.submission_key is None:
        return False
    return bool(session().scalar(sa.select(sa.exists().where(table.submission_key == form.submission_key))))


def _get_reading(series: Series, reading_id: int) -> Reading:
    """The reading that counts of one that was recorded."""
    reading = series.find_reading(reading_id)
    if reading is None:
        raise Refused(PERIOD, "This reading has been taken out. If it should be there, add it again")
    return reading


def _check(series: Series, entry: ReadingEntry, corrected: Reading | None) -> None:
    if fault := period_fault(entry.period_end, clock.today()):
        raise Refused(PERIOD, f"The last day of the period {fault}")
    there = series.find_period(entry.period_end)
    if there is not None and there != corrected:
        raise Refused(PERIOD, f"There is a reading to {day(entry.period_end)} already. Correct that one instead")
    if fault_found := rules.fault_of(series.measure.kind, entry.numerator, entry.denominator):
        part, sentence = fault_found
        raise Refused(part.value, f"The {part.value}: {sentence}")


def period_fault(period_end: date, today: date) -> str | None:
    """Why a period cannot end on a day, as the rest of a sentence; None where it can."""
    if period_end > today:
        return "must be today or in the past"
    if period_end < rules.FIRST_DAY:
        return f"must be {day(rules.FIRST_DAY)} or later"
    return None


def _check_aim(series: Series, entry: AimEntry) -> Reading | None:
    baseline = None if entry.baseline_id is None else series.find_reading(entry.baseline_id)
    if entry.baseline_id is not None and baseline is None:
        raise Refused(BASELINE, "The reading that you chose as your baseline was corrected or taken out. Choose again")
    if entry.target is not None and (fault := rules.fault_of_target(series.measure.kind, entry.target)):
        raise Refused(TARGET, f"The target: {fault}")
    if entry.target is None and entry.target_on is not None:
        raise Refused(TARGET, "Enter the target, or take out the day by which to reach it")
    was = series.aim
    if entry.target_on is not None and entry.target_on < clock.today() and entry.target_on != (was and was.target_on):
        raise Refused(TARGET_ON, "The day by which to reach the target must be today or later")
    now = (baseline.first_id if baseline else None, entry.target, entry.target_on)
    if now == ((was.baseline_id, was.target, was.target_on) if was else (None, None, None)):
        raise Refused(TARGET, "Nothing has changed. Choose a baseline, enter a target, or go back")
    if was is not None and not entry.reason:
        raise Refused(AIM, "Enter the reason for the change")
    return baseline


def _said_before(reading: Reading) -> tuple[date, Counts, str]:
    return reading.period_end, reading.counts, reading.source


def _kept(series: Series, entry: ReadingEntry, corrected: Reading | None) -> Counts:
    """The counts as they are kept. Rounded ones that a correction leaves as they are stay known as rounded."""
    was = corrected.counts if corrected else None
    if was is not None and (entry.numerator, entry.denominator) == (was.numerator, was.denominator):
        return was
    return rules.protected(series.measure.kind, entry.numerator, entry.denominator)


def _record(
    by: Speaker,
    head: MeasureHead,
    series: Series,
    entry: ReadingEntry,
    form: Form,
    corrected: Reading | None,
    reason: str,
) -> Saved:
    counts = _kept(series, entry, corrected)
    kind = ReadingKind.READING if corrected is None else ReadingKind.CORRECTION
    corrects_id = None if corrected is None else corrected.reading_id
    row = _row(by, head.measure_code, form, kind, entry.period_end, reason, corrects_id=corrects_id)
    row.numerator, row.denominator, row.is_rounded = counts.numerator, counts.denominator, counts.is_rounded
    row.source = entry.source
    record_change(
        by, head.measure_code, "reading added" if corrected is None else "reading corrected", _added(head, row)
    )
    return Saved(is_new=True, counts=counts)


def _row(
    by: Speaker, key: str, form: Form, kind: ReadingKind, period_end: date, reason: str, *, corrects_id: int | None
) -> MeasureReading:
    return MeasureReading(
        organisation_id=by.organisation.organisation_id,
        measure_code=key,
        kind=kind,
        period_end=period_end,
        is_rounded=False,
        reason=reason,
        corrects_id=corrects_id,
        recorded_at=clock.now(),
        person_id=by.viewer.person_id,
        role=by.role,
        submission_key=form.submission_key,
    )


def _added(head: MeasureHead, row: MeasureReading) -> dict[str, object]:
    """Add a row; what the audit holds of it."""
    session().add(row)
    head.version += 1
    session().flush()
    added: dict[str, object] = {"reading": row.id, "period_end": row.period_end}
    return added if row.corrects_id is None else added | {"corrects": row.corrects_id}
