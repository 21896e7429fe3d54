"""Values that travel from the queries of progress to pages, files and reminders."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.frameworks.rules import DatePrecision, OrganisationType, StatusClass
from tracker.progress import rules
from tracker.progress.rules import Applicability, EntryKind


@dataclass(frozen=True, slots=True)
class Standing:
    """Where one organisation stood on one ask on a day, as known at an instant. Ids lead to the rest."""

    organisation_id: int
    ask_id: int
    applicability: Applicability
    entry_id: int | None
    status_code: str | None
    status_class: StatusClass
    deadline_on: date | None
    target_on: date | None
    updated_on: date | None
    completed_on: date | None

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
    true_on: date
    recorded_at: datetime
    person_id: int | None
    person_name: str
    role: str


@dataclass(frozen=True, slots=True)
class NamedLead:
    """Who answers for an organisation's work on health inequalities, from when to when."""

    appointment_id: int
    organisation_id: int
    person_id: int
    name: str
    job_title: str
    email: str
    starts_on: date
    ends_on: date | None

    @property
    def in_words(self) -> str:
        """Name and post; the post stays a fact when its holder has been forgotten."""
        return f"{self.name or 'A former colleague'}, {self.job_title}"


@dataclass(frozen=True, slots=True)
class OpenItem:
    """One open ask with a deadline: what a reminder is about."""

    organisation_id: int
    organisation_code: str
    organisation_name: str
    ask_id: int
    framework_code: str
    action_number: str
    ask_ref: str
    wording: str
    deadline_on: date
    precision: DatePrecision | None
    is_target: bool
    status_class: StatusClass
