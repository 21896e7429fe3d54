"""Naming the executive lead of an organisation and adopting a framework; never commits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.models import Framework
from tracker.organisations.queries import OrganisationSummary, holds_on
from tracker.progress.models import Adoption, Appointment, AppointmentRole


@dataclass(frozen=True, slots=True)
class LeadDetails:
    """The answer to ask 6.1: who, in which post, reached how, from when to when."""

    name: str
    job_title: str
    email: str
    starts_on: date
    ends_on: date | None


def name_lead(organisation: OrganisationSummary, lead: LeadDetails, viewer: Viewer, role: str) -> None:
    """Record the executive lead; the same details again change nothing.

    A new person's appointment ends the one before on the day before it starts. Details of the same appointment (same
    start) are corrected: the old row is superseded and stays readable.
    """
    held = _latest(organisation.organisation_id)
    if held is not None and held.details == lead:
        return
    now = clock.now()
    if held is not None:
        _end_before(held.appointment, lead.starts_on)
    person_id = _person_of(held, lead)
    session().add(
        Appointment(
            organisation_id=organisation.organisation_id,
            person_id=person_id,
            role=AppointmentRole.EXECUTIVE_LEAD,
            job_title=lead.job_title,
            starts_on=lead.starts_on,
            ends_on=lead.ends_on,
            recorded_at=now,
        )
    )
    session().flush()
    audit.record(
        verb="lead named",
        subject=f"person {person_id}",
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        before={"person": held.person.id} if held else None,
        after={"person": person_id, "from": lead.starts_on, "to": lead.ends_on},
    )


def adopt_framework(organisation: OrganisationSummary, framework_code: str, viewer: Viewer, role: str) -> None:
    """Take up a framework from today; an adoption that already holds is left as it is."""
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
    audit.record(
        verb="framework adopted",
        subject=framework_code,
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        after={"from": today},
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """The appointment that was recorded last, and its person."""

    appointment: Appointment
    person: Person

    @property
    def details(self) -> LeadDetails:
        return LeadDetails(
            name=self.person.name,
            job_title=self.appointment.job_title,
            email=self.person.contact_email,
            starts_on=self.appointment.starts_on,
            ends_on=self.appointment.ends_on,
        )


def _latest(organisation_id: int) -> _Held | None:
    row = (
        session()
        .execute(
            sa.select(Appointment, Person)
            .join(Person, Person.id == Appointment.person_id)
            .where(
                Appointment.organisation_id == organisation_id,
                Appointment.role == AppointmentRole.EXECUTIVE_LEAD,
                Appointment.superseded_at.is_(None),
            )
            .order_by(Appointment.starts_on.desc(), Appointment.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    return _Held(row[0], row[1]) if row else None


def _end_before(appointment: Appointment, starts_on: date) -> None:
    """Close an appointment the day before the next one starts; one that starts no earlier was a mistake and goes."""
    if appointment.ends_on is not None and appointment.ends_on < starts_on:
        return
    now = clock.now()
    appointment.superseded_at = now
    if appointment.starts_on < starts_on:
        session().add(
            Appointment(
                organisation_id=appointment.organisation_id,
                person_id=appointment.person_id,
                role=appointment.role,
                job_title=appointment.job_title,
                starts_on=appointment.starts_on,
                ends_on=starts_on - timedelta(days=1),
                recorded_at=now,
            )
        )


def _person_of(held: _Held | None, lead: LeadDetails) -> int:
    """The person of the appointment: the one already there where name or address is the same, else a new one."""
    if held is not None and (held.person.name == lead.name or held.person.contact_email == lead.email):
        held.person.name, held.person.contact_email = lead.name, lead.email
        return held.person.id
    person = Person(name=lead.name, contact_email=lead.email, recorded_at=clock.now())
    session().add(person)
    session().flush()
    return person.id
