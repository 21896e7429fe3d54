"""Reads an organisation's list of evidence, whole or a page of it, in a number of statements that never grows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.db import read, session
from tracker.evidence.models import Evidence, EvidenceCheck, EvidenceExpiry, EvidenceUse
from tracker.evidence.queries import version_then
from tracker.evidence.rows import ListedPiece
from tracker.organisations.queries import holds_on, is_known
from tracker.web.paging import Sort

SORTS = ("title", "kind", "dated", "expires", "checked")
DEFAULT_SORT = Sort("dated", "descending")


def count_pieces(organisation_id: int) -> int:
    pieces = sa.select(sa.func.count()).where(Evidence.organisation_id == organisation_id, Evidence.first_id.is_(None))
    return session().scalar(pieces) or 0


def pieces_of(
    organisation_id: int, today: date, sort: Sort, *, limit: int | None = None, offset: int = 0
) -> list[ListedPiece]:
    """The pieces of one organisation as they stand today, those that serve no ask any more included."""
    first, version, expiry = aliased(Evidence), aliased(Evidence), aliased(EvidenceExpiry)
    checked_on = (
        sa.select(sa.func.max(EvidenceCheck.true_on))
        .where(EvidenceCheck.evidence_id == version.id)
        .correlate(version)
        .scalar_subquery()
    )
    name = sa.func.lower(sa.case((version.title == "", version.url), else_=version.title))
    column: Any = {
        "title": name,
        "kind": sa.cast(version.kind, sa.String),
        "dated": version.true_on,
        "expires": expiry.expires_on,
        "checked": checked_on,
    }[sort.column]
    query = (
        sa.select(
            *(first.id, version.number, version.kind, version.title, version.url, version.file_name),
            *(version.true_on, expiry.expires_on, checked_on.label("checked_on")),
        )
        .select_from(first)
        .join(version, version.id == version_then(first.id, today))
        .outerjoin(expiry, sa.and_(expiry.evidence_id == version.id, is_known(expiry)))
        .where(first.organisation_id == organisation_id, first.first_id.is_(None))
        # What has no day stands last in either direction.
        .order_by(column.is_(None), column.desc() if sort.is_descending else column.asc(), first.id.desc())
        .limit(limit)
        .offset(offset)
    )
    rows = list(read(query))
    uses = _asks_of([row[0] for row in rows], today)
    return [_listed(list(row), uses) for row in rows]


def _listed(values: list[Any], uses: Mapping[int, Sequence[int]]) -> ListedPiece:
    return ListedPiece(*[*values, tuple(uses.get(values[0], ()))])


def _asks_of(evidence_ids: list[int], today: date) -> dict[int, list[int]]:
    use = EvidenceUse
    query = sa.select(use.evidence_id, use.ask_id).where(use.evidence_id.in_(evidence_ids), holds_on(use, today))
    found: dict[int, list[int]] = {}
    for evidence_id, ask_id in read(query.order_by(use.id)):
        found.setdefault(evidence_id, []).append(ask_id)
    return found
