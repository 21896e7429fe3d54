"""What a file of measures says, as frozen values; plain Python that knows neither files nor the database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.definition import AlternateDefinition, ScopeDefinition
from tracker.frameworks.rules import Confidence, DatePrecision
from tracker.measures.rules import Direction, Kind, Unit


@dataclass(frozen=True, slots=True)
class TargetDefinition:
    """A national target: what is to be reached (in tenths), by when, and from which day it holds.

    ``known_from`` is the day on which this file first said so. A target is corrected by another one beside it, which
    holds from the same day and is known from a later one, so that the past can still be shown as it was known.
    """

    tenths: int
    due_on: date | None
    precision: DatePrecision | None
    holds_from: date
    known_from: date
    source: str
    confidence: Confidence
    note: str = ""


@dataclass(frozen=True, slots=True)
class MeasureDefinition:
    """A measure that a framework asks for, and what stands in the sources about it."""

    key: str
    framework_code: str
    framework_title: str
    ask_ref: str
    scopes: tuple[ScopeDefinition, ...]
    name: str
    numerator: str
    denominator: str
    unit: Unit
    direction: Direction
    counts_people: bool
    effective_from: date
    source: str
    source_urls: tuple[str, ...]
    confidence: Confidence
    note: str
    targets: tuple[TargetDefinition, ...]
    alternates: tuple[AlternateDefinition, ...]

    @property
    def kind(self) -> Kind:
        return Kind(self.unit, self.direction, self.counts_people)

    def find_target(self, as_at: date, known_on: date) -> TargetDefinition | None:
        """The national target that held on a day, as this file said it on another; the latest one where several do."""
        holding = [
            (target.holds_from, target.known_from, place)
            for place, target in enumerate(self.targets)
            if target.holds_from <= as_at and target.known_from <= known_on
        ]
        return self.targets[max(holding)[2]] if holding else None
