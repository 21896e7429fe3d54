"""Reads the evidence that asks rest on, as it served on a day and was known at an instant; it writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Person
from tracker.db import read, session
from tracker.evidence.models import Evidence, EvidenceCheck, EvidenceExpiry, EvidenceUse
from tracker.evidence.rows import Check, EvidenceLink, EvidenceText, Piece, Use, Version
from tracker.evidence.rules import EvidenceKind, is_expired
from tracker.frameworks.catalogue import is_in_effect, is_known_revision
from tracker.frameworks.models import AskContent, AskScope, FrameworkRevision
from tracker.frameworks.rules import Enrolment, OrganisationType
from tracker.organisations.queries import holds_on, is_known

__all__ = [
    "EvidenceLink",
    "EvidenceNotFound",
    "EvidenceText",
    "asks_by_type",
    "evidence_links",
    "evidence_texts",
    "find_piece",
    "get_piece",
    "is_there_evidence",
    "keys_of_rows",
    "newest_evidence",
    "newest_evidence_on",
]


class EvidenceNotFound(NotFound):
    """No such piece of evidence in this organisation: whether it is another's cannot be told from outside."""


def evidence_links(
    as_at: date,
    known_at: datetime | None = None,
    *,
    organisation_ids: Collection[int] | None = None,
    ask_id: int | None = None,
) -> list[EvidenceLink]:
    """The links in use on a day, oldest first; for all organisations unless told which, and all asks unless told."""
    version, _expiry, query = in_use(as_at, known_at, organisation_ids, ask_id)
    columns = (EvidenceUse.evidence_id, EvidenceUse.organisation_id, EvidenceUse.ask_id)
    query = query.with_only_columns(*columns, version.url, EvidenceUse.starts_on)
    return [EvidenceLink(*row) for row in session().execute(query.where(version.kind == EvidenceKind.LINK))]


def evidence_texts(
    as_at: date,
    known_at: datetime | None = None,
    *,
    organisation_ids: Collection[int] | None = None,
    ask_id: int | None = None,
) -> list[EvidenceText]:
    """Everything in use on a day, oldest first, as a text: a link as its address, the rest as "title (file)"."""
    version, expiry, query = in_use(as_at, known_at, organisation_ids, ask_id)
    columns = (EvidenceUse.evidence_id, EvidenceUse.organisation_id, EvidenceUse.ask_id)
    query = query.with_only_columns(*columns, version.kind, version.title, version.url, expiry.expires_on)
    found = []
    for evidence_id, organisation_id, used_for, kind, title, url, expires_on in session().execute(query):
        has_expired = is_expired(expires_on, as_at)
        marks = [] if kind is EvidenceKind.LINK else [kind.value]
        marks += [f"expired {expires_on.isoformat()}"] if has_expired else []
        text = (url if kind is EvidenceKind.LINK else title) + (f" ({', '.join(marks)})" if marks else "")
        found.append(EvidenceText(evidence_id, organisation_id, used_for, text, has_expired))
    return found


def newest_evidence(organisation_id: int, on: date) -> dict[int, date]:
    """The date of the newest evidence of each ask of an organisation that has not expired on a day, by ask."""
    version, expiry, query = in_use(on, None, [organisation_id], None)
    unexpired = sa.or_(expiry.expires_on.is_(None), expiry.expires_on >= on)
    newest = query.with_only_columns(EvidenceUse.ask_id, sa.func.max(version.true_on)).where(unexpired)
    rows = read(newest.order_by(None).group_by(EvidenceUse.ask_id))
    return {row[0]: row[1] for row in rows}


def newest_evidence_on(organisation_id: Any, ask_id: Any, on: date) -> sa.ColumnElement[date | None]:
    """The same for one ask as an expression, to be put beside the columns of another select."""
    version, expiry, query = in_use(on, None, None, None)
    unexpired = sa.or_(expiry.expires_on.is_(None), expiry.expires_on >= on)
    newest = query.with_only_columns(sa.func.max(version.true_on)).where(
        unexpired, EvidenceUse.organisation_id == organisation_id, EvidenceUse.ask_id == ask_id
    )
    return newest.order_by(None).correlate_except(EvidenceUse, version, expiry).scalar_subquery()


def is_there_evidence(organisation_id: int, ask_id: int, on: date) -> bool:
    """Whether something serves an ask on a day that has not expired: what a claim may rest on."""
    _version, expiry, query = in_use(on, None, [organisation_id], ask_id)
    unexpired = sa.or_(expiry.expires_on.is_(None), expiry.expires_on >= on)
    found = query.with_only_columns(EvidenceUse.id).where(unexpired).order_by(None).limit(1)
    return session().scalar(found) is not None


def in_use(
    as_at: date, known_at: datetime | None, organisation_ids: Collection[int] | None, ask_id: int | None
) -> tuple[Any, Any, sa.Select[Any]]:
    """The uses that hold on a day with the version and the expiry of that day, and the select that joins them."""
    version, expiry = aliased(Evidence), aliased(EvidenceExpiry)
    query = (
        sa.select(EvidenceUse.id)
        .join(version, version.id == version_then(EvidenceUse.evidence_id, as_at, known_at))
        .outerjoin(expiry, sa.and_(expiry.evidence_id == version.id, is_known(expiry, known_at)))
        .where(holds_on(EvidenceUse, as_at, known_at))
        .order_by(EvidenceUse.starts_on, EvidenceUse.id)
    )
    if organisation_ids is not None:
        query = query.where(EvidenceUse.organisation_id.in_(sorted(organisation_ids)))
    if ask_id is not None:
        query = query.where(EvidenceUse.ask_id == ask_id)
    return version, expiry, query


def version_then(first_id: Any, as_at: date, known_at: datetime | None = None) -> sa.ColumnElement[int]:
    """The id of the version of a piece that stood on a day: the last that had begun by then, else the first."""
    later = aliased(Evidence)
    newest = sa.select(sa.func.max(later.id)).where(later.first_id == first_id, later.starts_on <= as_at)
    if known_at is not None:
        newest = newest.where(later.recorded_at <= known_at)
    return sa.func.coalesce(newest.scalar_subquery(), first_id)


def find_piece(organisation_id: int, evidence_id: int) -> Piece | None:
    """One piece of an organisation with all that was ever said of it, in three statements; None where there is none."""
    expiry = aliased(EvidenceExpiry)
    versions = (
        sa.select(
            *(Evidence.id, Evidence.number, Evidence.kind, Evidence.title, Evidence.url, Evidence.note),
            *(Evidence.file_name, Evidence.file_type, Evidence.size, Evidence.sha256, Evidence.storage_key),
            *(Evidence.true_on, Evidence.recorded_at, Evidence.person_id, Person.name, expiry.expires_on),
            Evidence.edits,
        )
        .outerjoin(Person, Person.id == Evidence.person_id)
        .outerjoin(expiry, sa.and_(expiry.evidence_id == Evidence.id, is_known(expiry)))
        .where(
            Evidence.organisation_id == organisation_id,
            sa.or_(Evidence.first_id == evidence_id, sa.and_(Evidence.id == evidence_id, Evidence.first_id.is_(None))),
        )
        .order_by(Evidence.number.desc())
    )
    found = list(read(versions))
    if not found:
        return None
    return Piece(
        evidence_id=evidence_id,
        organisation_id=organisation_id,
        edits=found[-1].edits,
        versions=tuple(Version(*row[:-1]) for row in found),
        uses=tuple(_uses(evidence_id)),
        checks=tuple(_checks([row.id for row in found])),
    )


def get_piece(organisation_id: int, evidence_id: int) -> Piece:
    """The same. Raises EvidenceNotFound."""
    piece = find_piece(organisation_id, evidence_id)
    if piece is None:
        raise EvidenceNotFound
    return piece


def _uses(evidence_id: int) -> list[Use]:
    use = EvidenceUse
    known = (
        sa.select(use.evidence_id, use.ask_id, use.starts_on, use.ends_on)
        .where(use.evidence_id == evidence_id, is_known(use))
        .order_by(use.starts_on, use.id)
    )
    return [Use(*row) for row in read(known)]


def _checks(version_ids: Collection[int]) -> list[Check]:
    check = EvidenceCheck
    made = (
        sa.select(Evidence.number, check.true_on, check.note, check.recorded_at, Person.name, check.role)
        .join(Evidence, Evidence.id == check.evidence_id)
        .outerjoin(Person, Person.id == check.person_id)
        .where(check.evidence_id.in_(version_ids))
        .order_by(check.true_on.desc(), check.id.desc())
    )
    return [Check(*row) for row in read(made)]


def keys_of_rows() -> dict[str, int]:
    """The key of every file that a row tells of, with the id of its piece."""
    first = sa.func.coalesce(Evidence.first_id, Evidence.id)
    rows = session().execute(sa.select(Evidence.storage_key, first).where(Evidence.storage_key.is_not(None)))
    return {str(key): evidence_id for key, evidence_id in rows}


def asks_by_type(organisation_type: OrganisationType, on: date) -> frozenset[int]:
    """The ids of the asks that the frameworks which hold for everybody on a day have for a type of organisation."""
    asked = (
        sa.select(AskContent.ask_id)
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(
            is_known_revision(None),
            is_in_effect(on),
            FrameworkRevision.enrolment == Enrolment.AUTOMATIC,
            AskScope.organisation_type == organisation_type,
        )
    )
    return frozenset(session().scalars(asked))
