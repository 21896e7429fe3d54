"""Adds evidence to an ask; never commits."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence.models import Evidence, EvidenceUse


def add_link(
    *, organisation_id: int, organisation_code: str, ask_id: int, item: str, url: str, by: int, role: str
) -> None:
    """Let a link serve an ask from today; a link that already serves it is left as it is."""
    serves = session().scalar(
        sa.select(EvidenceUse.id)
        .join(Evidence, Evidence.id == EvidenceUse.evidence_id)
        .where(
            EvidenceUse.organisation_id == organisation_id,
            EvidenceUse.ask_id == ask_id,
            EvidenceUse.ends_on.is_(None),
            EvidenceUse.superseded_at.is_(None),
            Evidence.url == url,
        )
    )
    if serves is not None:
        return
    today, now = clock.today(), clock.now()
    evidence = Evidence(organisation_id=organisation_id, url=url, true_on=today, recorded_at=now, person_id=by)
    session().add(evidence)
    session().flush()
    session().add(
        EvidenceUse(
            evidence_id=evidence.id,
            organisation_id=organisation_id,
            ask_id=ask_id,
            starts_on=today,
            recorded_at=now,
        )
    )
    audit.record(
        verb="evidence added",
        subject=item,
        by=by,
        role=role,
        organisation_code=organisation_code,
        after={"evidence": evidence.id},
    )
