"""Tables of evidence: what it is, and which asks of its organisation it serves from when to when."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Evidence(Base):
    """A link to something that shows what was done."""

    __tablename__ = "evidence"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    url: Mapped[str] = mapped_column(sa.String(2000))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))


class EvidenceUse(Base):
    """That a piece of evidence serves an ask, from one London day to another, as known between two instants."""

    __tablename__ = "evidence_use"
    __table_args__ = (sa.Index("ix_evidence_use_item", "organisation_id", "ask_id", "superseded_at"),)

    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
