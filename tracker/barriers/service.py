"""Adds entries to the register, changes and closes them by new revisions, and audits without the words; never commits.

Of two who change the same entry at once exactly one wins and the other is told.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.audit import service as audit
from tracker.barriers.models import Barrier, BarrierAsk, BarrierRevision
from tracker.barriers.queries import BarrierNotFound, get_barrier
from tracker.barriers.rows import Revision, Said
from tracker.barriers.rules import Kind, settled_status
from tracker.db import session
from tracker.organisations.queries import OrganisationSummary


class ChangedMeanwhile(Exception):
    """Somebody else changed the entry since the page was opened; nothing was written."""


class NothingChanged(Exception):
    """What was sent is what the register says already; nothing was written."""


def add_barrier(organisation: OrganisationSummary, said: Said, viewer: Viewer, *, submission_key: str) -> int | None:
    """Add a barrier or enabler; its id, or None where this very form was saved before (a double click).

    Whether what is said holds together is the form's check, and the database's after it.
    """
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    barrier_id: int | None = session().scalar(
        insert(Barrier)
        .values(
            organisation_id=organisation.organisation_id,
            version=1,
            recorded_at=clock.now(),
            submission_key=submission_key,
        )
        .on_conflict_do_nothing(index_elements=["submission_key"])
        .returning(Barrier.id)
    )
    if barrier_id is None:
        return None
    revision_id = _add_revision(organisation, barrier_id, 1, said, "", viewer, submission_key)
    _audit("barrier added", organisation, barrier_id, viewer, None, _codes(said, revision_id))
    return barrier_id


def change_barrier(
    organisation: OrganisationSummary,
    barrier_id: int,
    said: Said,
    reason: str,
    viewer: Viewer,
    *,
    expected_version: int,
    submission_key: str,
) -> bool:
    """Say something else of an entry, and why; False where this very form was saved before.

    Raises ChangedMeanwhile, NothingChanged, and BarrierNotFound.
    """
    current = _locked(organisation, barrier_id)
    if _is_saved(submission_key):
        return False
    _check(current, said, expected_version)
    revision_id = _revise(organisation, current, said, reason, viewer, submission_key)
    before, after = _codes(current.said, current.revision_id), _codes(said, revision_id)
    _audit("barrier changed", organisation, barrier_id, viewer, before, after)
    return True


def close_barrier(
    organisation: OrganisationSummary,
    barrier_id: int,
    reason: str,
    viewer: Viewer,
    *,
    becomes_enabler: bool = False,
    expected_version: int,
    submission_key: str,
) -> bool:
    """Settle an entry: a barrier is resolved, or has become an enabler in use; an enabler is in use.

    It counts as reviewed today, and no further review is set. False and faults as ``change_barrier`` has them.
    """
    current = _locked(organisation, barrier_id)
    if _is_saved(submission_key):
        return False
    said = current.said
    if not said.status.is_settled:
        said = closed(said, clock.today(), becomes_enabler=becomes_enabler)
    _check(current, said, expected_version)
    revision_id = _revise(organisation, current, said, reason, viewer, submission_key)
    before, after = _codes(current.said, current.revision_id), _codes(said, revision_id)
    _audit("barrier closed", organisation, barrier_id, viewer, before, after)
    return True


def closed(said: Said, today: date, *, becomes_enabler: bool) -> Said:
    """What an entry says once it is settled."""
    kind = Kind.ENABLER if becomes_enabler else said.kind
    return replace(
        said,
        kind=kind,
        status=settled_status(kind),
        severity=said.severity if kind is Kind.BARRIER else None,
        reviewed_on=today,
        next_review_on=None,
    )


def _locked(organisation: OrganisationSummary, barrier_id: int) -> Revision:
    """The entry as it stands, its row locked until the end of the transaction."""
    locked = session().scalar(
        sa.select(Barrier.id)
        .where(Barrier.id == barrier_id, Barrier.organisation_id == organisation.organisation_id)
        .with_for_update()
    )
    if locked is None:
        raise BarrierNotFound
    return get_barrier(organisation.organisation_id, barrier_id)


def _is_saved(submission_key: str) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(BarrierRevision.submission_key == submission_key))))


def _check(current: Revision, said: Said, expected_version: int) -> None:
    if current.number != expected_version:
        raise ChangedMeanwhile
    if current.said == said:
        raise NothingChanged


def _revise(
    organisation: OrganisationSummary, current: Revision, said: Said, reason: str, viewer: Viewer, submission_key: str
) -> int:
    number = current.number + 1
    revision_id = _add_revision(organisation, current.barrier_id, number, said, reason, viewer, submission_key)
    session().execute(sa.update(Barrier).where(Barrier.id == current.barrier_id).values(version=number))
    return revision_id


def _add_revision(
    organisation: OrganisationSummary,
    barrier_id: int,
    number: int,
    said: Said,
    reason: str,
    viewer: Viewer,
    submission_key: str,
) -> int:
    values = asdict(said)
    asks = values.pop("asks")
    revision = BarrierRevision(
        **values,
        barrier_id=barrier_id,
        organisation_id=organisation.organisation_id,
        number=number,
        reason=reason,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=viewer.person_id,
        role=_role(organisation, viewer),
        submission_key=submission_key,
    )
    session().add(revision)
    session().flush()
    if asks:
        links = [{"revision_id": revision.id, "ask_id": ask_id} for ask_id in sorted(asks)]
        session().execute(sa.insert(BarrierAsk), links)
    return revision.id


def _codes(said: Said, revision_id: int) -> dict[str, str | int | None]:
    """What the audit keeps: words of the service's own and the revision, which holds what people wrote."""
    return {
        "kind": said.kind.value,
        "status": said.status.value,
        "severity": said.severity.value if said.severity else None,
        "theme": said.theme,
        "revision": revision_id,
    }


def _audit(
    verb: str,
    organisation: OrganisationSummary,
    barrier_id: int,
    viewer: Viewer,
    before: dict[str, str | int | None] | None,
    after: dict[str, str | int | None],
) -> None:
    audit.record(
        verb=verb,
        subject=f"barrier {barrier_id}",
        by=viewer.person_id,
        role=_role(organisation, viewer),
        organisation_code=organisation.code,
        before=before,
        after=after,
    )


def _role(organisation: OrganisationSummary, viewer: Viewer) -> str:
    """The role through which somebody keeps the register."""
    held = viewer.find_power(Permission.UPDATE_PROGRESS, organisation.place)
    if held is None:
        raise PermissionError(f"{viewer.person_id} may not keep the register of {organisation.code}.")
    return held.role.value
