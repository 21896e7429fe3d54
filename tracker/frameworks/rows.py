"""Frozen rows that travel from the tables of frameworks to pages, files and packages; they query nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from tracker.frameworks.definition import (
    AlternateDefinition,
    ScopeDefinition,
    SourceDefinition,
    StatusDefinition,
)
from tracker.frameworks.rules import (
    Confidence,
    DateKind,
    DatePrecision,
    Enrolment,
    StatusClass,
    national_deadline,
)


@dataclass(frozen=True, slots=True)
class FrameworkRow:
    """One framework version as one revision of it says."""

    framework_id: int
    revision_id: int
    revision_number: int
    code: str
    title: str
    issuer: str
    issued_on: date
    effective_from: date
    effective_to: date | None
    enrolment: Enrolment
    supersedes_code: str | None
    position: int
    note: str
    sources: tuple[SourceDefinition, ...]
    digest: str
    recorded_at: datetime
    superseded_at: datetime | None

    def is_in_effect(self, on: date) -> bool:
        """Whether the framework holds on a day; both ends belong to it."""
        return self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)


@dataclass(frozen=True, slots=True)
class ActionRow:
    """One action with its titles."""

    action_id: int
    number: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class AskView:
    """Everything a page shows about one ask, apart from any organisation's progress on it."""

    ask_id: int
    content_id: int
    ref: str
    framework: FrameworkRow
    action: ActionRow
    wording: str
    audience: str
    scopes: tuple[ScopeDefinition, ...]
    scope_note: str
    date_kind: DateKind
    national_on: date | None
    precision: DatePrecision | None
    season: str
    date_note: str
    measure: str
    measure_target: str
    evidence_expected: str
    source: str
    source_urls: tuple[str, ...]
    confidence: Confidence
    alternates: tuple[AlternateDefinition, ...]
    records_lead: bool

    @property
    def deadline_on(self) -> date | None:
        """The national date it can be overdue against, which only kind "by" has."""
        return national_deadline(self.date_kind, self.national_on)


@dataclass(frozen=True, slots=True)
class Scale:
    """A framework's status words in the order in which they are offered, found by code or by class."""

    statuses: tuple[StatusDefinition, ...]

    def __iter__(self) -> Iterator[StatusDefinition]:
        return iter(self.statuses)

    def __len__(self) -> int:
        return len(self.statuses)

    def find(self, code: str) -> StatusDefinition | None:
        return next((status for status in self.statuses if status.code == code), None)

    def get(self, code: str) -> StatusDefinition:
        """The status with a code; a KeyError where the scale has no such word."""
        status = self.find(code)
        if status is None:
            raise KeyError(f'There is no status "{code}" on this scale.')
        return status

    def in_class(self, status_class: StatusClass) -> tuple[StatusDefinition, ...]:
        """The words of a class, of which a scale may have several."""
        return tuple(status for status in self.statuses if status.status_class is status_class)

    def in_open_classes(self) -> tuple[StatusDefinition, ...]:
        return tuple(status for status in self.statuses if status.status_class.is_open)
