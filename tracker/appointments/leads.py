"""Naming the executive lead on the page of the ask that records one (6.1): by name and address; never commits.

Whoever fills that page in types the details and chooses nobody from a list, so it says here when they are those of
somebody known. Everything else about posts is ``service.py``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Account, Person
from tracker.accounts.rules import Viewer
from tracker.appointments import effects, recording
from tracker.appointments.models import Appointment
from tracker.appointments.queries import select_in_post
from tracker.appointments.rows import InPost
from tracker.appointments.rules import AppointmentRole, ChangeKind, Term
from tracker.appointments.service import make_room
from tracker.audit import service as audit
from tracker.db import session
from tracker.organisations.queries import OrganisationSummary


@dataclass(frozen=True, slots=True)
class LeadDetails:
    """The answer to ask 6.1: who, in which post, reached how, from when to when."""

    name: str
    job_title: str
    email: str
    starts_on: date
    ends_on: date | None
    reason: str = field(default="", compare=False)
    """Why it is recorded later than it was true; the same lead for another reason is no change."""

    @property
    def in_words(self) -> str:
        return f"{self.name}, {self.job_title}"

    @property
    def term(self) -> Term:
        return Term(self.starts_on, self.ends_on)

    def corrects(self, before: LeadDetails) -> bool:
        """Whether these put right what was recorded, rather than name the next lead: the same first day, or the same
        person in an overlapping time.
        """
        return self.starts_on == before.starts_on or (self.is_same_person(before) and self.term.overlaps(before.term))

    def is_same_person(self, other: LeadDetails) -> bool:
        """Whether name and address are the same. An address alone may be a shared mailbox, a name alone a namesake."""
        return (self.name, self.email) == (other.name, other.email)


def name_lead(organisation: OrganisationSummary, lead: LeadDetails, viewer: Viewer, role: str) -> None:
    """Record the executive lead; the same details again change nothing.

    Details of an appointment already there (``LeadDetails.corrects``) correct it: the old row is superseded and stays
    readable. Otherwise the appointment before ends on the day before this one starts, and this one ends on the day
    before a later one starts, so that there is one lead on any day.
    """
    recording.lock(organisation.organisation_id)
    held = _held(organisation.organisation_id)
    if any(each.details == lead for each in held):
        return
    corrected = next((each for each in held if lead.corrects(each.details)), None)
    change = recording.begin(
        organisation.organisation_id,
        ChangeKind.APPOINTED if corrected is None else ChangeKind.CORRECTED,
        by=viewer.person_id,
        role=role,
        reason=lead.reason,
    )
    if corrected is not None:
        recording.supersede(change, corrected.appointment)
    post = AppointmentRole.EXECUTIVE_LEAD
    term = make_room(change, post, lead.term, [each.appointment for each in held if each is not corrected])
    person_id = _person_of(corrected, held, lead)
    appointment_id = recording.add(change, person_id, post, None, lead.job_title, term)
    was = corrected or (held[0] if held else None)
    effects.tell(effects.PostsChanged(organisation.organisation_id, organisation.code, viewer.person_id, role))
    audit.record(
        verb="lead named" if corrected is None else "lead corrected",
        subject=f"person {person_id}",
        by=viewer.person_id,
        role=role,
        organisation_code=organisation.code,
        before=None
        if was is None
        else {"person": was.appointment.person_id, "appointment": was.appointment.appointment_id},
        after={"person": person_id, "appointment": appointment_id, "from": term.starts_on, "to": term.ends_on},
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """An appointment that is known now, and how its person is reached."""

    appointment: InPost
    email: str
    is_shared: bool
    """Whether others rely on the person's details: they sign in, or are in post somewhere else."""

    @property
    def details(self) -> LeadDetails:
        held = self.appointment
        return LeadDetails(held.name, held.job_title, self.email, held.starts_on, held.ends_on)


def _held(organisation_id: int) -> list[_Held]:
    """Every appointment of an executive lead that is known now, the latest first."""
    elsewhere = sa.orm.aliased(Appointment)
    is_shared = sa.or_(
        sa.exists().where(Account.person_id == Person.id),
        sa.exists().where(elsewhere.person_id == Person.id, elsewhere.organisation_id != organisation_id),
    )
    rows = session().execute(
        select_in_post()
        .add_columns(Person.contact_email, is_shared)
        .where(
            Appointment.organisation_id == organisation_id,
            Appointment.role == AppointmentRole.EXECUTIVE_LEAD,
            Appointment.superseded_at.is_(None),
        )
        .order_by(Appointment.starts_on.desc(), Appointment.id.desc())
    )
    return [_Held(InPost(*columns), email, shared) for *columns, email, shared in rows]


def _person_of(corrected: _Held | None, held: Sequence[_Held], lead: LeadDetails) -> int:
    """The person of an appointment: known here by name and address, or one whose details are corrected, or new.

    Where an appointment is corrected and only the name or only the address changes, it is still the same person. The
    details of somebody who signs in are their own, and those of somebody who is in post elsewhere belong to that body
    too: what differs from them is somebody new, who signs in nowhere.
    """
    for each in held:
        if lead.is_same_person(each.details):
            return each.appointment.person_id
    is_same_person = corrected is not None and (
        corrected.appointment.name == lead.name or corrected.email == lead.email
    )
    if corrected is not None and is_same_person and not corrected.is_shared:
        person_id = corrected.appointment.person_id
        session().execute(
            sa.update(Person).where(Person.id == person_id).values(name=lead.name, contact_email=lead.email)
        )
        return person_id
    return recording.add_person(lead.name, lead.email)
