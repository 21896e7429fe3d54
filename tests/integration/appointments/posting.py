"""Fills in the pages of who answers for what as people would, and reads what is stored; it asserts nothing."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from uuid import uuid4

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.accounts.models import Person
from tracker.accounts.rules import Viewer
from tracker.appointments import handing_over, service
from tracker.appointments.handing_over import HandingOver
from tracker.appointments.models import Appointment, AppointmentChange
from tracker.appointments.powers import Actor
from tracker.appointments.queries import version_of
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole, Term
from tracker.appointments.service import NewAppointment
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_open_organisation

TITLE = "Eight urgent actions to address health inequalities"
IN_POST = "/organisations/XN1/in-post"
APPOINT = f"{IN_POST}/appoint"

Sent = dict[str, str | list[str]]


def day(name: str, value: str) -> Sent:
    """The three boxes of a day, from "2 11 2020"; all empty for ""."""
    typed = value.split() or ["", "", ""]
    return {f"{name}-{part}": each for part, each in zip(("day", "month", "year"), typed, strict=True)}


LEAD: Sent = {
    "who": "new",
    "name": "Priya Ravensworth",
    "email": "priya@example.nhs.uk",
    "job_title": "Medical Director",
    "post": "executive_lead",
    **day("starts_on", "14 9 2020"),
    **day("ends_on", ""),
    "reason": "Said in October",
}
OWNER: Sent = LEAD | {
    "name": "Kit Larkin",
    "email": "",
    "job_title": "Matron",
    "post": "ask_owner",
    "asks": "8ua-2020/2.2",
}


def opened(client: FlaskClient, path: str) -> Sent:
    """The hidden fields of the form on a page."""
    page = client.get(path).get_data(as_text=True).split("<main", 1)[1]
    found = re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page)
    return dict(found) | {"submit": "yes"}


def send(client: FlaskClient, path: str, *fields: Sent, **changes: str | list[str]) -> TestResponse:
    """A form as it was opened just now, with these answers."""
    sent = opened(client, path)
    for each in fields:
        sent |= each
    return client.post(path, data=sent | changes)


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def ask_id(ref: str, framework: str = "8ua-2020") -> int:
    ask = read_catalogue().find_ask(framework, ref)
    assert ask is not None
    return ask.ask_id


def actor(viewer: Viewer, code: str = "XN1") -> Actor:
    return Actor(get_open_organisation(code), viewer)


def appoint(
    viewer: Viewer,
    who: ToAppoint | int,
    *refs: str,
    post: AppointmentRole | None = None,
    since: date = date(2020, 9, 1),
    until: date | None = None,
    job_title: str = "Matron",
    code: str = "XN1",
) -> None:
    """Somebody in a post, or the owner of asks, as the service records it."""
    role = post or AppointmentRole.ASK_OWNER
    chosen = who if isinstance(who, ToAppoint) else ToAppoint(who)
    here = actor(viewer, code)
    with transaction():
        new = NewAppointment(role, tuple(map(ask_id, refs)), chosen, job_title, Term(since, until))
        service.appoint(
            here, new, expected_version=version_of(here.organisation.organisation_id), submission_key=str(uuid4())
        )


def hand_over(
    viewer: Viewer, giver: int, to: int, on: date, *, code: str = "XN1", key: str = "", version: int | None = None
) -> bool:
    """Everything that somebody holds, to somebody else."""
    here = actor(viewer, code)
    with transaction():
        held = handing_over.held_by(here, giver)
        what = HandingOver(frozenset(each.appointment_id for each in held), ToAppoint(to), "Chief Nurse", on)
        return handing_over.hand_over_to(
            here,
            giver,
            what,
            expected_version=version_of(here.organisation.organisation_id) if version is None else version,
            submission_key=key or str(uuid4()),
        )


def stored(*, known: bool = True) -> list[tuple[str, str, str | None, date, date | None]]:
    """Who is recorded as what: name, post, ask, first and last day; what was superseded too, where asked for."""
    session().rollback()
    asks = read_catalogue().asks
    query = (
        sa.select(Person.name, Appointment.role, Appointment.ask_id, Appointment.starts_on, Appointment.ends_on)
        .join(Person, Person.id == Appointment.person_id)
        .order_by(Appointment.role, Appointment.ask_id, Appointment.starts_on, Appointment.id)
    )
    if known:
        query = query.where(Appointment.superseded_at.is_(None))
    return [
        (name, role.value, asks[ask].ref if ask else None, starts, ends)
        for name, role, ask, starts, ends in session().execute(query)
    ]


def changes() -> list[tuple[int, str]]:
    session().rollback()
    rows = session().execute(sa.select(AppointmentChange.number, AppointmentChange.kind).order_by(AppointmentChange.id))
    return [(number, kind.value) for number, kind in rows]


def id_of(name: str, ref: str | None = None) -> int:
    """The appointment of somebody that is known now; the one to a post where ``ref`` is "post"."""
    session().rollback()
    query = (
        sa.select(Appointment.id)
        .join(Person, Person.id == Appointment.person_id)
        .where(Person.name == name, Appointment.superseded_at.is_(None))
        .order_by(Appointment.id)
    )
    if ref is not None:
        query = query.where(Appointment.ask_id == (None if ref == "post" else ask_id(ref)))
    found = session().scalars(query).first()
    assert found is not None
    return found


def person_id_of(name: str) -> int:
    session().rollback()
    found = session().scalars(sa.select(Person.id).where(Person.name == name).order_by(Person.id.desc())).first()
    assert found is not None
    return found
