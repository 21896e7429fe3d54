"""Reads standings, history and adoptions; which rows a viewer may see comes in as a scope."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.accounts.rules import Scope
from tracker.db import read, session
from tracker.frameworks.catalogue import is_known_revision
from tracker.frameworks.models import AskContent, Framework, FrameworkRevision
from tracker.frameworks.queries import AskNotFound
from tracker.organisations.queries import OrganisationSummary, holds_on, in_scope, organisations_as_at
from tracker.progress.models import Adoption, Confirmation, Progress, ProgressEntry
from tracker.progress.rows import Body, Confirmed, Entry, Standing
from tracker.progress.rules import Applicability
from tracker.progress.standings import Standings, standings_as_at


def as_standing(row: Any) -> Standing:
    """A row of ``standings_as_at`` as a value: its first columns are the fields of ``Standing``, in their order."""
    return Standing(row[0], row[1], _APPLICABILITY[row[2]], *row[3:18])


_APPLICABILITY = {each.value: each for each in Applicability}


def standings_of(organisation_id: int, as_at: date) -> list[Standing]:
    """Where one organisation stands on everything it is tracked against, in no particular order."""
    statement = _of_one_organisation(standings_as_at(as_at, for_one_organisation=True))
    return [as_standing(row) for row in read(statement, {"organisation_id": organisation_id})]


def tracked_asks(organisation: OrganisationSummary, on: date) -> frozenset[int]:
    """The ids of the asks that are tracked for an organisation on a day, optional and to-confirm ones too."""
    return frozenset(standing.ask_id for standing in standings_of(organisation.organisation_id, on))


def get_standing(organisation_id: int, ask_id: int, as_at: date, known_at: datetime | None = None) -> Standing:
    """Where one organisation stands on one ask. Raises AskNotFound, a 404, when it is not tracked for it that day."""
    statement = _of_one_ask(standings_as_at(as_at, known_at, for_one_organisation=True))
    row = read(statement, {"organisation_id": organisation_id, "ask_id": ask_id}).one_or_none()
    if row is None:
        raise AskNotFound
    return as_standing(row)


def find_standing(organisation_id: int, ask_id: int, as_at: date, known_at: datetime | None = None) -> Standing | None:
    """The same, or None where it was not tracked for it that day, as far as was known."""
    try:
        return get_standing(organisation_id, ask_id, as_at, known_at)
    except AskNotFound:
        return None


@lru_cache(maxsize=32)
def _of_one_organisation(standings: Standings) -> sa.Select[Any]:
    return standings.select.where(standings.organisations.c.organisation_id == sa.bindparam("organisation_id"))


@lru_cache(maxsize=32)
def _of_one_ask(standings: Standings) -> sa.Select[Any]:
    return _of_one_organisation(standings).where(AskContent.ask_id == sa.bindparam("ask_id"))


def history_of(organisation_id: int, ask_id: int) -> list[Entry]:
    """Everything that was said about one ask, newest first, with the name of who said it while it is held.

    A correction stands above the entry that it corrects, and both below what was said later.
    """
    rows = session().execute(_entries(organisation_id, ask_id))
    return [_as_entry(entry, name) for entry, name in rows]


def said_of(organisation_id: int, ask_id: int) -> tuple[list[Entry], list[Confirmed]]:
    """The same with every confirmation of an entry that nothing had changed, in one statement; newest first."""
    confirmer = aliased(Person)
    rows = session().execute(
        _entries(organisation_id, ask_id)
        .outerjoin(Confirmation, Confirmation.entry_id == ProgressEntry.id)
        .outerjoin(confirmer, confirmer.id == Confirmation.person_id)
        .add_columns(Confirmation.true_on, Confirmation.recorded_at, confirmer.name, Confirmation.role)
        .order_by(Confirmation.true_on.desc(), Confirmation.id.desc())
    )
    entries: dict[int, Entry] = {}
    confirmed = []
    for entry, name, true_on, recorded_at, confirmer_name, role in rows:
        if entry.id not in entries:
            entries[entry.id] = _as_entry(entry, name)
        if true_on is not None:
            confirmed.append(Confirmed(true_on, recorded_at, confirmer_name or "", role))
    return list(entries.values()), confirmed


def _entries(organisation_id: int, ask_id: int) -> sa.Select[ProgressEntry, str]:
    return (
        sa.select(ProgressEntry, Person.name)
        .outerjoin(Person, Person.id == ProgressEntry.person_id)
        .where(ProgressEntry.organisation_id == organisation_id, ProgressEntry.ask_id == ask_id)
        .order_by(
            ProgressEntry.true_on.desc(),
            sa.func.coalesce(ProgressEntry.corrects_id, ProgressEntry.id).desc(),
            ProgressEntry.id.desc(),
        )
    )


def find_entry(entry_id: int | None) -> Entry | None:
    """One entry by its id."""
    row = (
        session()
        .execute(
            sa.select(ProgressEntry, Person.name)
            .outerjoin(Person, Person.id == ProgressEntry.person_id)
            .where(ProgressEntry.id == entry_id)
        )
        .one_or_none()
    )
    return _as_entry(row[0], row[1]) if row else None


def get_entry(entry_id: int) -> Entry:
    """The same, of an id that was read a moment before."""
    entry = find_entry(entry_id)
    if entry is None:
        raise LookupError(f"There is no entry {entry_id}.")
    return entry


def _as_entry(entry: ProgressEntry, name: str | None) -> Entry:
    return Entry(
        entry_id=entry.id,
        kind=entry.kind,
        status_code=entry.status_code,
        status_class=entry.status_class,
        narrative=entry.narrative,
        reason=entry.reason,
        recovery_on=entry.recovery_on,
        next_step=entry.next_step,
        next_step_on=entry.next_step_on,
        completed_on=entry.completed_on,
        forecast_on=entry.forecast_on,
        review_on=entry.review_on,
        blocked_by=entry.blocked_by,
        true_on=entry.true_on,
        backdating_reason=entry.backdating_reason,
        corrects_id=entry.corrects_id,
        recorded_at=entry.recorded_at,
        person_id=entry.person_id,
        person_name=name or "",
        role=entry.role,
    )


def version_of(organisation_id: int, ask_id: int) -> int:
    """The number a form carries, so that a save knows whether somebody else saved in between; 0 before any record."""
    version = session().scalar(
        sa.select(Progress.version).where(Progress.organisation_id == organisation_id, Progress.ask_id == ask_id)
    )
    return version or 0


@dataclass(frozen=True, slots=True)
class Adopted:
    """A framework that an organisation took up, since a day."""

    adoption_id: int
    title: str
    since: date


def find_adoption(organisation_id: int, framework_code: str, as_at: date) -> Adopted | None:
    """The adoption of a framework that holds for an organisation on a day and has no end."""
    row = read(
        sa.select(Adoption.id, FrameworkRevision.title, Adoption.starts_on)
        .join(Framework, Framework.id == Adoption.framework_id)
        .join(FrameworkRevision, FrameworkRevision.framework_id == Framework.id)
        .where(
            Adoption.organisation_id == organisation_id,
            Framework.code == framework_code,
            Adoption.ends_on.is_(None),
            holds_on(Adoption, as_at),
            is_known_revision(None),
        )
    ).one_or_none()
    return Adopted(*row) if row else None


def bodies_in(scope: Scope, as_at: date, known_at: datetime | None = None) -> dict[int, Body]:
    """Every organisation of a scope that was open on a day, by id, in the order of their codes."""
    organisations = organisations_as_at(as_at, known_at)
    columns = organisations.c
    rows = session().execute(
        sa.select(
            columns.organisation_id,
            columns.code,
            columns.name,
            columns.organisation_type,
            columns.system_code,
            columns.system_name,
            columns.region_code,
            columns.region_name,
        )
        .where(in_scope(organisations, scope))
        .order_by(columns.code)
    )
    return {row[0]: Body(*row) for row in rows}
