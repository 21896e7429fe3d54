"""What the page of one ask shows of its evidence: one statement, and one frozen value for the template beside it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.db import read
from tracker.evidence.models import EvidenceCheck, EvidenceUse
from tracker.evidence.queries import in_use
from tracker.evidence.rules import EvidenceKind, called, is_expired


@dataclass(frozen=True, slots=True)
class PanelLine:
    """One piece that serves the ask, as it stands; ``url`` is only there for a link, ``file_name`` for a file, and
    ``note`` for a note.
    """

    evidence_id: int
    number: int
    kind: str
    name: str
    url: str
    file_name: str
    note: str
    added_on: date
    dated_on: date
    expires_on: date | None
    is_expired: bool
    checked_on: date | None


@dataclass(frozen=True, slots=True)
class EvidencePanel:
    """All that serves one ask of one organisation, the oldest first."""

    lines: tuple[PanelLine, ...]

    @property
    def is_there_evidence(self) -> bool:
        """Whether a claim may rest on it: something is there that has not expired."""
        return self.newest_on is not None

    @property
    def newest_on(self) -> date | None:
        """The date of the newest that has not expired."""
        return max((line.dated_on for line in self.lines if not line.is_expired), default=None)


def panel(organisation_id: int, ask_id: int, today: date) -> EvidencePanel:
    """The evidence of one ask on a day, in one statement."""
    version, expiry, query = in_use(today, None, [organisation_id], ask_id)
    checked_on = (
        sa.select(sa.func.max(EvidenceCheck.true_on))
        .where(EvidenceCheck.evidence_id == version.id)
        .correlate(version)
        .scalar_subquery()
    )
    columns = (
        EvidenceUse.evidence_id,
        version.number,
        version.kind,
        version.title,
        version.url,
        version.file_name,
        version.note,
        EvidenceUse.starts_on,
        version.true_on,
    )
    lines = []
    for evidence_id, number, kind, title, url, file_name, note, added_on, dated_on, expires_on, checked in read(
        query.with_only_columns(*columns, expiry.expires_on, checked_on)
    ):
        lines.append(
            PanelLine(
                evidence_id=evidence_id,
                number=number,
                kind=EvidenceKind(kind).label,
                name=called(title, url),
                url=url,
                file_name=file_name,
                note=note,
                added_on=added_on,
                dated_on=dated_on,
                expires_on=expires_on,
                is_expired=is_expired(expires_on, today),
                checked_on=checked,
            )
        )
    return EvidencePanel(tuple(lines))
