"""What a file says, once read: statements about organisations, rows left out, rows in error; plain Python."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from tracker.frameworks.rules import OrganisationType
from tracker.organisations.rules import LinkKind
from tracker.organisations.timelines import Span


class FileKind(StrEnum):
    """The shapes of file that are taken, in the order in which one run applies them (parents before members)."""

    REGIONS = "regions"
    SYSTEMS = "systems"
    CCGS = "ccgs"
    TRUSTS = "trusts"
    PRACTICE_MAP = "practice_map"
    ECCG = "eccg"
    ETR = "etr"
    EPRACCUR = "epraccur"
    EPCMEM = "epcmem"

    @property
    def label(self) -> str:
        return _KIND_LABELS[self]

    @property
    def covers(self) -> frozenset[OrganisationType]:
        """The types of which a file of this kind lists every one, so that absence means "missing"."""
        return _COVERED.get(self, frozenset())


_KIND_LABELS = {
    FileKind.REGIONS: "list of regions",
    FileKind.SYSTEMS: "list of systems",
    FileKind.CCGS: "list of CCGs",
    FileKind.TRUSTS: "list of trusts",
    FileKind.PRACTICE_MAP: "practice map (practice, PCN, CCG, STP, region)",
    FileKind.ECCG: "eccg (CCGs)",
    FileKind.ETR: "etr (NHS trusts)",
    FileKind.EPRACCUR: "epraccur (GP practices)",
    FileKind.EPCMEM: "epcmem (practices and their commissioners, with history)",
}

_COVERED = {
    FileKind.REGIONS: frozenset({OrganisationType.REGION}),
    FileKind.SYSTEMS: frozenset({OrganisationType.SYSTEM}),
    FileKind.CCGS: frozenset({OrganisationType.CCG}),
    FileKind.TRUSTS: frozenset({OrganisationType.TRUST}),
    FileKind.PRACTICE_MAP: frozenset(
        {
            OrganisationType.PRACTICE,
            OrganisationType.PCN,
            OrganisationType.CCG,
            OrganisationType.SYSTEM,
            OrganisationType.REGION,
        }
    ),
    FileKind.ECCG: frozenset({OrganisationType.CCG, OrganisationType.COMMISSIONING_HUB}),
    FileKind.ETR: frozenset({OrganisationType.TRUST}),
    FileKind.EPRACCUR: frozenset({OrganisationType.PRACTICE}),
}

PARENT_TYPES: Mapping[LinkKind, frozenset[OrganisationType]] = {
    LinkKind.REGION: frozenset({OrganisationType.REGION}),
    LinkKind.SYSTEM: frozenset({OrganisationType.SYSTEM, OrganisationType.ICB}),
    LinkKind.COMMISSIONER: frozenset(
        {OrganisationType.CCG, OrganisationType.SUB_ICB_LOCATION, OrganisationType.COMMISSIONING_HUB}
    ),
    LinkKind.PCN: frozenset({OrganisationType.PCN}),
}
"""What a parent of each kind may be."""

LINK_WORDS: Mapping[LinkKind, str] = {
    LinkKind.REGION: "region",
    LinkKind.SYSTEM: "system",
    LinkKind.COMMISSIONER: "commissioner",
    LinkKind.PCN: "PCN",
}


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one value, where it stands, and how to mend it."""

    file_name: str
    row: int
    column: str
    value: str
    problem: str
    mend: str

    def __str__(self) -> str:
        shown = self.value if len(self.value) <= 60 else self.value[:57] + "..."
        return f"{self.file_name}, row {self.row}, column {self.column}: {shown!r} {self.problem}. {self.mend}"


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A row that is sound but not ours to import, and why."""

    row: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Statement:
    """What one file says about one organisation. None for a date or a name: it says nothing about it."""

    row: int
    code: str
    organisation_type: OrganisationType | None
    name: str | None = None
    opened_on: date | None = None
    closed_on: date | None = None
    says_whether_closed: bool = False
    parents: Mapping[LinkKind, str | None] = field(default_factory=dict)
    ons_code: str | None = None
    commissioners: tuple[Span[str], ...] = ()
    is_told_by_members: bool = False  # No row is its own: rows of its members give its code and name.


@dataclass(frozen=True, slots=True)
class Reading:
    """One file, read: its kind, its own date where it has one, and what its rows say."""

    file_name: str
    kind: FileKind
    sha256: str
    row_count: int
    statements: tuple[Statement, ...]
    columns: Mapping[str, str]
    dated_on: date | None = None
    latest_date: date | None = None
    left_out: tuple[LeftOut, ...] = ()
    errors: tuple[RowError, ...] = ()
    notes: tuple[str, ...] = ()


class FileRefused(ValueError):
    """A file that cannot be taken at all; the message is one plain sentence or two."""
