"""Tables of the register: a barrier or enabler as an identity, and everything that was ever said of it, in revisions.

Revisions are added, never changed; the current one is that whose number is the identity's version. Which asks it
touches belongs to a revision, so that it can be told for any day and as it was known at any instant.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.barriers.rules import LONGEST_OWNER, LONGEST_TITLE, BarrierStatus, Kind, Severity
from tracker.db import Base, stored_enum


class Barrier(Base):
    """One entry of an organisation's register, barrier or enabler. Its row is what two who edit it queue at."""

    __tablename__ = "barrier"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[datetime]
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class BarrierRevision(Base):
    """What was said of an entry of the register, by whom, on which day and why."""

    __tablename__ = "barrier_revision"
    __table_args__ = (
        sa.UniqueConstraint("barrier_id", "number"),
        sa.CheckConstraint("(kind = 'barrier') = (severity IS NOT NULL)", name="barriers_have_a_severity"),
        sa.CheckConstraint("status <> CASE kind WHEN 'barrier' THEN 'in_use' ELSE 'resolved' END", name="status_fits"),
        sa.CheckConstraint("next_review_on > reviewed_on", name="next_review_is_later"),
    )

    barrier_id: Mapped[int] = mapped_column(sa.ForeignKey("barrier.id"))
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[int]
    kind: Mapped[Kind] = mapped_column(stored_enum(Kind))
    title: Mapped[str] = mapped_column(sa.String(LONGEST_TITLE))
    description: Mapped[str] = mapped_column(sa.Text, default="")
    theme: Mapped[str] = mapped_column(sa.String(40))
    severity: Mapped[Severity | None] = mapped_column(stored_enum(Severity))
    status: Mapped[BarrierStatus] = mapped_column(stored_enum(BarrierStatus))
    action: Mapped[str] = mapped_column(sa.Text, default="")
    owner: Mapped[str] = mapped_column(sa.String(LONGEST_OWNER), default="")
    since_on: Mapped[date]
    reviewed_on: Mapped[date | None]
    next_review_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class BarrierAsk(Base):
    """That an entry touches an ask or a step, as one revision says."""

    __tablename__ = "barrier_ask"
    __table_args__ = (
        sa.UniqueConstraint("revision_id", "ask_id"),
        sa.Index("ix_barrier_ask_ask", "ask_id", "revision_id"),
    )

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("barrier_revision.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
