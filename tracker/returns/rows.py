"""Values that travel between the tables of returns and their pages and files; a frozen ask knows no table."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import Applicability
from tracker.returns.due_rules import Rhythm
from tracker.returns.rules import Decision, Movement, ProblemKind, Purpose, ReturnState


@dataclass(frozen=True, slots=True)
class Control:
    """The document control of a return: what its cover sheet says. ``framework_id`` None means all that is tracked."""

    framework_id: int | None
    as_at: date
    title: str
    meeting: str
    meeting_on: date | None
    agenda_item: str
    author: str
    purpose: Purpose
    considered_by: str
    summary: str
    recommendation: str


@dataclass(frozen=True, slots=True)
class FrozenAsk:
    """One ask as a return shows it. A field that is added later has a default, so that older returns can be read."""

    ask_id: int
    framework: str
    framework_title: str
    action_no: str
    action: str
    ask_ref: str
    ask: str
    applicability: Applicability
    status: str
    status_class: StatusClass
    due: str
    deadline_on: date | None
    target_on: date | None
    days_overdue: int | None
    completed_on: date | None
    forecast_on: date | None
    recovery_on: date | None
    updated_on: date | None
    confirmed_on: date | None
    progress: str
    reason: str
    blocked_by: str
    next_step: str
    next_step_on: date | None
    evidence: str
    assurance: str
    target_revisions: int
    slippage_days: int
    previous_status: str
    movement: Movement
    recorded_on: date | None = None
    """The day on which what is said was recorded; later than ``updated_on`` where it was back-dated or corrected."""


@dataclass(frozen=True, slots=True)
class LeadThen:
    """The executive lead of the day of a return. The name stands in the one table where it can be erased."""

    person_id: int
    job_title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """What a frozen return says of itself, above its rows."""

    organisation_code: str
    organisation: str
    number: int
    edition: int
    framework: str
    control: Control
    known_at: datetime
    lead: LeadThen | None
    warnings: tuple[str, ...]
    asks: int


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen return that was read back and found to be what was frozen."""

    heading: Heading
    asks: tuple[FrozenAsk, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that a check found: about one ask, or (no ``ask_ref``) about ``count`` asks or the whole return."""

    kind: ProblemKind
    framework: str = ""
    ask_ref: str = ""
    wording: str = ""
    on: date | None = None
    count: int = 1
    is_today: bool = False
    """Whether it is so as things stand today, not on the day that the return tells of."""
    return_number: int = 0
    """The other return that it is about."""

    @property
    def in_short(self) -> str:
        """What a frozen return keeps of it: its kind and, where it is about one ask, which."""
        return f"{self.kind.value} {self.framework}/{self.ask_ref}" if self.ask_ref else self.kind.value


@dataclass(frozen=True, slots=True)
class Present:
    """Where an organisation stands on a day, as a return would freeze it, and what is wrong with that."""

    as_at: date
    asks: tuple[FrozenAsk, ...]
    problems: tuple[Problem, ...]
    lead: LeadThen | None
    covers_all: bool
    """Whether it leaves out nothing that is tracked, also where it is of one framework."""

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if each.kind.is_blocking)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        return tuple(each for each in self.problems if not each.kind.is_blocking)


@dataclass(frozen=True, slots=True)
class Handed:
    """That one edition was handed to the board, and what the board decided on it."""

    submission_id: int
    edition: int
    as_at: date
    known_at: datetime
    submitted_on: date
    submitted_by: int
    submitter: str
    decision: Decision | None
    reason: str
    decided_on: date | None
    decider: str
    decider_role: str

    @property
    def state(self) -> ReturnState:
        return ReturnState(self.decision.value) if self.decision else ReturnState.SUBMITTED


@dataclass(frozen=True, slots=True)
class ReturnNow:
    """A return as it stands: how far it has come, its control, and the editions that the board has had."""

    return_id: int
    number: int
    edition: int
    state: ReturnState
    version: int
    framework_title: str
    control: Control
    handed: tuple[Handed, ...]

    def find_edition(self, edition: int) -> Handed | None:
        return next((each for each in self.handed if each.edition == edition), None)


@dataclass(frozen=True, slots=True)
class ReturnLine:
    """One line of an organisation's list of returns."""

    number: int
    edition: int
    state: ReturnState
    title: str
    framework_title: str
    as_at: date
    meeting: str
    meeting_on: date | None
    submitted_on: date | None
    decided_on: date | None
    was_handed: bool
    """Whether the board has had it in any edition, the present one or one that it sent back."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """How often a board wants a return, since when, who said so, and why it is other than before."""

    rhythm: Rhythm
    recorded_at: datetime
    person_name: str
    role: str
    reason: str


@dataclass(frozen=True, slots=True)
class HandedIn:
    """The present edition of a return that the board has and has not sent back.

    ``covers_all`` tells that it left out nothing which was tracked: only such a one settles a date of the cadence.
    """

    number: int
    state: ReturnState
    recorded_at: datetime
    submitted_by: int
    meeting_on: date | None
    covers_all: bool


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a return."""

    what: str
    edition: int
    recorded_at: datetime
    person_name: str
    role: str
    reason: str = ""
    warnings: int = 0
