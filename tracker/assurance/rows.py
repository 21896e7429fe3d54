"""Values that travel from the queries of assurance to its pages and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.rules import Scope
from tracker.assurance.rules import ClaimState, LapseCause
from tracker.assurance.sampling import Candidate, Risk
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import OrganisationType


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose claims somebody decides on: scopes with the types that are theirs, without their own bodies."""

    scopes: tuple[tuple[Scope, frozenset[OrganisationType]], ...]
    own: frozenset[int]


@dataclass(frozen=True, slots=True)
class ClaimFilters:
    """What narrows the queue; empty means everything. Codes are ODS codes, the action is "framework/number"."""

    system: str = ""
    organisation_type: str = ""
    action: str = ""
    state: str = ""
    days: int = 0
    """Claims that have waited for at least so many days."""


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen within somebody's reach: pairs of value and text."""

    systems: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """One claim that waits."""

    organisation_id: int
    code: str
    name: str
    organisation_type: OrganisationType
    system_code: str | None
    system_name: str | None
    ask: AskFacts
    entry_id: int
    waits_since: date
    """The London day on which what counts was recorded: the claim, its rewording, or the lapse."""
    completed_on: date | None
    deadline_on: date | None
    state: ClaimState
    lapsed_because: LapseCause | None
    asked_on: date | None

    def days_waiting(self, today: date) -> int:
        return (today - self.waits_since).days


@dataclass(frozen=True, slots=True)
class SeenVersion:
    """One version of a piece of evidence that an assurer saw."""

    evidence_id: int
    number: int
    name: str
    kind: str
    dated_on: date
    sha256: str


@dataclass(frozen=True, slots=True)
class SignedOff:
    """One sign-off of an ask: by whom, what was seen, and why it ended where it has."""

    sign_off_id: int
    recorded_at: datetime
    person_name: str
    role: str
    claimed_at: datetime
    revision: int
    lead: str
    evidence: tuple[SeenVersion, ...]
    ended_at: datetime | None
    cause: LapseCause | None


@dataclass(frozen=True, slots=True)
class DrawnClaim:
    """One claim of a sample, as it was when it was drawn, and whether it waits still."""

    place: int
    name: str
    code: str
    organisation: str
    ask: AskFacts | None
    risks: tuple[Risk, ...]
    weight: int
    waits: bool


@dataclass(frozen=True, slots=True)
class Sample:
    """One sample with everything that it was drawn from: what anybody needs to draw it again."""

    sample_id: int
    seed: str
    size: int
    sha256: str
    recorded_at: datetime
    person_name: str
    candidates: tuple[Candidate, ...]
    drawn: tuple[DrawnClaim, ...]


@dataclass(frozen=True, slots=True)
class SampleInShort:
    """One line of the list of samples."""

    sample_id: int
    seed: str
    size: int
    population: int
    recorded_at: datetime
    person_name: str
