"""Values that travel from the queries of evidence to pages, files and other features."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.evidence.rules import EvidenceKind, FileType, is_expired


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A link that serves an ask, and since when."""

    evidence_id: int
    organisation_id: int
    ask_id: int
    url: str
    added_on: date


@dataclass(frozen=True, slots=True)
class EvidenceText:
    """What a file for people says of one piece that serves an ask."""

    evidence_id: int
    organisation_id: int
    ask_id: int
    text: str
    is_expired: bool


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a piece of evidence, with until when it counts and who said so."""

    version_id: int
    number: int
    kind: EvidenceKind
    title: str
    url: str
    note: str
    file_name: str
    file_type: FileType | None
    size: int
    sha256: str
    storage_key: str | None
    true_on: date
    recorded_at: datetime
    person_id: int | None
    person_name: str | None
    expires_on: date | None

    @property
    def name(self) -> str:
        """What the piece is called: its title, or what a link without one leads to."""
        return self.title or self.url

    def is_expired(self, on: date) -> bool:
        return is_expired(self.expires_on, on)


@dataclass(frozen=True, slots=True)
class Use:
    """That a piece serves, or served, an ask."""

    evidence_id: int
    ask_id: int
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Check:
    """What somebody from another body found in one version."""

    number: int
    true_on: date
    note: str
    recorded_at: datetime
    person_name: str | None
    role: str


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of evidence as it stands: its versions, the newest first, all its uses and all its checks."""

    evidence_id: int
    organisation_id: int
    edits: int
    versions: tuple[Version, ...]
    uses: tuple[Use, ...]
    checks: tuple[Check, ...]

    @property
    def newest(self) -> Version:
        return self.versions[0]

    def find_version(self, number: int) -> Version | None:
        return next((version for version in self.versions if version.number == number), None)

    def asks_on(self, day: date) -> list[int]:
        """The asks that the piece serves on a day."""
        return [use.ask_id for use in self.uses if use.starts_on <= day and (use.ends_on is None or day <= use.ends_on)]


@dataclass(frozen=True, slots=True)
class ListedPiece:
    """One line of an organisation's list of evidence."""

    evidence_id: int
    number: int
    kind: EvidenceKind
    title: str
    url: str
    file_name: str
    true_on: date
    expires_on: date | None
    checked_on: date | None
    ask_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class NewVersion:
    """What a person says of a new piece or a new version. A file is kept before, and is told beside this."""

    kind: EvidenceKind
    title: str
    true_on: date
    url: str = ""
    note: str = ""
    file_name: str = ""
    file_type: FileType | None = None
    expires_on: date | None = None
