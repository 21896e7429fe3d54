"""Reads every change that was made to the record of who answers for what in an organisation; it writes nothing."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.appointments.models import Appointment, AppointmentChange
from tracker.appointments.queries import select_in_post
from tracker.appointments.rows import Change, InPost
from tracker.appointments.rules import ChangeKind
from tracker.db import session


def changes_of(organisation_id: int) -> list[Change]:
    """Everything that was recorded, newest first, in two statements."""
    added: dict[int, list[InPost]] = {}
    superseded: dict[int, list[InPost]] = {}
    from_before: list[Change] = []
    rows = session().execute(
        select_in_post()
        .add_columns(Appointment.change_id, Appointment.superseded_by_id, Appointment.recorded_at)
        .where(Appointment.organisation_id == organisation_id)
        .order_by(Appointment.role, Appointment.ask_id, Appointment.starts_on, Appointment.id)
    )
    for *columns, change_id, superseded_by_id, recorded_at in rows:
        appointment = InPost(*columns)
        if change_id is None:
            from_before.append(Change(0, ChangeKind.APPOINTED, "", recorded_at, "", "", (appointment,), ()))
        else:
            added.setdefault(change_id, []).append(appointment)
        if superseded_by_id is not None:
            superseded.setdefault(superseded_by_id, []).append(appointment)
    changes = session().execute(
        sa.select(AppointmentChange, Person.name)
        .join(Person, Person.id == AppointmentChange.person_id)
        .where(AppointmentChange.organisation_id == organisation_id)
        .order_by(AppointmentChange.number.desc())
    )
    told = [
        Change(
            number=change.number,
            kind=change.kind,
            reason=change.reason,
            recorded_at=change.recorded_at,
            person_name=name,
            role=change.role,
            added=tuple(added.get(change.id, ())),
            superseded=tuple(superseded.get(change.id, ())),
        )
        for change, name in changes
    ]
    return told + sorted(from_before, key=lambda each: each.recorded_at, reverse=True)
