"""Tables of evidence: each version of each piece, until when it counts, who checked it, which asks it serves when."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.evidence.rules import EvidenceKind, FileType


class Evidence(Base):
    """One version of a piece of evidence: a link, a note or a file. The first version is the piece itself.

    Only ``edits`` of a first version ever changes: it counts what was done to the piece, so that of two people at once
    exactly one wins. The file lies in the store under ``storage_key``, a name of our own; ``file_name`` is what it was
    called by whoever brought it.
    """

    __tablename__ = "evidence"
    __table_args__ = (
        sa.UniqueConstraint("first_id", "number"),
        sa.CheckConstraint("(first_id IS NULL) = (number = 1)", name="first_has_number_one"),
        sa.CheckConstraint("(first_id IS NULL) = (starts_on IS NULL)", name="later_version_has_a_day"),
        sa.CheckConstraint("(kind = 'file') = (storage_key IS NOT NULL)", name="file_has_a_key"),
        sa.CheckConstraint("(kind = 'file') = (file_type IS NOT NULL)", name="file_has_a_type"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    first_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"))
    number: Mapped[int] = mapped_column(default=1)
    edits: Mapped[int] = mapped_column(default=0)
    kind: Mapped[EvidenceKind] = mapped_column(stored_enum(EvidenceKind), default=EvidenceKind.LINK)
    title: Mapped[str] = mapped_column(sa.String(200), default="")
    url: Mapped[str] = mapped_column(sa.String(2000), default="")
    note: Mapped[str] = mapped_column(sa.Text, default="")
    file_name: Mapped[str] = mapped_column(sa.String(150), default="")
    file_type: Mapped[FileType | None] = mapped_column(stored_enum(FileType))
    size: Mapped[int] = mapped_column(default=0)
    sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    storage_key: Mapped[str | None] = mapped_column(sa.String(60), unique=True)
    true_on: Mapped[date]
    starts_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class EvidenceExpiry(Base):
    """Until when one version counts (its last good day), as known between two instants; empty means for ever.

    ``told_at``: when those who rely on it were told that it has expired. It is a mark of work done and not a fact.
    """

    __tablename__ = "evidence_expiry"
    __table_args__ = (
        sa.Index(
            "uq_evidence_expiry_current",
            "evidence_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
        sa.Index("ix_evidence_expiry_untold", "told_at", "expires_on"),
    )

    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    expires_on: Mapped[date | None]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class EvidenceCheck(Base):
    """That somebody from another body looked at one version, on which day, and what they found. Never changed."""

    __tablename__ = "evidence_check"

    evidence_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"), index=True)
    true_on: Mapped[date]
    note: Mapped[str] = mapped_column(sa.Text)
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


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
