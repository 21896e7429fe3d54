"""Lets evidence expire when its day has passed: tells whoever rests on it, each piece once; never commits.

Whether evidence has expired is always worked out from its date, so nothing waits for this to be true on a page.
"""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence import effects
from tracker.evidence.models import Evidence, EvidenceExpiry
from tracker.evidence.rules import Became
from tracker.evidence.uses import asks_served, newest_version
from tracker.organisations.models import Organisation
from tracker.organisations.queries import is_known


def let_expire(most: int = 100) -> int:
    """Tell those who rest on evidence that has expired since, each piece once; how many were told. Call until 0."""
    today, now = clock.today(), clock.now()
    expiry, version = EvidenceExpiry, Evidence
    query = (
        sa.select(expiry, version, Organisation.code)
        .join(version, version.id == expiry.evidence_id)
        .join(Organisation, Organisation.id == version.organisation_id)
        .where(is_known(expiry), expiry.told_at.is_(None), expiry.expires_on < today)
        .order_by(expiry.id)
        .limit(most)
        .with_for_update(of=expiry, skip_locked=True)
    )
    found = session().execute(query).all()
    changes, days = [], []
    # One order of organisations, as whoever else audits in several has it.
    for held, expired, code in sorted(found, key=lambda row: (row[1].organisation_id, row[0].id)):
        held.told_at = now
        first_id = expired.first_id or expired.id
        if newest_version(first_id) != expired.id:
            continue  # A newer version stands in its place, and that was told.
        asks = dict.fromkeys(sorted(asks_served(first_id, today)), Became.EXPIRED)
        changes.append(effects.EvidenceChanged(expired.organisation_id, code, first_id, asks, None, ""))
        days.append(held.expires_on)
    effects.tell_all(changes)
    for changed, expires_on in zip(changes, days, strict=True):
        audit.record(
            verb="evidence expired",
            subject=f"evidence {changed.evidence_id}",
            organisation_code=changed.organisation_code,
            after={"evidence": changed.evidence_id, "expires_on": expires_on},
        )
    session().flush()
    return len(found)
