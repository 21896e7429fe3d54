"""What a framework file says, as frozen values; plain Python that knows neither files nor the database.

``parsing`` makes these from a file, ``queries`` makes them from the tables, and ``changes`` compares the two.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from tracker.frameworks.rules import (
    Confidence,
    DateKind,
    DatePrecision,
    Enrolment,
    OrganisationType,
    Service,
    StatusClass,
)


class DefinitionError(Exception):
    """A framework file that is refused whole. ``faults`` holds one sentence for each thing to mend."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class SourceDefinition:
    """One document that a framework rests on. ``published`` is text, because "2020" is all that some give."""

    title: str
    url: str = ""
    published: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class ActionDefinition:
    """One numbered group of asks: its official title and our shorter label."""

    number: str
    title: str
    label: str


@dataclass(frozen=True, slots=True)
class ScopeDefinition:
    """One type of body that an ask applies to, perhaps only with a service, perhaps as an option."""

    organisation_type: OrganisationType
    service: Service | None = None
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class AlternateDefinition:
    """What another source says where the sources disagree; it governs nothing and is kept beside the ask."""

    text: str
    source: str


@dataclass(frozen=True, slots=True)
class AskDefinition:
    """One thing asked, with everything a revision of it holds."""

    ref: str
    action_number: str
    wording: str
    scopes: tuple[ScopeDefinition, ...]
    date_kind: DateKind
    source: str
    confidence: Confidence
    national_on: date | None = None
    precision: DatePrecision | None = None
    season: str = ""
    date_note: str = ""
    audience: str = ""
    scope_note: str = ""
    measure: str = ""
    measure_target: str = ""
    evidence_expected: str = ""
    source_urls: tuple[str, ...] = ()
    alternates: tuple[AlternateDefinition, ...] = ()
    records_lead: bool = False


@dataclass(frozen=True, slots=True)
class StatusDefinition:
    """One word of a status scale: what it means, which class it belongs to and what must be given with it."""

    code: str
    label: str
    definition: str
    colour: str
    status_class: StatusClass
    needs_reason: bool = False
    needs_recovery_date: bool = False
    needs_evidence: bool = False


@dataclass(frozen=True, slots=True)
class Definition:
    """A whole framework version; its actions, asks and scale are in the order in which they are shown."""

    code: str
    title: str
    issuer: str
    issued_on: date
    effective_from: date
    enrolment: Enrolment
    actions: tuple[ActionDefinition, ...]
    asks: tuple[AskDefinition, ...]
    scale: tuple[StatusDefinition, ...]
    effective_to: date | None = None
    supersedes_code: str | None = None
    position: int = 0
    note: str = ""
    sources: tuple[SourceDefinition, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 over what the file says, not over its bytes: a comment or a line end changes nothing."""
        said = json.dumps(asdict(self), sort_keys=True, ensure_ascii=False, default=date.isoformat)
        return hashlib.sha256(said.encode()).hexdigest()
