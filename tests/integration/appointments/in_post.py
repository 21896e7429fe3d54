"""Puts people into post in an organisation, in the caller's transaction: for the tests of access and of the audit."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.appointments import handing_over, queries, service
from tracker.appointments.models import Appointment
from tracker.appointments.powers import Actor
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole, Term
from tracker.db import session
from tracker.frameworks.models import Ask, Framework
from tracker.organisations.models import Organisation
from tracker.organisations.queries import get_open_organisation

SINCE = date(2020, 9, 1)
KIT = ToAppoint(None, "Kit Larkin", "kit@example.nhs.uk")
APPOINTED = {
    "who": "new",
    "name": "Kit {fresh}",
    "email": "{fresh}@example.nhs.uk",
    "job_title": "Matron",
    "post": "ask_owner",
    "asks": "8ua-2020/2.3",
    "starts_on-day": "2",
    "starts_on-month": "11",
    "starts_on-year": "2020",
    "version": "{version_to_appoint}",
    "reason": "Why",
}
FROM_TODAY = {"what": "{appointment}", "on-day": "2", "on-month": "11", "on-year": "2020", "reason": "Why"}
LAST_DAY = {"last_day-day": "31", "last_day-month": "10", "last_day-year": "2020", "reason": "Why"}


def owner_row(person_id: int, code: str) -> int:
    """Somebody as the owner of ask 2.2 of an organisation since September; the id of the appointment."""
    session().rollback()
    ask = sa.select(Ask.id).join(Framework, Framework.id == Ask.framework_id)
    appointment = Appointment(
        organisation_id=session().scalars(sa.select(Organisation.id).where(Organisation.code == code)).one(),
        person_id=person_id,
        role=AppointmentRole.ASK_OWNER,
        ask_id=session().scalars(ask.where(Framework.code == "8ua-2020", Ask.ref == "2.2")).one(),
        job_title="Matron",
        starts_on=SINCE,
        recorded_at=clock.now(),
    )
    session().add(appointment)
    session().commit()
    return appointment.id


def version(code: str) -> int:
    """The number of the last change in an organisation."""
    session().rollback()
    return queries.version_of(session().scalars(sa.select(Organisation.id).where(Organisation.code == code)).one())


def appointed(viewer: Viewer, who: ToAppoint = KIT) -> int:
    """Somebody as the deputy of XN1; their number."""
    actor = _actor(viewer)
    new = service.NewAppointment(AppointmentRole.DEPUTY, (), who, "Matron of Robin", Term(SINCE))
    here = actor.organisation.organisation_id
    service.appoint(actor, new, expected_version=queries.version_of(here), submission_key=str(uuid4()))
    return _deputy(viewer).person_id


def corrected(viewer: Viewer) -> None:
    person_id = appointed(viewer)
    held, who = _deputy(viewer), ToAppoint(person_id)
    said = {"reason": "Robin erred", "submission_key": str(uuid4())}
    service.correct(_actor(viewer), held.appointment_id, who, "Chief Nurse", held.term, **said)


def ended(viewer: Viewer) -> None:
    appointed(viewer)
    last, said = Term(SINCE, date(2020, 10, 31)), {"reason": "Robin knows", "submission_key": str(uuid4())}
    service.end(_actor(viewer), _deputy(viewer).appointment_id, last, **said)


def withdrawn(viewer: Viewer) -> None:
    appointed(viewer)
    said = {"reason": "Robin erred", "submission_key": str(uuid4())}
    service.withdraw(_actor(viewer), _deputy(viewer).appointment_id, **said)


def handed_over(viewer: Viewer) -> None:
    giver, actor = appointed(viewer), _actor(viewer)
    what = handing_over.HandingOver(
        frozenset({_deputy(viewer).appointment_id}), ToAppoint(viewer.person_id), "Chief Nurse", clock.today()
    )
    here = actor.organisation.organisation_id
    version = queries.version_of(here)
    handing_over.hand_over_to(actor, giver, what, expected_version=version, submission_key=str(uuid4()))


def _actor(viewer: Viewer) -> Actor:
    return Actor(get_open_organisation("XN1"), viewer)


def _deputy(viewer: Viewer) -> queries.InPost:
    recorded = queries.ever_in_post(_actor(viewer).organisation.organisation_id)
    return next(each for each in recorded if each.role is AppointmentRole.DEPUTY)
