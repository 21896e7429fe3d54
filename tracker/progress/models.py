"""Tables of progress: append-only entries, the current position made from them, targets, appointments, adoptions.

Every fact has two times: ``true_on`` (or ``starts_on``/``ends_on``), London days on which it was true, and
``recorded_at`` (with ``superseded_at`` where it can be taken back), the instants at which the service knew it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import EntryKind


class AppointmentRole(StrEnum):
    EXECUTIVE_LEAD = "executive_lead"
    DEPUTY = "deputy"
    ASK_OWNER = "ask_owner"


class ProgressEntry(Base):
    """One thing said about one ask of one organisation. Rows are added, never changed and never deleted."""

    __tablename__ = "progress_entry"
    __table_args__ = (
        sa.Index("ix_progress_entry_item", "organisation_id", "ask_id", "true_on", "id"),
        sa.CheckConstraint("status_class <> 'no_update'", name="no_update_is_never_stored"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    kind: Mapped[EntryKind] = mapped_column(stored_enum(EntryKind))
    status_code: Mapped[str] = mapped_column(sa.String(40))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    narrative: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    recovery_on: Mapped[date | None]
    next_step: Mapped[str] = mapped_column(sa.Text, default="")
    next_step_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class Progress(Base):
    """Where one ask of one organisation stands now: made from the entries and targets, for lists and for locking."""

    __tablename__ = "progress"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "ask_id"),
        sa.Index("ix_progress_ask", "ask_id", "status_class"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    version: Mapped[int] = mapped_column(default=1)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("progress_entry.id"))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass), default=StatusClass.NO_UPDATE)
    target_on: Mapped[date | None]


class Target(Base):
    """One agreed local target, or its withdrawal (``target_on`` None). Rows are added, never changed."""

    __tablename__ = "target"
    __table_args__ = (sa.Index("ix_target_item", "organisation_id", "ask_id", "true_on", "id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    target_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class Appointment(Base):
    """A person in a role of an organisation, dated: the answer to ask 6.1. It needs no account."""

    __tablename__ = "appointment"
    __table_args__ = (
        sa.Index("ix_appointment_organisation", "organisation_id", "role", "superseded_at"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_start"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[AppointmentRole] = mapped_column(stored_enum(AppointmentRole))
    ask_id: Mapped[int | None] = mapped_column(sa.ForeignKey("ask.id"))
    job_title: Mapped[str] = mapped_column(sa.String(200))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Adoption(Base):
    """That an organisation took up a framework which is not automatic, from a day, perhaps until a day."""

    __tablename__ = "adoption"
    __table_args__ = (sa.Index("ix_adoption_organisation", "organisation_id", "framework_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
