"""Reads what could be drawn and what was: the claims that wait with their risks, and the samples of a body."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Person
from tracker.assurance.models import ClaimSample, SampleCandidate
from tracker.assurance.queries import as_claim, claims_select
from tracker.assurance.rows import ClaimFilters, DrawnClaim, Reach, Sample, SampleInShort
from tracker.assurance.rules import LapseCause
from tracker.assurance.sampling import Candidate, Risk, risks_of
from tracker.db import read, session
from tracker.evidence.models import EvidenceUse
from tracker.evidence.queries import in_use
from tracker.evidence.rules import EvidenceKind
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import organisations_as_at
from tracker.progress import claims
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rows import subject_of
from tracker.progress.rules import EntryKind
from tracker.progress.standings import standings_as_at
from tracker.web.paging import Sort

SAMPLES_LISTED = 20


class SampleNotFound(NotFound):
    """No such sample, or one of another body."""

    description = "There is no such sample of yours. Check the address."


def candidates(reach: Reach, catalogue: Catalogue, today: date) -> list[Candidate]:
    """Every claim that waits within reach with what is risky about it, in one statement.

    Where the answer to an ask is a person, their appointment is the evidence.
    """
    standings = standings_as_at(today)
    entry = standings.entry
    select = claims_select(standings, reach, ClaimFilters(), Sort("ask"), catalogue, today).add_columns(
        _said_before(entry, EntryKind.RETURNED).label("was_sent_back"),
        _was_back_dated(entry).label("is_back_dated"),
        _has_more_than_notes(entry, today).label("has_more_than_notes"),
    )
    found = []
    for row in session().execute(select):
        claim = as_claim(row, catalogue)
        late = (claim.completed_on - claim.deadline_on).days if claim.completed_on and claim.deadline_on else 0
        risks = risks_of(
            days_late=late,
            is_back_dated=bool(row.is_back_dated),
            has_more_than_notes=bool(row.has_more_than_notes) or claim.ask.records_lead,
            was_sent_back=bool(row.was_sent_back),
            has_lapsed=isinstance(claim.lapsed_because, LapseCause),
        )
        found.append(Candidate(subject_of(claim.code, claim.ask), claim.entry_id, risks))
    return found


def get_sample(sample_id: int, bodies: Collection[int], catalogue: Catalogue, today: date) -> Sample:
    """One sample of a body, with the names of today. Raises SampleNotFound, a 404, for another body's too."""
    head = (
        session()
        .execute(
            sa.select(ClaimSample, Person.name)
            .outerjoin(Person, Person.id == ClaimSample.person_id)
            .where(ClaimSample.id == sample_id, ClaimSample.body_id.in_(sorted(bodies)))
        )
        .one_or_none()
    )
    if head is None:
        raise SampleNotFound
    organisations, progress = organisations_as_at(today).c, aliased(Progress)
    rows = read(
        sa.select(
            SampleCandidate.name,
            SampleCandidate.entry_id,
            SampleCandidate.risks,
            SampleCandidate.weight,
            SampleCandidate.place,
            ProgressEntry.ask_id,
            organisations.code,
            organisations.name.label("organisation"),
            progress.status_class,
        )
        .join(ProgressEntry, ProgressEntry.id == SampleCandidate.entry_id)
        .outerjoin(organisations.code.table, organisations.organisation_id == ProgressEntry.organisation_id)
        .outerjoin(progress, progress.entry_id == SampleCandidate.entry_id)
        .where(SampleCandidate.sample_id == sample_id)
        .order_by(SampleCandidate.place, SampleCandidate.id)
    ).all()
    sample: ClaimSample = head[0]
    drawn = (_drawn(row, catalogue) for row in rows if row.place is not None)
    return Sample(
        sample_id=sample.id,
        seed=sample.seed,
        size=sample.size,
        sha256=sample.sha256,
        recorded_at=sample.recorded_at,
        person_name=head[1] or "",
        candidates=tuple(Candidate(row.name, row.entry_id, _risks(row.risks)) for row in rows),
        drawn=tuple(sorted(drawn, key=lambda each: each.place)),
    )


def latest_samples(bodies: Collection[int]) -> list[SampleInShort]:
    """The newest samples of some bodies, newest first."""
    sample = ClaimSample
    columns = (sample.id, sample.seed, sample.size, sample.population, sample.recorded_at, Person.name)
    rows = read(
        sa.select(*columns)
        .outerjoin(Person, Person.id == sample.person_id)
        .where(sample.body_id.in_(sorted(bodies)))
        .order_by(sample.id.desc())
        .limit(SAMPLES_LISTED)
    )
    return [SampleInShort(row[0], row[1], row[2], row[3], row[4], row[5] or "") for row in rows]


def _drawn(row: Any, catalogue: Catalogue) -> DrawnClaim:
    return DrawnClaim(
        place=row.place,
        name=row.name,
        code=row.code or row.name.partition("/")[0],
        organisation=row.organisation or "",
        ask=catalogue.asks.get(row.ask_id),
        risks=tuple(risk for risk in Risk if risk in _risks(row.risks)),
        weight=row.weight,
        waits=row.status_class == StatusClass.DONE_CLAIMED,
    )


def _risks(stored: str) -> frozenset[Risk]:
    return frozenset(Risk(each) for each in stored.split(",") if each)


def _said_before(entry: Any, kind: EntryKind) -> sa.ColumnElement[bool]:
    """Whether an entry of a kind was ever made for the same ask."""
    other = aliased(ProgressEntry)
    same = sa.and_(other.organisation_id == entry.organisation_id, other.ask_id == entry.ask_id)
    return sa.exists().where(same, other.kind == kind).correlate(entry)


def _was_back_dated(entry: Any) -> sa.ColumnElement[bool]:
    """Whether the claim that counts, or that the lapse stands for, needed a reason for coming late.

    The reason of a correction says why it was corrected, so what it corrects is looked at.
    """
    first, other = aliased(ProgressEntry), aliased(ProgressEntry)
    claimed = (
        sa.select(sa.func.coalesce(other.corrects_id, other.id))
        .where(other.organisation_id == entry.organisation_id, other.ask_id == entry.ask_id, other.id <= entry.id)
        .where(other.status_class == StatusClass.DONE_CLAIMED, other.kind == EntryKind.UPDATE)
        .order_by(*claims.latest_first(other))
        .limit(1)
        .correlate(entry)
        .scalar_subquery()
    )
    own = sa.func.coalesce(entry.corrects_id, entry.id)
    claim_id = sa.case((entry.kind == EntryKind.UPDATE, own), else_=claimed)
    return sa.exists().where(first.id == claim_id, first.backdating_reason != "").correlate(entry)


def _has_more_than_notes(entry: Any, today: date) -> sa.ColumnElement[bool]:
    """Whether a link or a file that has not expired serves the ask."""
    version, expiry, query = in_use(today, None, None, None)
    serves = query.order_by(None).where(
        EvidenceUse.organisation_id == entry.organisation_id,
        EvidenceUse.ask_id == entry.ask_id,
        version.kind != EvidenceKind.NOTE,
        sa.or_(expiry.expires_on.is_(None), expiry.expires_on >= today),
    )
    return serves.correlate(entry).exists()
