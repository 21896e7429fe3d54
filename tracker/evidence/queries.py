"""Reads the evidence that asks rest on, as it served on a day and was known at an instant."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

import sqlalchemy as sa

from tracker.db import session
from tracker.evidence.models import Evidence, EvidenceUse
from tracker.organisations.queries import holds_on


@dataclass(frozen=True, slots=True)
class EvidenceLink:
    """A link that serves an ask, and since when."""

    evidence_id: int
    organisation_id: int
    ask_id: int
    url: str
    added_on: date


def evidence_links(
    as_at: date,
    known_at: datetime | None = None,
    *,
    organisation_ids: Collection[int] | None = None,
    ask_id: int | None = None,
) -> list[EvidenceLink]:
    """The links in use on a day, oldest first; for all organisations unless told which, and all asks unless told."""
    query = (
        sa.select(Evidence.id, EvidenceUse.organisation_id, EvidenceUse.ask_id, Evidence.url, EvidenceUse.starts_on)
        .join(Evidence, Evidence.id == EvidenceUse.evidence_id)
        .where(holds_on(EvidenceUse, as_at, known_at))
        .order_by(EvidenceUse.starts_on, EvidenceUse.id)
    )
    if organisation_ids is not None:
        query = query.where(EvidenceUse.organisation_id.in_(sorted(organisation_ids)))
    if ask_id is not None:
        query = query.where(EvidenceUse.ask_id == ask_id)
    return [EvidenceLink(*row) for row in session().execute(query)]
