"""Values that travel from the queries of measures to pages, files and panels, with what follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.measures import rules
from tracker.measures.definition import MeasureDefinition, TargetDefinition
from tracker.measures.rules import Counts, Direction, Judgement, Kind, ReadingKind, Trend

OWN_GROUP = "Measures of your own"


@dataclass(frozen=True, slots=True)
class AskLink:
    """The ask that a measure belongs to. ``has_page``: it is tracked for everybody, so it can be linked to."""

    ask_id: int
    framework_code: str
    ref: str
    has_page: bool


@dataclass(frozen=True, slots=True)
class Measure:
    """What is measured, whether a framework asks for it or the organisation measures it of its own accord."""

    key: str
    name: str
    numerator: str
    denominator: str
    kind: Kind
    group: str
    ask: AskLink | None
    definition: MeasureDefinition | None
    is_to_confirm: bool = False

    @property
    def is_own(self) -> bool:
        return self.definition is None


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading as it counts. ``chain``: what was recorded first, and each correction up to the one that counts."""

    chain: tuple[int, ...]
    period_end: date
    counts: Counts
    source: str

    @property
    def reading_id(self) -> int:
        return self.chain[-1]

    @property
    def first_id(self) -> int:
        return self.chain[0]

    @property
    def is_corrected(self) -> bool:
        return len(self.chain) > 1


@dataclass(frozen=True, slots=True)
class Aim:
    """Where an organisation starts from and what it wants to reach."""

    aim_id: int
    baseline_id: int | None
    target: int | None
    target_on: date | None


@dataclass(frozen=True, slots=True)
class TargetSet:
    """A target of the organisation's own, from the day on which it was set; None where it was taken away."""

    tenths: int | None
    on: date


@dataclass(frozen=True, slots=True)
class Distance:
    """How far a value is from a target, in tenths of what is shown: below nought where it is less."""

    judgement: Judgement
    gap: int
    target: int


@dataclass(frozen=True, slots=True)
class Series:
    """One measure of one organisation with its readings, the earliest first, as at a day and as known at an instant."""

    measure: Measure
    readings: tuple[Reading, ...]
    aim: Aim | None
    national: TargetDefinition | None
    version: int
    eased_from: TargetSet | None = None
    """The hardest target that was ever wanted, and the day it was made easier; None where the own one is as hard."""

    @property
    def latest(self) -> Reading | None:
        return self.readings[-1] if self.readings else None

    @property
    def trend(self) -> Trend | None:
        if self.latest is None:
            return None
        before = self.readings[-2].counts if len(self.readings) > 1 else None
        return rules.trend(self.measure.kind, before, self.latest.counts)

    @property
    def baseline(self) -> Reading | None:
        """The reading the organisation starts from, as corrected; None where that was taken out."""
        return self.find_reading(self.aim.baseline_id) if self.aim and self.aim.baseline_id else None

    @property
    def own_target(self) -> int | None:
        return self.aim.target if self.aim else None

    def value(self, reading: Reading) -> int:
        """What a reading is worth, in tenths, as shown."""
        return rules.tenths(self.measure.kind, reading.counts)

    def distance(self, reading: Reading | None, target: int | None) -> Distance | None:
        if reading is None or target is None:
            return None
        judgement = rules.judge(self.measure.kind, reading.counts, target)
        return Distance(judgement, self.value(reading) - target, target)

    def find_reading(self, reading_id: int) -> Reading | None:
        """A reading that counts, by its number or by that of one which it corrects."""
        return next((each for each in self.readings if reading_id in each.chain), None)

    def find_period(self, period_end: date) -> Reading | None:
        return next((each for each in self.readings if each.period_end == period_end), None)


@dataclass(frozen=True, slots=True)
class Said:
    """One thing that was said about a measure, with who said it and when: a reading, or an aim."""

    recorded_at: datetime
    person_name: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class ReadingSaid(Said):
    """A reading, its correction or its withdrawal, as it was recorded."""

    reading_id: int
    kind: ReadingKind
    corrects_id: int | None
    period_end: date
    counts: Counts | None
    source: str


@dataclass(frozen=True, slots=True)
class AimSaid(Said):
    """A baseline and a target, as they were set."""

    true_on: date
    baseline_id: int | None
    target: int | None
    target_on: date | None


@dataclass(frozen=True, slots=True)
class StoredReading:
    """A row of readings before it is known which of them count."""

    reading_id: int
    kind: ReadingKind
    period_end: date
    numerator: int | None
    denominator: int | None
    is_rounded: bool
    source: str
    corrects_id: int | None


def those_that_count(stored: Sequence[StoredReading]) -> tuple[Reading, ...]:
    """The readings of one measure with their corrections, without what was taken out; the earliest period first."""
    by_id = {each.reading_id: each for each in stored}
    corrected = {each.corrects_id for each in stored}
    counting = [each for each in stored if each.reading_id not in corrected and each.numerator is not None]
    return tuple(
        Reading(
            chain=_chain(each, by_id),
            period_end=each.period_end,
            counts=Counts(each.numerator or 0, each.denominator, each.is_rounded),
            source=each.source,
        )
        for each in sorted(counting, key=lambda each: (each.period_end, each.reading_id))
    )


def eased_from(direction: Direction, targets: Sequence[TargetSet]) -> TargetSet | None:
    """What a target would be if it had never been made easier, and since when it is easier; in the order they were set.

    A target that is raised a little after it was lowered a lot is still one that was lowered.

    >>> share, first, later = Direction.HIGHER, date(2020, 9, 1), date(2020, 11, 2)
    >>> eased_from(share, [TargetSet(950, first), TargetSet(800, later), TargetSet(810, later)])
    TargetSet(tenths=950, on=datetime.date(2020, 11, 2))
    >>> eased_from(share, [TargetSet(800, first), TargetSet(950, later)]) is None
    True
    """
    if not targets or targets[-1].tenths is None or direction is Direction.WATCHED:
        return None
    values = [(each.tenths, each.on) for each in targets if each.tenths is not None]
    hardest = (min if direction is Direction.LOWER else max)(tenths for tenths, _ in values)
    last = max(place for place, (tenths, _) in enumerate(values) if tenths == hardest)
    return TargetSet(hardest, values[last + 1][1]) if last + 1 < len(values) else None


def _chain(last: StoredReading, by_id: dict[int, StoredReading]) -> tuple[int, ...]:
    chain = [last.reading_id]
    while (corrects_id := by_id[chain[0]].corrects_id) in by_id:
        chain.insert(0, by_id[corrects_id].reading_id)
    return tuple(chain)
