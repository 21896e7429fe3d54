"""Which asks a piece of evidence serves, from one day to another; rows are closed and added, never overwritten.

``service.py`` calls it, inside the transaction of a change; nothing here commits.
"""

from __future__ import annotations

from datetime import date, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence import effects
from tracker.evidence.models import Evidence, EvidenceUse
from tracker.evidence.queries import version_then
from tracker.evidence.rules import Became
from tracker.organisations.queries import holds_on, is_known


def add_link(
    *, organisation_id: int, organisation_code: str, ask_id: int, item: str, url: str, by: int, role: str
) -> None:
    """Let a link serve an ask from today; a link that already serves it is left as it is."""
    today, now = clock.today(), clock.now()
    serves = session().scalar(
        sa.select(EvidenceUse.id)
        .join(Evidence, Evidence.id == version_then(EvidenceUse.evidence_id, today))
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
    evidence = Evidence(organisation_id=organisation_id, url=url, true_on=today, recorded_at=now, person_id=by)
    session().add(evidence)
    session().flush()
    begin_use(evidence.id, organisation_id, ask_id, today)
    linked = {ask_id: Became.LINKED}
    effects.tell(effects.EvidenceChanged(organisation_id, organisation_code, evidence.id, linked, by, role))
    audit.record(
        verb="evidence added",
        subject=item,
        by=by,
        role=role,
        organisation_code=organisation_code,
        after={"evidence": evidence.id},
    )


def asks_served(evidence_id: int, today: date) -> set[int]:
    """The ids of the asks that a piece serves on a day."""
    served = sa.select(EvidenceUse.ask_id).where(EvidenceUse.evidence_id == evidence_id, holds_on(EvidenceUse, today))
    return set(session().scalars(served))


def begin_use(evidence_id: int, organisation_id: int, ask_id: int, today: date) -> None:
    session().add(
        EvidenceUse(
            evidence_id=evidence_id,
            organisation_id=organisation_id,
            ask_id=ask_id,
            starts_on=today,
            recorded_at=clock.now(),
        )
    )


def end_use(evidence_id: int, ask_id: int, today: date) -> None:
    """Let a piece serve an ask no more from today on: yesterday was the last day, where there was one."""
    now, last_day = clock.now(), today - timedelta(days=1)
    held = session().scalars(
        sa.select(EvidenceUse).where(
            EvidenceUse.evidence_id == evidence_id, EvidenceUse.ask_id == ask_id, is_known(EvidenceUse)
        )
    )
    for use in held:
        if use.ends_on is not None and use.ends_on <= last_day:
            continue
        use.superseded_at = now
        if use.starts_on <= last_day:
            session().add(
                EvidenceUse(
                    evidence_id=evidence_id,
                    organisation_id=use.organisation_id,
                    ask_id=ask_id,
                    starts_on=use.starts_on,
                    ends_on=last_day,
                    recorded_at=now,
                )
            )
    session().flush()


def newest_version(evidence_id: int) -> int:
    """The id of the version of a piece that stands today."""
    newest = session().scalar(sa.select(version_then(sa.literal(evidence_id), clock.today())))
    return evidence_id if newest is None else newest
