"""What stands there before anybody asks for a page: an entry, a request for a target; put straight into the tables."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import find_organisation_id
from tracker.db import session
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.models import Framework
from tracker.frameworks.rules import StatusClass
from tracker.progress.models import Adoption, Progress, ProgressEntry, TargetRequest
from tracker.progress.rules import EntryKind


def progress_entry(code: str, ref: str) -> int:
    """The id of an entry that says "not started", which counts for its ask."""
    organisation_id, ask_id = _item(code, ref)
    entry = ProgressEntry(
        organisation_id=organisation_id,
        ask_id=ask_id,
        kind=EntryKind.UPDATE,
        status_code="not_started",
        status_class=StatusClass.NOT_STARTED,
        true_on=date(2020, 9, 1),
        recorded_at=clock.now(),
    )
    session().add(entry)
    session().flush()
    session().execute(
        sa.insert(Progress).values(
            organisation_id=organisation_id,
            ask_id=ask_id,
            version=1,
            entry_id=entry.id,
            status_class=StatusClass.NOT_STARTED,
        )
    )
    session().commit()
    return entry.id


def claimed_again(code: str, ref: str) -> int:
    """The version of an ask that waits for its assurer, put there whatever was decided on it before."""
    organisation_id, ask_id = _item(code, ref)
    where = (Progress.organisation_id == organisation_id, Progress.ask_id == ask_id)
    of_claims = (ProgressEntry.organisation_id == organisation_id, ProgressEntry.ask_id == ask_id)
    claims = sa.select(ProgressEntry.id).where(*of_claims, ProgressEntry.status_class == StatusClass.DONE_CLAIMED)
    claim_id = session().scalars(claims.order_by(ProgressEntry.id)).first()
    values = {"entry_id": claim_id, "status_class": StatusClass.DONE_CLAIMED}
    session().execute(sa.update(Progress).where(*where).values(values))
    session().commit()
    return session().scalars(sa.select(Progress.version).where(*where)).one_or_none() or 0


def target_request(code: str, ref: str, wanted_on: date = date(2021, 3, 1)) -> int:
    """The id of a request that waits for the region."""
    organisation_id, ask_id = _item(code, ref)
    request = TargetRequest(
        organisation_id=organisation_id,
        ask_id=ask_id,
        wanted_on=wanted_on,
        reason="Why",
        agreed_by="The board",
        true_on=date(2020, 9, 1),
        recorded_at=clock.now(),
        role="lead",
        submission_key=str(uuid4()),
    )
    session().add(request)
    session().commit()
    return request.id


def adoption(code: str, framework_code: str) -> int:
    """The id of an adoption that holds since some time."""
    organisation_id = find_organisation_id(code)
    framework_id = session().scalars(sa.select(Framework.id).where(Framework.code == framework_code)).one()
    assert organisation_id is not None
    held = Adoption(
        organisation_id=organisation_id, framework_id=framework_id, starts_on=date(2020, 9, 1), recorded_at=clock.now()
    )
    session().add(held)
    session().commit()
    return held.id


def _item(code: str, ref: str) -> tuple[int, int]:
    organisation_id, ask = find_organisation_id(code), read_catalogue().find_ask("8ua-2020", ref)
    assert organisation_id is not None
    assert ask is not None
    return organisation_id, ask.ask_id
