"""One ask of one organisation while somebody changes it: locked, checked, moved and audited; never commits.

Every change of progress goes through here, so that of two people at once exactly one wins and the other is told.

Everybody takes locks in this order, so that no two wait for each other: the organisation's row or the piece of evidence
that is changed; the positions, all that the transaction needs, in order of organisation and ask (``lock_all``); the
rows of ``kept.py``; the audit's chains, each from its first entry to the end of the transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import read, session
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress import effects, kept, rules
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rows import Told, subject_of

MOST_AT_ONCE = 1000
"""Positions that one statement locks: a database takes only so many values."""


class MoveNotAllowed(Exception):
    """It cannot be changed that way from where it stands now; the message is a sentence for the person."""


class ChangedMeanwhile(Exception):
    """Somebody else saved since the form was opened; nothing was written."""


@dataclass(frozen=True, slots=True)
class Item:
    """One ask of one organisation, and who speaks about it in which role."""

    organisation: OrganisationSummary
    ask: AskFacts
    viewer: Viewer
    role: str

    @property
    def subject(self) -> str:
        """The item as audit and ledger name it: "XN1/8ua-2020/6.1"."""
        return subject_of(self.organisation.code, self.ask)

    @property
    def told(self) -> Told:
        return Told(
            organisation_id=self.organisation.organisation_id,
            organisation_code=self.organisation.code,
            ask=self.ask,
            person_id=self.viewer.person_id,
            role=self.role,
        )

    def deadline(self, position: Position) -> date | None:
        """The day the ask is judged on: the agreed target, else the national date of kind "by"."""
        return rules.deadline(self.ask.date_kind, self.ask.national_on, position.target_on)


@dataclass(frozen=True, slots=True)
class Position:
    """Where an item stands now, with what of its last entry every change must know; ``version`` counts its changes."""

    progress_id: int
    organisation_id: int
    ask_id: int
    version: int
    entry_id: int | None
    status_class: StatusClass
    target_on: date | None
    confirmed_on: date | None
    last_code: str | None
    last_true_on: date | None
    last_completed_on: date | None
    last_corrects_id: int | None


def find_locked(organisation_id: int, ask_id: int) -> Position | None:
    """The current position of an item, locked until the transaction ends; None before any word about it."""
    row = read(_LOCKED, {"organisation": organisation_id, "ask": ask_id}).one_or_none()
    return Position(*row) if row else None


def locked(item: Item) -> Position:
    """The same, made on the first word about it."""
    place = {"organisation": item.organisation.organisation_id, "ask": item.ask.ask_id}
    row = read(_LOCKED, place).one_or_none()
    if row is None:
        insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
        new = insert(Progress).values(
            organisation_id=place["organisation"], ask_id=place["ask"], version=0, status_class=StatusClass.NO_UPDATE
        )
        session().execute(new.on_conflict_do_nothing(index_elements=["organisation_id", "ask_id"]))
        row = read(_LOCKED, place).one()
    return Position(*row)


def lock_all(places: Collection[tuple[int, int]]) -> None:
    """Lock the positions of organisations and asks in the one order in which everybody does.

    For whoever changes several in one transaction: call it before the first, whose audit the others would wait behind.
    """
    wanted, place = sorted(set(places)), sa.tuple_(Progress.organisation_id, Progress.ask_id)
    for start in range(0, len(wanted), MOST_AT_ONCE):
        chosen = place.in_(wanted[start : start + MOST_AT_ONCE])
        in_order = sa.select(Progress.id).where(chosen).order_by(Progress.organisation_id, Progress.ask_id)
        session().execute(in_order.with_for_update())


def move(position: Position, entry: Mapping[str, Any] | None = None, **changes: object) -> None:
    """Change the row behind a position, and count it, so that whoever opened a form before is told.

    ``entry`` are the columns of the entry that counts from now on, where it is another.
    """
    moved = {"version": position.version + 1} | changes
    session().connection().execute(_moving(tuple(sorted(changes))), {"progress": position.progress_id, **moved})
    kept.move(position.organisation_id, position.ask_id, moved, entry)


# Kept because building it takes longer than running it.
@lru_cache(maxsize=16)
def _moving(columns: tuple[str, ...]) -> sa.Update:
    changed: dict[str, Any] = {name: sa.bindparam(name) for name in ("version", *columns)}
    return sa.update(Progress).where(Progress.id == sa.bindparam("progress")).values(changed)


def is_saved(submission_key: str) -> bool:
    """Whether the form with this key was saved before: a double click, or a page sent twice."""
    return read(_SAVED, {"key": submission_key}).one_or_none() is not None


def check_version(position: Position, expected: int) -> None:
    """Raise ChangedMeanwhile where somebody else saved since the form was opened."""
    if position.version != expected:
        raise ChangedMeanwhile


def add_entry(
    item: Item | Told, position: Position, entry: ProgressEntry, *, verb: str, true_on: date | None = None
) -> int:
    """Complete an entry with who, where and when, move the current position to it, and audit the move; its id.

    It is true today, unless told otherwise. A correction moves the position only where it is of the entry that counts.
    """
    told = item.told if isinstance(item, Item) else item
    entry.organisation_id = told.organisation_id
    entry.ask_id = told.ask.ask_id
    entry.true_on = true_on or clock.today()
    entry.recorded_at = clock.now()
    entry.person_id = told.person_id
    entry.role = told.role
    before: dict[str, object] = {"status_class": position.status_class.value}
    if position.entry_id is not None:
        before |= {"status": position.last_code, "entry": position.entry_id}
    # Every save comes through here, and an object that the session watches would cost more than the statement.
    said = {name: value for name, value in vars(entry).items() if name in _COLUMNS}
    entry_id = session().connection().execute(_ADD, said).scalar_one()
    is_of_the_last = position.entry_id is not None and entry.corrects_id in (
        position.entry_id,
        position.last_corrects_id,
    )
    is_moved = entry.corrects_id is None or is_of_the_last
    if is_moved:
        # What was confirmed was the entry before.
        move(position, said, entry_id=entry_id, status_class=entry.status_class, confirmed_on=None)
    else:
        move(position)
    audit.record(
        verb=verb,
        subject=told.subject,
        by=told.person_id,
        role=told.role,
        organisation_code=told.organisation_code,
        before=before,
        # The words stand in the entry, which is never changed; the audit says which one it is.
        after={
            "status": entry.status_code,
            "status_class": entry.status_class.value,
            "entry": entry_id,
            "true_on": entry.true_on,
            "completed_on": entry.completed_on,
            "recovery_on": entry.recovery_on,
            "forecast_on": entry.forecast_on,
            "corrects": entry.corrects_id,
        },
    )
    if is_moved and StatusClass.DONE_ASSURED in (position.status_class, entry.status_class):
        effects.tell(
            effects.AssuranceMoved(told, entry.kind, entry.status_class, position.entry_id, entry_id, entry.body_id)
        )
    return int(entry_id)


_LOCKED = (
    sa.select(
        Progress.id,
        Progress.organisation_id,
        Progress.ask_id,
        Progress.version,
        Progress.entry_id,
        Progress.status_class,
        Progress.target_on,
        Progress.confirmed_on,
        ProgressEntry.status_code,
        ProgressEntry.true_on,
        ProgressEntry.completed_on,
        ProgressEntry.corrects_id,
    )
    .outerjoin(ProgressEntry, ProgressEntry.id == Progress.entry_id)
    .where(Progress.organisation_id == sa.bindparam("organisation"), Progress.ask_id == sa.bindparam("ask"))
    .with_for_update(of=Progress)
)
_SAVED = sa.select(ProgressEntry.id).where(ProgressEntry.submission_key == sa.bindparam("key"))
_COLUMNS = frozenset(column.name for column in ProgressEntry.__table__.columns)
_ADD = sa.insert(ProgressEntry).returning(ProgressEntry.id)
