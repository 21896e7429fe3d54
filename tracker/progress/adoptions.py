"""Taking up a framework that is not for everybody, and leaving it again; never commits."""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.models import Framework
from tracker.organisations.models import Organisation
from tracker.organisations.queries import OrganisationSummary, holds_on
from tracker.progress import kept
from tracker.progress.models import Adoption


def adopt_framework(organisation: OrganisationSummary, framework_code: str, viewer: Viewer, role: str) -> None:
    """Take up a framework from today; an adoption that already holds is left as it is."""
    _lock(organisation)
    framework_id = session().scalars(sa.select(Framework.id).where(Framework.code == framework_code)).one()
    today = clock.today()
    holds = session().scalar(
        sa.select(Adoption.id).where(
            Adoption.organisation_id == organisation.organisation_id,
            Adoption.framework_id == framework_id,
            holds_on(Adoption, today),
        )
    )
    if holds is not None:
        return
    session().add(
        Adoption(
            organisation_id=organisation.organisation_id,
            framework_id=framework_id,
            starts_on=today,
            person_id=viewer.person_id,
            recorded_at=clock.now(),
        )
    )
    session().flush()
    kept.keep([organisation.organisation_id])
    audit.record(
        verb="framework adopted",
        subject=framework_code,
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        after={"from": today},
    )


def leave_framework(organisation: OrganisationSummary, adoption_id: int, viewer: Viewer, role: str) -> bool:
    """Stop tracking an adopted framework from today; False where it ended before.

    What was said stays, and an export of an earlier day still has it. An adoption of today never held.
    """
    _lock(organisation)
    adoption = session().get(Adoption, adoption_id, with_for_update=True)
    if adoption is None or adoption.organisation_id != organisation.organisation_id:
        return False
    if adoption.superseded_at is not None or adoption.ends_on is not None:
        return False
    today, now = clock.today(), clock.now()
    adoption.superseded_at = now
    if adoption.starts_on < today:
        session().add(
            Adoption(
                organisation_id=adoption.organisation_id,
                framework_id=adoption.framework_id,
                starts_on=adoption.starts_on,
                ends_on=today - timedelta(days=1),
                person_id=adoption.person_id,
                recorded_at=now,
            )
        )
    session().flush()
    kept.keep([organisation.organisation_id])
    audit.record(
        verb="framework left",
        subject=session().scalars(sa.select(Framework.code).where(Framework.id == adoption.framework_id)).one(),
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        before={"from": adoption.starts_on},
        after={"not_from": today},
    )
    return True


def _lock(organisation: OrganisationSummary) -> None:
    """Two colleagues who adopt at once would otherwise both, and every ask would stand there twice."""
    of_it = sa.select(Organisation.id).where(Organisation.id == organisation.organisation_id)
    session().execute(of_it.with_for_update(key_share=True))
