"""Reads who is in which post, who could be, and who owns which ask; it writes nothing.

Which organisation may be read is asked before. People are told apart by their number, never by an address.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker import clock
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import POWERS, Permission, Role
from tracker.appointments.models import Appointment, AppointmentChange
from tracker.appointments.rows import AskChoice, InPost, NamedLead, OwnedAsk, PersonHere
from tracker.appointments.rules import AppointmentRole
from tracker.db import read, session
from tracker.frameworks.catalogue import is_in_effect, is_known_revision, read_catalogue
from tracker.frameworks.models import AskContent, AskScope, FrameworkRevision
from tracker.organisations.models import Organisation, OrganisationKind, OrganisationService
from tracker.organisations.queries import OrganisationSummary, holds_on
from tracker.web.wording import day

UPDATING = frozenset(role for role, powers in POWERS.items() if Permission.UPDATE_PROGRESS in powers)
"""Who may say how an ask stands, and so can do something about a reminder of it."""


class AppointmentNotFound(NotFound):
    """No such appointment, or nobody like that, in this organisation."""

    description = "There is no such appointment in this organisation. Check the address."


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


def ids_of_led(on: date) -> sa.Select[int]:
    """The ids of the organisations that have an executive lead in post on a day, for a condition of another select."""
    post = aliased(Appointment)
    return sa.select(post.organisation_id).where(post.role == AppointmentRole.EXECUTIVE_LEAD, holds_on(post, on))


def ever_in_post(organisation_id: int, *, also_superseded: bool = False) -> list[InPost]:
    """Every appointment of an organisation as known now, past and coming ones too: by post, ask and first day."""
    query = select_in_post().where(Appointment.organisation_id == organisation_id)
    if not also_superseded:
        query = query.where(Appointment.superseded_at.is_(None))
    order = (Appointment.role, Appointment.ask_id, Appointment.starts_on, Appointment.id)
    return [InPost(*row) for row in session().execute(query.order_by(*order))]


def get_in_post(organisation_id: int, appointment_id: int) -> InPost:
    """One appointment, superseded or not. Raises AppointmentNotFound, a 404, for one of another organisation too."""
    query = select_in_post().where(Appointment.organisation_id == organisation_id, Appointment.id == appointment_id)
    row = session().execute(query).one_or_none()
    if row is None:
        raise AppointmentNotFound
    return InPost(*row)


def select_in_post() -> sa.Select[Any]:
    """The columns of an ``InPost``, to be narrowed and ordered."""
    columns: tuple[Any, ...] = (
        Appointment.id,
        Appointment.organisation_id,
        Appointment.person_id,
        Person.name,
        Appointment.role,
        Appointment.ask_id,
        Appointment.job_title,
        Appointment.starts_on,
        Appointment.ends_on,
        Appointment.superseded_at.is_not(None),
    )
    return sa.select(*columns).join(Person, Person.id == Appointment.person_id)


def version_of(organisation_id: int) -> int:
    """The number of the last change in an organisation: what forms carry, 0 before any."""
    return (
        session().scalar(
            sa.select(sa.func.max(AppointmentChange.number)).where(AppointmentChange.organisation_id == organisation_id)
        )
        or 0
    )


def people_here(organisation_id: int, *, roles: Collection[Role] = UPDATING) -> list[PersonHere]:
    """Who can be chosen: those who hold one of these roles here and can sign in, and all who were ever appointed here.

    By name, each once. Somebody of both sorts is described by the role that they hold.
    """
    is_appointed = sa.exists().where(
        Appointment.person_id == Person.id,
        Appointment.organisation_id == organisation_id,
        Appointment.superseded_at.is_(None),
    )
    held = (
        sa.select(Membership.person_id, Membership.role, Membership.granted_at, Membership.id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.organisation_id == organisation_id,
            Membership.ended_at.is_(None),
            Membership.role.in_(roles),
            Account.is_active,
        )
        .subquery()
    )
    rows = session().execute(
        sa.select(Person.id, Person.name, Person.contact_email, held.c.role, held.c.granted_at)
        .outerjoin(held, held.c.person_id == Person.id)
        .where(sa.or_(held.c.id.is_not(None), is_appointed), Person.name != "")
        .order_by(sa.func.lower(Person.name), Person.id, held.c.id)
    )
    found: dict[int, PersonHere] = {}
    for person_id, name, email, role, granted_at in rows:
        described = "Has been appointed here"
        if role is not None:
            described = f"{role.label} here since {day(clock.london_day(granted_at))}"
        before = found.get(person_id)
        if before is None:
            found[person_id] = PersonHere(person_id, name, email, described, role in UPDATING)
        elif role in UPDATING and not before.gets_reminders:
            found[person_id] = PersonHere(person_id, name, email, described, True)
    return list(found.values())


def asks_owned_by(person_id: int, on: date) -> list[OwnedAsk]:
    """Every ask that somebody owns on a day, in whichever organisation; by its code and the ask's number."""
    rows = session().execute(
        sa.select(
            Appointment.organisation_id,
            Organisation.code,
            Appointment.ask_id,
            sa.func.min(Appointment.starts_on),
        )
        .join(Organisation, Organisation.id == Appointment.organisation_id)
        .where(
            Appointment.person_id == person_id,
            Appointment.role == AppointmentRole.ASK_OWNER,
            holds_on(Appointment, on),
        )
        .group_by(Appointment.organisation_id, Organisation.code, Appointment.ask_id)
        .order_by(Organisation.code, Appointment.ask_id)
    )
    return [OwnedAsk(body, code, ask_id, since) for body, code, ask_id, since in rows if ask_id is not None]


def asks_for(organisation: OrganisationSummary, on: date, *, besides: Collection[int] = ()) -> Mapping[int, AskChoice]:
    """The asks and steps in force that are asked of this body, by id and in their order.

    Those of its type, but none of a service that it said it does not run. ``besides`` are asks that somebody was
    recorded for, which stay to be named whatever became of them.
    """
    scoped = set(read(_asks_of(on), {"organisation_id": organisation.organisation_id}).scalars())
    return {
        ask.ask_id: AskChoice(
            ask.ask_id,
            ask.framework_code,
            ask.framework_title,
            ask.ref,
            ask.wording,
            ask.is_adopted,
            is_asked=ask.ask_id in scoped,
        )
        for ask in read_catalogue().asks.values()
        if ask.ask_id in scoped or ask.ask_id in besides
    }


@lru_cache(maxsize=4)
def _asks_of(on: date) -> sa.Select[int]:
    return asks_asked_of(sa.bindparam("organisation_id"), on)


def asks_asked_of(organisation_id: Any, on: date) -> sa.Select[int]:
    """The numbers of the asks of every framework in force for one body: its type's, its services being asked first."""
    denied = sa.exists().where(
        OrganisationService.organisation_id == organisation_id,
        OrganisationService.service == AskScope.service,
        OrganisationService.is_provided.is_(False),
        holds_on(OrganisationService, on),
    )
    return (
        sa.select(AskContent.ask_id)
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .join(OrganisationKind, OrganisationKind.organisation_type == AskScope.organisation_type)
        .where(
            is_known_revision(None),
            is_in_effect(on),
            OrganisationKind.organisation_id == organisation_id,
            holds_on(OrganisationKind, on),
            sa.not_(denied),
        )
    )
