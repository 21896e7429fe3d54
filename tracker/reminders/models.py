"""Tables of what people and organisations choose about reminders, closed and added; of which scheduler acts, and of the
last pass that was complete.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.mail.topics import Topic

IS_CURRENT = sa.text("superseded_at IS NULL")


class Snooze(Base):
    """That somebody is not to be reminded of an ask of an organisation until a day, and why.

    ``until_on`` is the day on which reminders begin again. Another one for the same ask takes the place of the first:
    it keeps the ``true_on`` of one that went on, and ends today where the ask is woken.
    """

    __tablename__ = "snooze"
    __table_args__ = (
        sa.Index("ix_snooze_item", "organisation_id", "ask_id"),
        sa.Index(
            "uq_snooze_current",
            *("person_id", "organisation_id", "ask_id"),
            unique=True,
            sqlite_where=IS_CURRENT,
            postgresql_where=IS_CURRENT,
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    true_on: Mapped[date]
    until_on: Mapped[date]
    reason: Mapped[str] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ReminderPreference(Base):
    """That somebody does without reminders of a topic, from one instant until another."""

    __tablename__ = "reminder_preference"
    __table_args__ = (
        sa.Index(
            "uq_reminder_preference_current",
            *("person_id", "topic"),
            unique=True,
            sqlite_where=IS_CURRENT,
            postgresql_where=IS_CURRENT,
        ),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"))
    topic: Mapped[Topic] = mapped_column(stored_enum(Topic))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class ReminderCadence(Base):
    """Which cadence an organisation has chosen for its dates, by its code in ``rules.toml``, until another is."""

    __tablename__ = "reminder_cadence"
    __table_args__ = (
        sa.Index(
            "uq_reminder_cadence_current",
            "organisation_id",
            unique=True,
            sqlite_where=IS_CURRENT,
            postgresql_where=IS_CURRENT,
        ),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    cadence: Mapped[str] = mapped_column(sa.String(40))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class SchedulerLease(Base):
    """Which scheduler process acts, until when, and when it last said that it is alive: real instants."""

    __tablename__ = "scheduler_lease"

    name: Mapped[str] = mapped_column(sa.String(40), unique=True)
    holder: Mapped[str] = mapped_column(sa.String(36))
    until: Mapped[datetime]
    renewed_at: Mapped[datetime]


class CompletePass(Base):
    """The last pass that left nothing undecided: its day, when it began to read, and a hash of the rules it went by.

    One row. Without it the next pass looks at everything, so it may be deleted at any time.
    """

    __tablename__ = "complete_pass"
    __table_args__ = (sa.CheckConstraint("id = 1", name="one_row"),)

    made_for: Mapped[date]
    began_at: Mapped[datetime]
    rules: Mapped[str] = mapped_column(sa.String(64))
