"""Reads when evidence expires that asks rest on, as a calendar holds it, in one statement; it writes nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.calendars.narrowing import is_covered, nearest_first, value_of
from tracker.calendars.rows import Covered, EvidenceDate, Place
from tracker.calendars.rules import MOST_ENTRIES, sequence_of, window
from tracker.db import read
from tracker.evidence.models import Evidence, EvidenceExpiry, EvidenceUse
from tracker.evidence.queries import in_use
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import StatusClass
from tracker.progress.lists import ListSource


def evidence_dates(source: ListSource, covered: Covered, catalogue: Catalogue, today: date) -> tuple[EvidenceDate, ...]:
    """The last good day of each piece that serves an ask which is tracked and applies, the nearest days first."""
    pieces: dict[int, list[Any]] = {}
    for row in read(_expiring(source, covered, today)):
        pieces.setdefault(row.evidence_id, []).append(row)
    return tuple(
        EvidenceDate(
            place=Place(rows[0].code, rows[0].name),
            evidence_id=evidence_id,
            asks=tuple(sorted((catalogue.asks[row.ask_id] for row in rows), key=lambda ask: ask.order)),
            on=rows[0].expires_on,
            sequence=sequence_of(1, rows[0].facts),
            changed_at=max(row.moved_at for row in rows),
        )
        for evidence_id, rows in pieces.items()
    )


def _expiring(source: ListSource, covered: Covered, today: date) -> sa.Select[Any]:
    """Uses of evidence with a last day, each with how many such days were ever set for any version of the piece."""
    c = source.c
    _version, expiry, uses = in_use(today, None, None, None)
    said, version = aliased(EvidenceExpiry), aliased(Evidence)
    is_of_piece = sa.or_(version.id == EvidenceUse.evidence_id, version.first_id == EvidenceUse.evidence_id)
    ever_said = sa.select(sa.func.count(said.id)).join(version, version.id == said.evidence_id).where(is_of_piece)
    first, last = window(today)
    return (
        uses.join(
            source.joined,
            sa.and_(c["organisation_id"] == EvidenceUse.organisation_id, c["ask_id"] == EvidenceUse.ask_id),
        )
        .with_only_columns(
            EvidenceUse.evidence_id,
            c["ask_id"].label("ask_id"),
            c["code"].label("code"),
            c["name"].label("name"),
            expiry.expires_on.label("expires_on"),
            value_of(ever_said, said, version).label("facts"),
            sa.case(
                (expiry.recorded_at > EvidenceUse.recorded_at, expiry.recorded_at), else_=EvidenceUse.recorded_at
            ).label("moved_at"),
        )
        .where(
            is_covered(c, covered),
            source.lateness["applies"],
            c["said_class"] != StatusClass.NOT_APPLICABLE,
            expiry.expires_on.between(first, last),
        )
        .order_by(None)
        .order_by(*nearest_first(expiry.expires_on, today), EvidenceUse.evidence_id, c["ask_id"])
        .limit(MOST_ENTRIES)
    )
