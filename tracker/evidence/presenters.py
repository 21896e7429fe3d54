"""What the pages of evidence say: the list of an organisation, and one piece with its history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.evidence.rows import ListedPiece, Piece, Version
from tracker.evidence.rules import EvidenceKind, is_expired
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.web.downloads import Cell
from tracker.web.wording import day, day_and_time, file_size, in_words

COLUMNS = (
    {"text": "Evidence", "sort": "title"},
    {"text": "Kind", "sort": "kind"},
    {"text": "Date", "sort": "dated"},
    {"text": "Expires", "sort": "expires"},
    {"text": "Serves"},
    {"text": "Checked", "sort": "checked"},
)
CSV_HEADINGS = (
    *("ods_code", "organisation", "evidence_id", "kind", "title", "link", "file_name", "version"),
    *("dated_on", "expires_on", "is_expired", "asks", "last_checked_on"),
)
SOMEBODY = "Somebody whose details were removed"


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One row of the list."""

    evidence_id: int
    name: str
    kind: str
    dated: str
    expires: str
    is_expired: bool
    serves: str
    checked: str


@dataclass(frozen=True, slots=True)
class VersionLine:
    """One version in the history: a sentence, what it holds, and what was found when it was checked."""

    number: int
    sentence: str
    title: str
    url: str
    note: str
    file_name: str
    expires: str
    checks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class PiecePage:
    """One piece of evidence."""

    evidence_id: int
    title: str
    caption: str
    is_expired: bool
    is_checked: bool
    about: tuple[dict[str, str], ...]
    newest: VersionLine
    older: tuple[VersionLine, ...]
    serves: tuple[AskFacts, ...]
    served: tuple[str, ...]


def evidence_line(row: ListedPiece, catalogue: Catalogue, today: date) -> EvidenceLine:
    return EvidenceLine(
        evidence_id=row.evidence_id,
        name=row.title or row.url,
        kind=row.kind.label,
        dated=day(row.true_on),
        expires=day(row.expires_on) if row.expires_on else "Does not expire",
        is_expired=is_expired(row.expires_on, today),
        serves=in_words([f"{ask.ref}" for ask in _asks(row.ask_ids, catalogue)]) or "No ask any more",
        checked=day(row.checked_on) if row.checked_on else "Not yet",
    )


def csv_cells(row: ListedPiece, code: str, organisation: str, catalogue: Catalogue, today: date) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    asks = "; ".join(f"{ask.framework_code}/{ask.ref}" for ask in _asks(row.ask_ids, catalogue))
    return (
        code,
        organisation,
        row.evidence_id,
        row.kind.value,
        row.title,
        row.url,
        row.file_name,
        row.number,
        row.true_on,
        row.expires_on,
        "yes" if is_expired(row.expires_on, today) else "no",
        asks,
        row.checked_on,
    )


def piece_page(piece: Piece, organisation_name: str, catalogue: Catalogue, today: date) -> PiecePage:
    """Put the page of one piece together."""
    newest = piece.newest
    now = set(piece.asks_on(today))
    lines = [_version_line(piece, version, today) for version in piece.versions]
    return PiecePage(
        evidence_id=piece.evidence_id,
        title=newest.name,
        caption=f"{newest.kind.label}, evidence of {organisation_name}",
        is_expired=newest.is_expired(today),
        is_checked=bool(lines[0].checks),
        about=tuple(_about(newest, today)),
        newest=lines[0],
        older=tuple(lines[1:]),
        serves=tuple(_asks(now, catalogue)),
        served=tuple(
            f"{catalogue.asks[use.ask_id].ref} {catalogue.asks[use.ask_id].wording}, "
            f"from {day(use.starts_on)} to {day(use.ends_on)}"
            for use in piece.uses
            if use.ask_id not in now and use.ends_on is not None and use.ask_id in catalogue.asks
        ),
    )


def _about(version: Version, today: date) -> list[dict[str, str]]:
    expires = day(version.expires_on) if version.expires_on else "Does not expire"
    if version.is_expired(today):
        expires += ". It has expired, so no claim rests on it."
    rows = [
        {"key": "Date of the evidence", "value": day(version.true_on)},
        {"key": "Expires", "value": expires},
        {"key": "Version", "value": str(version.number)},
        {"key": "Added", "value": _added(version)},
    ]
    if version.kind is EvidenceKind.FILE and version.file_type is not None:
        described = f"{version.file_name} ({version.file_type.value}, {file_size(version.size)})"
        rows.insert(0, {"key": "File", "value": described})
        rows.append({"key": "Fingerprint (SHA-256)", "value": version.sha256})
    return rows


def _added(version: Version) -> str:
    return f"{day_and_time(version.recorded_at)} by {version.person_name or SOMEBODY}"


def _version_line(piece: Piece, version: Version, today: date) -> VersionLine:
    checks = [check for check in piece.checks if check.number == version.number]
    return VersionLine(
        number=version.number,
        sentence=f"Version {version.number}, {version.kind.label.lower()}, added at {_added(version)}",
        title=version.title,
        url=version.url,
        note=version.note,
        file_name=version.file_name if version.storage_key else "",
        expires=day(version.expires_on) if version.expires_on else "Does not expire",
        checks=tuple(
            (f"Checked on {day(check.true_on)} by {_who(check.person_name, check.role)}", check.note)
            for check in checks
        ),
    )


def _who(name: str | None, role: str) -> str:
    label = Role(role).label if role in set(Role) else ""
    return ", ".join(part for part in (name or SOMEBODY, label) if part)


def _asks(ask_ids: Sequence[int] | set[int], catalogue: Catalogue) -> list[AskFacts]:
    """Asks in the order of their frameworks."""
    return [ask for ask in catalogue.asks.values() if ask.ask_id in ask_ids]
