"""Naming the executive lead of an organisation and adopting a framework; never commits."""

from __future__ import annotations

from collections.abc import Sequence
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

    Details of an appointment already there (the same first day, or the same person in an overlapping time) correct it:
    the old row is superseded and stays readable. Otherwise the appointment before ends on the day before this one
    starts, and this one ends on the day before a later one starts, so that there is one lead on any day.
    """
    held = _held(organisation.organisation_id)
    if any(each.details == lead for each in held):
        return
    corrected = next((each for each in held if each.is_corrected_by(lead)), None)
    others = [each for each in held if each is not corrected]
    later = [each.appointment.starts_on for each in others if each.appointment.starts_on > lead.starts_on]
    if corrected is not None:
        corrected.appointment.superseded_at = clock.now()
    for each in others:
        if each.overlaps(lead) and each.appointment.starts_on < lead.starts_on:
            _end(each.appointment, lead.starts_on - timedelta(days=1))
    last_day = min([lead.ends_on or date.max, *(start - timedelta(days=1) for start in later)])
    person_id = _person_of(corrected, held, lead)
    appointment = Appointment(
        organisation_id=organisation.organisation_id,
        person_id=person_id,
        role=AppointmentRole.EXECUTIVE_LEAD,
        job_title=lead.job_title,
        starts_on=lead.starts_on,
        ends_on=None if last_day == date.max else last_day,
        recorded_at=clock.now(),
    )
    session().add(appointment)
    session().flush()
    was = corrected or (held[0] if held else None)
    audit.record(
        verb="lead named" if corrected is None else "lead corrected",
        subject=f"person {person_id}",
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        before=None if was is None else {"person": was.person.id, "appointment": was.appointment.id},
        after={
            "person": person_id,
            "appointment": appointment.id,
            "from": appointment.starts_on,
            "to": appointment.ends_on,
        },
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
    """An appointment that is known now, and its person."""

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

    def overlaps(self, lead: LeadDetails) -> bool:
        """Whether there is a day on which both hold."""
        return self.appointment.starts_on <= (lead.ends_on or date.max) and lead.starts_on <= (
            self.appointment.ends_on or date.max
        )

    def is_of(self, lead: LeadDetails) -> bool:
        """Whether name and address are the same. An address alone may be a shared mailbox, a name alone a namesake."""
        return (self.person.name, self.person.contact_email) == (lead.name, lead.email)

    def is_corrected_by(self, lead: LeadDetails) -> bool:
        return self.appointment.starts_on == lead.starts_on or (self.is_of(lead) and self.overlaps(lead))


def _held(organisation_id: int) -> list[_Held]:
    """Every appointment of an executive lead that is known now, the latest first."""
    rows = session().execute(
        sa.select(Appointment, Person)
        .join(Person, Person.id == Appointment.person_id)
        .where(
            Appointment.organisation_id == organisation_id,
            Appointment.role == AppointmentRole.EXECUTIVE_LEAD,
            Appointment.superseded_at.is_(None),
        )
        .order_by(Appointment.starts_on.desc(), Appointment.id.desc())
    )
    return [_Held(appointment, person) for appointment, person in rows]


def _end(appointment: Appointment, last_day: date) -> None:
    """Close an appointment: the row that knew no end is superseded by one that does."""
    appointment.superseded_at = clock.now()
    session().add(
        Appointment(
            organisation_id=appointment.organisation_id,
            person_id=appointment.person_id,
            role=appointment.role,
            job_title=appointment.job_title,
            starts_on=appointment.starts_on,
            ends_on=last_day,
            recorded_at=clock.now(),
        )
    )


def _person_of(corrected: _Held | None, held: Sequence[_Held], lead: LeadDetails) -> int:
    """The person of an appointment: known here by name and address, or one whose details are corrected, or new.

    Where an appointment is corrected and only the name or only the address changes, it is still the same person.
    """
    for each in held:
        if each.is_of(lead):
            return each.person.id
    if corrected is not None and (corrected.person.name == lead.name or corrected.person.contact_email == lead.email):
        corrected.person.name, corrected.person.contact_email = lead.name, lead.email
        return corrected.person.id
    person = Person(name=lead.name, contact_email=lead.email, recorded_at=clock.now())
    session().add(person)
    session().flush()
    return person.id
