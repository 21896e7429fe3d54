"""Tables of assurance: what was seen by whoever signed a claim off, when that lapsed, and what was asked of a claim.

Rows are added, never changed. What was seen is told by the ids of rows that never change themselves: the entry of the
claim, the wording of the ask in its revision, the versions of the evidence, the appointment of the lead.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.assurance.rules import LapseCause
from tracker.db import Base, stored_enum


class SignOff(Base):
    """What an assurer saw: the claim, the wording of the ask and the named lead; the evidence stands in its own rows.

    ``entry_id`` is the entry by which the claim came to be assured, ``body_id`` the body that assured it.
    """

    __tablename__ = "sign_off"
    __table_args__ = (sa.Index("ix_sign_off_item", "organisation_id", "ask_id", "id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"), unique=True)
    claim_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"))
    content_id: Mapped[int] = mapped_column(sa.ForeignKey("ask_content.id"))
    lead_id: Mapped[int | None] = mapped_column(sa.ForeignKey("appointment.id"))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))


class SignOffEvidence(Base):
    """One version of a piece of evidence that was there, with the SHA-256 of the file, the address or the note."""

    __tablename__ = "sign_off_evidence"
    __table_args__ = (sa.UniqueConstraint("sign_off_id", "version_id"),)

    sign_off_id: Mapped[int] = mapped_column(sa.ForeignKey("sign_off.id"))
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("evidence.id"))
    sha256: Mapped[str] = mapped_column(sa.String(64))


class SignOffLapse(Base):
    """That something an assurer saw has changed, by whom (nobody where time did it), and which entry says so.

    Where the organisation moved the status itself, the entry is its own.
    """

    __tablename__ = "sign_off_lapse"

    sign_off_id: Mapped[int] = mapped_column(sa.ForeignKey("sign_off.id"), unique=True)
    cause: Mapped[LapseCause] = mapped_column(stored_enum(LapseCause))
    evidence_id: Mapped[int | None] = mapped_column(sa.ForeignKey("evidence.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"), unique=True)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))


class ClaimQuestion(Base):
    """That an assurer asked about a claim, by a comment on its ask, while ``entry_id`` was what counted."""

    __tablename__ = "claim_question"

    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"), index=True)
    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), unique=True)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ClaimSample(Base):
    """That somebody drew claims at random: for which body, by which seed, and (``sha256``) from which claims."""

    __tablename__ = "claim_sample"

    seed: Mapped[str] = mapped_column(sa.String(40))
    size: Mapped[int]
    population: Mapped[int]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    body_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class SampleCandidate(Base):
    """One claim that could be drawn, with its risks and its weight; ``place`` is None for what was not drawn."""

    __tablename__ = "sample_candidate"
    __table_args__ = (sa.UniqueConstraint("sample_id", "entry_id"),)

    sample_id: Mapped[int] = mapped_column(sa.ForeignKey("claim_sample.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"))
    name: Mapped[str] = mapped_column(sa.String(100))
    risks: Mapped[str] = mapped_column(sa.String(100))
    """The risks, with commas between."""
    weight: Mapped[int]
    place: Mapped[int | None]
