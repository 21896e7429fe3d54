"""Reads what was signed off for one ask and why it lapsed, in two statements; which ask may be read is asked before."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.appointments.models import Appointment
from tracker.assurance.models import SignOff, SignOffEvidence, SignOffLapse
from tracker.assurance.rows import SeenVersion, SignedOff
from tracker.db import session
from tracker.evidence.models import Evidence
from tracker.evidence.rules import called
from tracker.frameworks.models import AskContent, FrameworkRevision
from tracker.progress.models import ProgressEntry


def sign_offs_of(organisation_id: int, ask_id: int) -> list[SignedOff]:
    """Every sign-off of one ask, the newest first, with what was seen."""
    claim = aliased(ProgressEntry)
    rows = (
        session()
        .execute(
            sa.select(
                SignOff.id,
                SignOff.recorded_at,
                Person.name.label("person_name"),
                SignOff.role,
                claim.recorded_at.label("claimed_at"),
                FrameworkRevision.number,
                Appointment.job_title,
                SignOffLapse.recorded_at.label("ended_at"),
                SignOffLapse.cause,
            )
            .join(claim, claim.id == SignOff.claim_id)
            .join(AskContent, AskContent.id == SignOff.content_id)
            .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
            .outerjoin(Person, Person.id == SignOff.person_id)
            .outerjoin(Appointment, Appointment.id == SignOff.lead_id)
            .outerjoin(SignOffLapse, SignOffLapse.sign_off_id == SignOff.id)
            .where(SignOff.organisation_id == organisation_id, SignOff.ask_id == ask_id)
            .order_by(SignOff.id.desc())
        )
        .all()
    )
    seen = _seen([row.id for row in rows])
    return [
        SignedOff(
            sign_off_id=row.id,
            recorded_at=row.recorded_at,
            person_name=row.person_name or "",
            role=row.role,
            claimed_at=row.claimed_at,
            revision=row.number,
            lead=row.job_title or "",
            evidence=tuple(seen.get(row.id, ())),
            ended_at=row.ended_at,
            cause=row.cause,
        )
        for row in rows
    ]


def _seen(sign_off_ids: list[int]) -> dict[int, list[SeenVersion]]:
    rows = session().execute(
        sa.select(
            SignOffEvidence.sign_off_id,
            sa.func.coalesce(Evidence.first_id, Evidence.id),
            Evidence.number,
            Evidence.kind,
            Evidence.title,
            Evidence.url,
            Evidence.true_on,
            SignOffEvidence.sha256,
        )
        .join(Evidence, Evidence.id == SignOffEvidence.version_id)
        .where(SignOffEvidence.sign_off_id.in_(sign_off_ids))
        .order_by(SignOffEvidence.id)
    )
    found: dict[int, list[SeenVersion]] = {}
    for sign_off_id, evidence_id, number, kind, title, url, dated_on, mark in rows:
        seen = SeenVersion(evidence_id, number, called(title, url), kind.label, dated_on, mark)
        found.setdefault(sign_off_id, []).append(seen)
    return found
