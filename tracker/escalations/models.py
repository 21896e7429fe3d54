"""Tables of escalation: one record for each spell of an overdue ask, and everything that was done about it.

What was done is added and never changed. The record beside it says how far it has come, made from that, for lists; of
two at once, the row of the ask in ``progress`` is what they queue at.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.escalations.rules import Ending, EventKind, Judgement


class Escalation(Base):
    """How far one ask of one organisation was escalated against one deadline; see ``rules.Record``."""

    __tablename__ = "escalation"
    __table_args__ = (
        sa.Index("ix_escalation_item", "organisation_id", "ask_id", "deadline_on"),
        sa.Index(
            "uq_escalation_open",
            "organisation_id",
            "ask_id",
            unique=True,
            postgresql_where=sa.text("closed_on IS NULL"),
            sqlite_where=sa.text("closed_on IS NULL"),
        ),
        sa.CheckConstraint("(closed_on IS NULL) = (closed_at IS NULL)", name="closed_has_both_times"),
        sa.CheckConstraint("(closed_on IS NULL) = (ending IS NULL)", name="closed_says_why"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    deadline_on: Mapped[date]
    level: Mapped[str | None] = mapped_column(sa.String(40))
    told: Mapped[str | None] = mapped_column(sa.String(40))
    raised_on: Mapped[date | None]
    response_due_on: Mapped[date | None]
    is_answered: Mapped[bool] = mapped_column(default=False)
    quiet_until: Mapped[date | None]
    ending: Mapped[Ending | None] = mapped_column(stored_enum(Ending))
    closed_on: Mapped[date | None]
    closed_at: Mapped[datetime | None]
    recorded_at: Mapped[datetime]


class EscalationEvent(Base):
    """One thing done about an escalation: raised, answered, judged, held or closed. Rows are added, never changed."""

    __tablename__ = "escalation_event"
    __table_args__ = (
        sa.Index("ix_escalation_event_item", "organisation_id", "ask_id", "id"),
        sa.CheckConstraint("(kind = 'raised') = (level IS NOT NULL)", name="raised_says_to_whom"),
        sa.CheckConstraint("(kind = 'raised') = (told IS NOT NULL)", name="raised_says_who_was_told"),
        sa.CheckConstraint("(kind = 'raised') = (response_due_on IS NOT NULL)", name="raised_says_until_when"),
        sa.CheckConstraint("(kind = 'judged') = (judgement IS NOT NULL)", name="judged_says_how"),
        sa.CheckConstraint("(kind = 'closed') = (ending IS NOT NULL)", name="closed_says_why"),
        sa.CheckConstraint("kind <> 'held' OR quiet_until IS NOT NULL", name="held_says_until_when"),
    )

    escalation_id: Mapped[int] = mapped_column(sa.ForeignKey("escalation.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    kind: Mapped[EventKind] = mapped_column(stored_enum(EventKind))
    level: Mapped[str | None] = mapped_column(sa.String(40))
    # Whom it reached: a post may be vacant. A code of the ladder or a word of its rules, never a person.
    told: Mapped[str | None] = mapped_column(sa.String(40))
    response_due_on: Mapped[date | None]
    judgement: Mapped[Judgement | None] = mapped_column(stored_enum(Judgement))
    quiet_until: Mapped[date | None]
    ending: Mapped[Ending | None] = mapped_column(stored_enum(Ending))
    text: Mapped[str] = mapped_column(sa.Text)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class Chase(Base):
    """One message to many as it was typed, with its fields. Whom it reached, and about what, stands in the ledger."""

    __tablename__ = "chase"

    subject: Mapped[str] = mapped_column(sa.String(200))
    text: Mapped[str] = mapped_column(sa.Text)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
