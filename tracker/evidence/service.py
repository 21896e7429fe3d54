"""Changes to evidence: added, revised, used, checked, expired; each audited, and told to whoever rests on it.

Services never commit. Whatever changes a piece locks its first version, so that of two people at once exactly one wins.
The file of a version is kept before (``storage.kept``): what is refused here raises KeepNothing, and it goes again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.evidence import effects
from tracker.evidence.models import Evidence, EvidenceCheck, EvidenceExpiry
from tracker.evidence.queries import EvidenceNotFound
from tracker.evidence.rows import NewVersion
from tracker.evidence.rules import Became, is_expired
from tracker.evidence.storage import KeepNothing, StoredFile
from tracker.evidence.uses import add_link, asks_served, begin_use, end_use, newest_version
from tracker.organisations.queries import OrganisationSummary, is_known

__all__ = [
    "Actor",
    "ChangedMeanwhile",
    "CheckRefused",
    "CheckSaid",
    "SavedAlready",
    "add",
    "add_link",
    "add_version",
    "check",
    "serve",
    "set_expiry",
]


class SavedAlready(KeepNothing):
    """This very form was saved before, or it changes nothing; nothing was written."""

    def __init__(self, evidence_id: int) -> None:
        super().__init__(evidence_id)
        self.evidence_id = evidence_id


class ChangedMeanwhile(KeepNothing):
    """Somebody else changed the piece since the form was opened; nothing was written."""


class CheckRefused(Exception):
    """This person cannot check this version; the message is a sentence for them."""


@dataclass(frozen=True, slots=True)
class CheckSaid:
    """What somebody found, and on which day."""

    checked_on: date
    note: str


@dataclass(frozen=True, slots=True)
class Actor:
    """Whose change it is, in which organisation and role; ``body_id`` is the body that a check is made for."""

    organisation: OrganisationSummary
    person_id: int
    role: str
    body_id: int | None = None

    def write_down(self, evidence_id: int, *, verb: str, before: Any = None, after: Any = None) -> None:
        audit.record(
            verb=verb,
            subject=f"evidence {evidence_id}",
            by=self.person_id,
            role=self.role,
            organisation_code=self.organisation.code,
            before=before,
            after={"evidence": evidence_id, **(after or {})},
        )


def add(actor: Actor, said: NewVersion, file: StoredFile | None, asks: Mapping[int, str], key: str) -> int:
    """Add a piece that serves asks (their names by their ids) from today; its id. Raises SavedAlready."""
    today, now = clock.today(), clock.now()
    organisation_id = actor.organisation.organisation_id
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    values = _values(actor, said, file, now) | {"submission_key": key}
    # Of two clicks at once the second waits here for the first, and then finds its key taken.
    added: int | None = session().scalar(
        insert(Evidence).values(values).on_conflict_do_nothing(index_elements=["submission_key"]).returning(Evidence.id)
    )
    if added is None:
        there = session().scalars(sa.select(Evidence).where(Evidence.submission_key == key)).one()
        raise SavedAlready(there.first_id or there.id)
    _add_expiry(added, said.expires_on, actor.person_id, now)
    for ask_id in asks:
        begin_use(added, organisation_id, ask_id, today)
    _tell(actor, added, dict.fromkeys(sorted(asks), Became.ADDED))
    actor.write_down(added, verb="evidence added", after={**_audited(said, file, 1), "asks": ", ".join(asks.values())})
    return added


def add_version(
    actor: Actor, evidence_id: int, said: NewVersion, file: StoredFile | None, *, expected: int, key: str
) -> None:
    """Put a newer version in the place of what a piece was. Raises SavedAlready and ChangedMeanwhile."""
    first = _locked(actor, evidence_id, Evidence, expected, key)
    today, now = clock.today(), clock.now()
    number = 1 + (session().scalar(sa.select(sa.func.max(Evidence.number)).where(_is_version_of(evidence_id))) or 0)
    version = Evidence(
        **_values(actor, said, file, now), first_id=first.id, number=number, starts_on=today, submission_key=key
    )
    session().add(version)
    session().flush()
    _add_expiry(version.id, said.expires_on, actor.person_id, now)
    _tell(actor, evidence_id, dict.fromkeys(sorted(asks_served(evidence_id, today)), Became.REPLACED))
    actor.write_down(evidence_id, verb="evidence revised", after=_audited(said, file, number))


def serve(actor: Actor, evidence_id: int, asks: Mapping[int, str], *, known: Mapping[int, str], expected: int) -> None:
    """Let a piece serve exactly these asks from today; ``known`` names every ask. Raises as ``add_version`` does."""
    today = clock.today()
    served = asks_served(evidence_id, today)
    if served == set(asks):
        raise SavedAlready(evidence_id)
    _locked(actor, evidence_id, None, expected, "")
    served = asks_served(evidence_id, today)
    begun, ended = sorted(set(asks) - served), sorted(served - set(asks))
    for ask_id in begun:
        begin_use(evidence_id, actor.organisation.organisation_id, ask_id, today)
    for ask_id in ended:
        end_use(evidence_id, ask_id, today)
    _tell(actor, evidence_id, dict.fromkeys(begun, Became.ADDED) | dict.fromkeys(ended, Became.WITHDRAWN))
    names = {True: sorted(served), False: sorted(asks)}
    before, after = (", ".join(known.get(each, str(each)) for each in names[was]) for was in (True, False))
    actor.write_down(evidence_id, verb="evidence used elsewhere", before={"asks": before}, after={"asks": after})


def set_expiry(actor: Actor, evidence_id: int, expires_on: date | None, *, expected: int, key: str) -> None:
    """Say until when the newest version counts, None for ever. Raises as ``add_version`` does."""
    _locked(actor, evidence_id, EvidenceExpiry, expected, key)
    today, now = clock.today(), clock.now()
    version_id = newest_version(evidence_id)
    held = session().scalars(
        sa.select(EvidenceExpiry).where(EvidenceExpiry.evidence_id == version_id, is_known(EvidenceExpiry))
    ).one_or_none()  # fmt: skip
    was = held.expires_on if held else None
    if was == expires_on:
        raise SavedAlready(evidence_id)
    if held is not None:
        held.superseded_at = now
        session().flush()
    has_gone = is_expired(expires_on, today)
    _add_expiry(version_id, expires_on, actor.person_id, now, key=key, told_at=now if has_gone else None)
    became = _becomes(was_gone=is_expired(was, today), is_gone=has_gone)
    _tell(actor, evidence_id, dict.fromkeys(sorted(asks_served(evidence_id, today)), became))
    actor.write_down(
        evidence_id, verb="evidence expiry changed", before={"expires_on": was}, after={"expires_on": expires_on}
    )


def _becomes(*, was_gone: bool, is_gone: bool) -> Became:
    """What another last day makes of a piece: what had expired and counts again was not there for whoever looked."""
    if was_gone == is_gone:
        return Became.DATED
    return Became.EXPIRED if is_gone else Became.ADDED


def check(actor: Actor, evidence_id: int, said: CheckSaid, *, expected: int, key: str) -> None:
    """Record what somebody from another body found in the newest version. Raises also CheckRefused."""
    _locked(actor, evidence_id, EvidenceCheck, expected, key)
    version_id = newest_version(evidence_id)
    author = session().scalar(sa.select(Evidence.person_id).where(Evidence.id == version_id))
    if author == actor.person_id:
        raise CheckRefused("You added this version, so somebody else must check it")
    made = EvidenceCheck(
        evidence_id=version_id,
        true_on=said.checked_on,
        note=said.note,
        recorded_at=clock.now(),
        person_id=actor.person_id,
        role=actor.role,
        body_id=actor.body_id,
        submission_key=key,
    )
    session().add(made)
    session().flush()
    actor.write_down(evidence_id, verb="evidence checked", after={"check": made.id, "checked_on": said.checked_on})


def _values(actor: Actor, said: NewVersion, file: StoredFile | None, now: datetime) -> dict[str, Any]:
    return {
        "organisation_id": actor.organisation.organisation_id,
        "kind": said.kind,
        "title": said.title,
        "url": said.url,
        "note": said.note,
        "file_name": said.file_name,
        "file_type": said.file_type,
        "size": file.size if file else 0,
        "sha256": file.sha256 if file else "",
        "storage_key": file.key if file else None,
        "true_on": said.true_on,
        "recorded_at": now,
        "person_id": actor.person_id,
    }


def _audited(said: NewVersion, file: StoredFile | None, number: int) -> dict[str, Any]:
    about: dict[str, Any] = {"kind": said.kind.value, "version": number, "expires_on": said.expires_on}
    return about | ({"size": file.size, "sha256": file.sha256} if file else {})


def _locked(actor: Actor, evidence_id: int, keyed: Any, expected: int, key: str) -> Evidence:
    """The first version of a piece, locked until the transaction ends, its edits counted; ``keyed`` holds the keys."""
    first = session().scalars(
        sa.select(Evidence)
        .where(
            Evidence.id == evidence_id,
            Evidence.organisation_id == actor.organisation.organisation_id,
            Evidence.first_id.is_(None),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()  # fmt: skip
    if first is None:
        raise EvidenceNotFound
    if keyed is not None and session().scalar(sa.select(sa.exists().where(keyed.submission_key == key))):
        raise SavedAlready(evidence_id)
    if first.edits != expected:
        raise ChangedMeanwhile
    first.edits += 1
    return first


def _is_version_of(evidence_id: int) -> sa.ColumnElement[bool]:
    return sa.or_(Evidence.id == evidence_id, Evidence.first_id == evidence_id)


def _add_expiry(
    version_id: int,
    expires_on: date | None,
    by: int,
    now: datetime,
    *,
    key: str | None = None,
    told_at: datetime | None = None,
) -> None:
    if expires_on is None and key is None:
        return  # A version that never expires needs no row to say so, unless somebody says it later.
    session().add(
        EvidenceExpiry(
            evidence_id=version_id,
            expires_on=expires_on,
            recorded_at=now,
            told_at=told_at,
            person_id=by,
            submission_key=key,
        )
    )


def _tell(actor: Actor, evidence_id: int, asks: Mapping[int, Became]) -> None:
    here = actor.organisation
    effects.tell(
        effects.EvidenceChanged(here.organisation_id, here.code, evidence_id, asks, actor.person_id, actor.role)
    )
