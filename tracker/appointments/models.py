"""Tables of appointments: who is in which post from when to when, and every change that was made to that record.

A row of ``appointment`` is never changed but for being superseded, and names the change that added it and the one that
superseded it. Changes are numbered within their organisation: the number is what two who edit at once are told by.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.appointments.rules import LONGEST_JOB_TITLE, AppointmentRole, ChangeKind
from tracker.db import Base, stored_enum


class AppointmentChange(Base):
    """One thing that somebody did to the record of who answers for what in an organisation."""

    __tablename__ = "appointment_change"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "number"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[int]
    kind: Mapped[ChangeKind] = mapped_column(stored_enum(ChangeKind))
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class Appointment(Base):
    """A person in a post of an organisation, dated: the answer to ask 6.1. It needs no account."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index("ix_appointment_organisation", "organisation_id", "role", "superseded_at"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
        sa.CheckConstraint("(role = 'ask_owner') = (ask_id IS NOT NULL)", name="owners_have_an_ask"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[AppointmentRole] = mapped_column(stored_enum(AppointmentRole))
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ask.id"))
    job_title: Mapped[str] = mapped_column(sa.String(LONGEST_JOB_TITLE))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    change_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment_change.id"))
    """The change that added the row; None for what was recorded before changes were kept."""
    superseded_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment_change.id"))
