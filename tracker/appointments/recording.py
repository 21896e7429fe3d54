"""How a change is written down: one organisation at a time, rows added and superseded, never changed; never commits."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.appointments.models import Appointment, AppointmentChange
from tracker.appointments.queries import version_of
from tracker.appointments.rows import InPost
from tracker.appointments.rules import AppointmentRole, ChangeKind, Term
from tracker.db import session
from tracker.organisations.models import Organisation


def lock(organisation_id: int) -> None:
    """Let one change after another be made in an organisation: the next waits for the end of this transaction.

    The organisation's own row is what they queue at. Whoever only refers to it does not wait.
    """
    session().execute(
        sa.select(Organisation.id).where(Organisation.id == organisation_id).with_for_update(key_share=True)
    )


def is_saved(submission_key: str) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(AppointmentChange.submission_key == submission_key))))


def begin(
    organisation_id: int,
    kind: ChangeKind,
    *,
    by: int,
    role: str,
    reason: str = "",
    submission_key: str | None = None,
) -> AppointmentChange:
    """The next change of an organisation. Call ``lock`` before."""
    change = AppointmentChange(
        organisation_id=organisation_id,
        number=version_of(organisation_id) + 1,
        kind=kind,
        reason=reason,
        recorded_at=clock.now(),
        person_id=by,
        role=role,
        submission_key=submission_key,
    )
    session().add(change)
    session().flush()
    return change


def add(
    change: AppointmentChange,
    person_id: int,
    role: AppointmentRole,
    ask_id: int | None,
    job_title: str,
    term: Term,
) -> int:
    """A person in a post; the id of the appointment."""
    appointment = Appointment(
        organisation_id=change.organisation_id,
        person_id=person_id,
        role=role,
        ask_id=ask_id,
        job_title=job_title,
        starts_on=term.starts_on,
        ends_on=term.ends_on,
        recorded_at=change.recorded_at,
        change_id=change.id,
    )
    session().add(appointment)
    session().flush()
    return appointment.id


def supersede(change: AppointmentChange, appointment: InPost) -> None:
    """Believe an appointment no longer; its row stays readable in the history and in what is asked as known before."""
    session().execute(
        sa.update(Appointment)
        .where(Appointment.id == appointment.appointment_id)
        .values(superseded_at=change.recorded_at, superseded_by_id=change.id)
    )


def re_date(change: AppointmentChange, appointment: InPost, term: Term) -> int:
    """Put the same with another time in the place of an appointment; the id of the new one."""
    supersede(change, appointment)
    return add(change, appointment.person_id, appointment.role, appointment.ask_id, appointment.job_title, term)


def add_person(name: str, email: str) -> int:
    """Somebody whom the service did not know yet, and who needs no account to be in post."""
    person = Person(name=name, contact_email=email, recorded_at=clock.now())
    session().add(person)
    session().flush()
    return person.id
