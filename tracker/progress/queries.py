"""Reads standings, history, named leads and adoptions; which rows a viewer may see comes in as a scope."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.rules import Scope
from tracker.db import read, session
from tracker.frameworks.catalogue import is_in_effect, is_known_revision, read_catalogue
from tracker.frameworks.models import AskContent, AskScope, Framework, FrameworkRevision
from tracker.frameworks.queries import AskNotFound
from tracker.frameworks.rules import OPEN_CLASSES, Enrolment, OrganisationType
from tracker.organisations.queries import holds_on, in_scope, organisations_as_at
from tracker.progress.models import Adoption, Appointment, AppointmentRole, Confirmation, Progress, ProgressEntry
from tracker.progress.rows import Body, Confirmed, Entry, NamedLead, OpenItem, Standing
from tracker.progress.rules import Applicability
from tracker.progress.standings import Standings, standings_as_at


def as_standing(row: Any) -> Standing:
    """A row of ``standings_as_at`` as a value: its first columns are the fields of ``Standing``, in their order."""
    return Standing(row[0], row[1], _APPLICABILITY[row[2]], *row[3:15])


_APPLICABILITY = {each.value: each for each in Applicability}


def standings_of(organisation_id: int, as_at: date) -> list[Standing]:
    """Where one organisation stands on everything it is tracked against, in no particular order."""
    statement = _of_one_organisation(standings_as_at(as_at, for_one_organisation=True))
    return [as_standing(row) for row in read(statement, {"organisation_id": organisation_id})]


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


@lru_cache(maxsize=16)
def _of_one_organisation(standings: Standings) -> sa.Select[Any]:
    return standings.select.where(standings.organisations.c.organisation_id == sa.bindparam("organisation_id"))


@lru_cache(maxsize=16)
def _of_one_ask(standings: Standings) -> sa.Select[Any]:
    return _of_one_organisation(standings).where(AskContent.ask_id == sa.bindparam("ask_id"))


def history_of(organisation_id: int, ask_id: int) -> list[Entry]:
    """Everything that was said about one ask, newest first, with the name of who said it while it is held.

    A correction stands above the entry that it corrects, and both below what was said later.
    """
    rows = session().execute(
        sa.select(ProgressEntry, Person.name)
        .outerjoin(Person, Person.id == ProgressEntry.person_id)
        .where(ProgressEntry.organisation_id == organisation_id, ProgressEntry.ask_id == ask_id)
        .order_by(
            ProgressEntry.true_on.desc(),
            sa.func.coalesce(ProgressEntry.corrects_id, ProgressEntry.id).desc(),
            ProgressEntry.id.desc(),
        )
    )
    return [_as_entry(entry, name) for entry, name in rows]


def confirmations_of(organisation_id: int, ask_id: int) -> list[Confirmed]:
    """Every day on which somebody said of one ask that nothing had changed, newest first."""
    rows = session().execute(
        sa.select(Confirmation.true_on, Confirmation.recorded_at, Person.name, Confirmation.role)
        .outerjoin(Person, Person.id == Confirmation.person_id)
        .where(Confirmation.organisation_id == organisation_id, Confirmation.ask_id == ask_id)
        .order_by(Confirmation.true_on.desc(), Confirmation.id.desc())
    )
    return [Confirmed(true_on, recorded_at, name or "", role) for true_on, recorded_at, name, role in rows]


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


def named_leads(
    as_at: date, known_at: datetime | None = None, *, organisation_ids: Collection[int] | None = None
) -> dict[int, NamedLead]:
    """The executive lead of each organisation on a day; where two are recorded, the one who started last."""
    is_narrowed = organisation_ids is not None
    rows = read(
        _named_leads(as_at, known_at, is_narrowed=is_narrowed),
        {"bodies": sorted(organisation_ids)} if organisation_ids is not None else {},
    )
    return {row[1]: NamedLead(*row) for row in rows}


@lru_cache(maxsize=16)
def _named_leads(as_at: date, known_at: datetime | None, *, is_narrowed: bool) -> sa.Executable:
    query = (
        sa.select(
            Appointment.id,
            Appointment.organisation_id,
            Appointment.person_id,
            Person.name,
            Appointment.job_title,
            Person.contact_email,
            Appointment.starts_on,
            Appointment.ends_on,
        )
        .join(Person, Person.id == Appointment.person_id)
        .where(Appointment.role == AppointmentRole.EXECUTIVE_LEAD, holds_on(Appointment, as_at, known_at))
        .order_by(Appointment.starts_on, Appointment.id)
    )
    if is_narrowed:
        return query.where(Appointment.organisation_id.in_(sa.bindparam("bodies", expanding=True)))
    return query


def adoptable_frameworks(
    organisation_id: int, organisation_type: OrganisationType, as_at: date
) -> list[tuple[str, str]]:
    """Code and title of each framework in force that this organisation may adopt and has not."""
    rows = read(
        _adoptable_frameworks(as_at), {"organisation_id": organisation_id, "organisation_type": organisation_type}
    )
    return [(code, title) for code, title in rows]


@lru_cache(maxsize=16)
def _adoptable_frameworks(as_at: date) -> sa.Select[str, str]:
    has_adopted = (
        sa.select(Adoption.id)
        .where(
            Adoption.organisation_id == sa.bindparam("organisation_id"),
            Adoption.framework_id == FrameworkRevision.framework_id,
            holds_on(Adoption, as_at),
        )
        .exists()
    )
    applies = (
        sa.select(AskScope.id)
        .join(AskContent, AskContent.id == AskScope.content_id)
        .where(
            AskContent.revision_id == FrameworkRevision.id,
            AskScope.organisation_type == sa.bindparam("organisation_type"),
        )
        .exists()
    )
    return (
        sa.select(Framework.code, FrameworkRevision.title)
        .join(FrameworkRevision, FrameworkRevision.framework_id == Framework.id)
        .where(
            is_known_revision(None),
            FrameworkRevision.enrolment == Enrolment.ADOPTED,
            is_in_effect(as_at),
            applies,
            sa.not_(has_adopted),
        )
        .order_by(FrameworkRevision.position)
    )


def open_items_due_by(horizon: date, *, on: date) -> Iterable[OpenItem]:
    """Every open ask that applies and whose deadline is not after the horizon, as things stand on a day.

    Ordered by organisation and deadline. Streams: two statements whatever the number of organisations.
    """
    catalogue = read_catalogue()
    standings = standings_as_at(on)
    organisations = standings.organisations.c
    rows = session().execute(
        standings.select.add_columns(organisations.code, organisations.name)
        .where(
            standings.deadline_on <= horizon,
            standings.status_class.in_(OPEN_CLASSES),
            sa.not_(AskScope.is_optional),
        )
        .order_by(organisations.organisation_id, standings.deadline_on, AskContent.ask_id),
        execution_options={"yield_per": 1000},
    )
    for row in rows:
        standing = as_standing(row)
        if standing.applicability is not Applicability.APPLIES or standing.deadline_on is None:
            continue
        ask = catalogue.asks[standing.ask_id]
        yield OpenItem(
            organisation_id=standing.organisation_id,
            organisation_code=row.code,
            organisation_name=row.name,
            ask_id=ask.ask_id,
            framework_code=ask.framework_code,
            action_number=ask.action_number,
            ask_ref=ask.ref,
            wording=ask.wording,
            deadline_on=standing.deadline_on,
            precision=None if standing.target_on else ask.precision,
            is_target=standing.target_on is not None,
            status_class=standing.status_class,
        )


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
