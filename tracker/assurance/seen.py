"""Reads what an assurer of a claim sees: the evidence, the wording of the ask and the named lead; it writes nothing.

Only what has not expired counts as seen: a claim may rest on nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Any

import sqlalchemy as sa

from tracker.appointments.models import Appointment
from tracker.appointments.queries import named_leads
from tracker.appointments.rows import NamedLead
from tracker.assurance.models import SignOff, SignOffEvidence
from tracker.db import read, session
from tracker.evidence.queries import in_use
from tracker.evidence.rules import EvidenceKind, is_expired
from tracker.frameworks.catalogue import AskFacts, is_known_revision
from tracker.frameworks.models import AskContent, FrameworkRevision


@dataclass(frozen=True, slots=True)
class Seen:
    """What stands behind a claim on a day: versions of evidence with their SHA-256, and who is named."""

    evidence: Mapping[int, str]
    lead: NamedLead | None


def seen_on(organisation_id: int, ask: AskFacts, on: date) -> Seen:
    """What an assurer would see, in one statement, or two where the answer to the ask is a person."""
    version, expiry, query = in_use(on, None, [organisation_id], ask.ask_id)
    rows = read(
        query.with_only_columns(
            version.id, version.kind, version.sha256, version.url, version.title, version.note, expiry.expires_on
        )
    )
    return Seen(
        evidence={row[0]: _mark(*row[1:6]) for row in rows if not is_expired(row[6], on)},
        lead=named_leads(on, organisation_ids=[organisation_id]).get(organisation_id) if ask.records_lead else None,
    )


def content_of(ask_id: int) -> int:
    """The id of the wording of an ask that is known now."""
    return (
        session()
        .scalars(
            sa.select(AskContent.id)
            .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
            .where(AskContent.ask_id == ask_id, is_known_revision(None))
        )
        .one()
    )


def has_same_evidence(sign_off_id: int, seen: Seen) -> bool:
    """Whether exactly the versions that were signed for are there now."""
    then = session().scalars(sa.select(SignOffEvidence.version_id).where(SignOffEvidence.sign_off_id == sign_off_id))
    return set(then) == set(seen.evidence)


def has_same_lead(lead_id: int | None, seen: Seen) -> bool:
    """Whether the same person is named for the same post since the same day; a last day that was added is no change."""
    then: Any = None
    if lead_id is not None:
        columns = (Appointment.person_id, Appointment.job_title, Appointment.starts_on)
        then = session().execute(sa.select(*columns).where(Appointment.id == lead_id)).one()
    lead = seen.lead
    now = (lead.person_id, lead.job_title, lead.starts_on) if lead else None
    return now == (tuple(then) if then is not None else None)


def is_reworded() -> sa.ColumnElement[bool]:
    """Whether what a sign-off saw of its ask is said otherwise now: what is asked, its measure, the evidence expected.

    A date that moved changes when something was due and not whether it is done.
    """
    then, now = sa.orm.aliased(AskContent), sa.orm.aliased(AskContent)
    texts = ("wording", "measure", "measure_target", "evidence_expected")
    return (
        sa.exists()
        .where(then.id == SignOff.content_id, now.ask_id == SignOff.ask_id)
        .where(FrameworkRevision.id == now.revision_id, is_known_revision(None))
        .where(sa.or_(*(getattr(then, name) != getattr(now, name) for name in texts)))
    )


def _mark(kind: EvidenceKind, file_hash: str, url: str, title: str, note: str) -> str:
    """The SHA-256 of a version: a file's own, else that of the address or the note as text."""
    if EvidenceKind(kind) is EvidenceKind.FILE:
        return file_hash
    text = url if EvidenceKind(kind) is EvidenceKind.LINK else f"{title}\n{note}"
    return sha256(text.encode()).hexdigest()
