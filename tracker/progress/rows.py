"""Values that travel from the queries of progress to pages, files and reminders."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress import rules
from tracker.progress.rules import Applicability, EntryKind


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation stood on one ask on a day, as known at an instant. Ids lead to the rest.

    ``status_class`` is the class that counts; ``said_class`` is what was said, see ``rules.counted_class``.
    """

    organisation_id: int
    ask_id: int
    applicability: Applicability
    entry_id: int | None
    status_code: str | None
    status_class: StatusClass
    deadline_on: date | None
    target_on: date | None
    updated_on: date | None
    """The day on which the organisation itself last said where the ask stands; no decision of an assurer moves it."""
    completed_on: date | None
    said_class: StatusClass
    recovery_on: date | None
    forecast_on: date | None
    review_on: date | None
    blocked_by: str
    confirmed_on: date | None
    entry_on: date | None
    """The day of the entry that counts, whoever made it: nothing is said of an earlier day."""
    version: int = field(compare=False)
    """What a form carries, and no fact: 0 before any record, and where another day than today is read."""

    @property
    def is_said_otherwise(self) -> bool:
        """Whether something better was said than counts: on track, of something overdue with no recovery plan."""
        return self.said_class is not self.status_class

    @property
    def last_true_on(self) -> date | None:
        """The last day on which the organisation said or confirmed where the ask stands."""
        return max(filter(None, (self.updated_on, self.confirmed_on)), default=None)

    def days_overdue(self, as_at: date) -> int | None:
        return rules.days_overdue(self.status_class, self.applicability, self.deadline_on, as_at)


@dataclass(frozen=True, slots=True)
class Body:
    """One organisation as it stood on a day: what lists show of it."""

    organisation_id: int
    code: str
    name: str
    organisation_type: OrganisationType
    system_code: str | None
    system_name: str | None
    region_code: str | None
    region_name: str | None


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing said about an ask, with everything that was said."""

    entry_id: int
    kind: EntryKind
    status_code: str
    status_class: StatusClass
    narrative: str
    reason: str
    recovery_on: date | None
    next_step: str
    next_step_on: date | None
    completed_on: date | None
    forecast_on: date | None
    review_on: date | None
    blocked_by: str
    true_on: date
    backdating_reason: str
    corrects_id: int | None
    recorded_at: datetime
    person_id: int | None
    person_name: str
    role: str


@dataclass(frozen=True, slots=True)
class AgreedTarget:
    """One target that was agreed, or its withdrawal (``target_on`` None)."""

    target_on: date | None
    reason: str
    agreed_by: str
    true_on: date
    recorded_at: datetime
    person_name: str
    is_asked: bool
    """Whether the region accepted it."""


@dataclass(frozen=True, slots=True)
class TargetAsked:
    """A request for another target, and what became of it."""

    request_id: int
    wanted_on: date | None
    reason: str
    agreed_by: str
    true_on: date
    recorded_at: datetime
    person_name: str
    decision: str
    decision_reason: str
    decided_on: date | None


@dataclass(frozen=True, slots=True)
class TargetsTold:
    """Every target of an ask and every request for one, the oldest first."""

    agreed: tuple[AgreedTarget, ...]
    asked: tuple[TargetAsked, ...]

    @property
    def waiting(self) -> TargetAsked | None:
        return next((each for each in self.asked if not each.decision), None)


@dataclass(frozen=True, slots=True)
class Confirmed:
    """That an entry was still true on a later day, and who said so."""

    true_on: date
    recorded_at: datetime
    person_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Told:
    """One ask of one organisation of which something is said; ``person_id`` None and "" where time says it."""

    organisation_id: int
    organisation_code: str
    ask: AskFacts
    person_id: int | None
    role: str

    @property
    def subject(self) -> str:
        return subject_of(self.organisation_code, self.ask)


def subject_of(organisation_code: str, ask: AskFacts) -> str:
    """An item as audit and ledger name it: "XN1/8ua-2020/6.1"."""
    return f"{organisation_code}/{ask.framework_code}/{ask.ref}"
