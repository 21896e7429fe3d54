"""Tables of returns: the return as an identity, and what was said, checked, frozen and decided, in rows that are added.

Only the identity and the book change: they are what two who work at once queue at. What the board gets is frozen as
text, with a hash over it, so that nothing that changes later can change what the board saw.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.frameworks.rules import StatusClass
from tracker.returns.rules import LONGEST_LINE, LONGEST_TITLE, Decision, Purpose, ReturnState


class ReturnBook(Base):
    """One organisation's returns as a whole: the last number given out, and the version of its cadence."""

    __tablename__ = "return_book"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    last_number: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=0)


class BoardReturn(Base):
    """One return of an organisation: how far it has come, in which edition, and which revision of its control holds."""

    __tablename__ = "board_return"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "number"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    number: Mapped[int]
    edition: Mapped[int] = mapped_column(default=1)
    state: Mapped[ReturnState] = mapped_column(stored_enum(ReturnState))
    revision: Mapped[int] = mapped_column(default=1)
    version: Mapped[int] = mapped_column(default=1)
    recorded_at: Mapped[datetime]


class ReturnControl(Base):
    """The document control of a return, as somebody said it: rows are added, never changed."""

    __tablename__ = "return_control"
    __table_args__ = (sa.UniqueConstraint("return_id", "revision"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("board_return.id"))
    revision: Mapped[int]
    edition: Mapped[int]
    framework_id: Mapped[int | None] = mapped_column(sa.ForeignKey("framework.id"))
    as_at: Mapped[date]
    title: Mapped[str] = mapped_column(sa.String(LONGEST_TITLE))
    meeting: Mapped[str] = mapped_column(sa.String(LONGEST_LINE))
    meeting_on: Mapped[date | None]
    agenda_item: Mapped[str] = mapped_column(sa.String(LONGEST_LINE))
    author: Mapped[str] = mapped_column(sa.String(LONGEST_LINE))
    purpose: Mapped[Purpose] = mapped_column(stored_enum(Purpose))
    considered_by: Mapped[str] = mapped_column(sa.Text)
    summary: Mapped[str] = mapped_column(sa.Text)
    recommendation: Mapped[str] = mapped_column(sa.Text)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ReturnCheck(Base):
    """That somebody checked a return, and how many problems only warned then."""

    __tablename__ = "return_check"

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("board_return.id"), index=True)
    edition: Mapped[int]
    warnings: Mapped[int]
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ReturnSubmission(Base):
    """One edition of a return as it was handed to the board: frozen, with a hash over its heading and its rows."""

    __tablename__ = "return_submission"
    __table_args__ = (
        sa.UniqueConstraint("return_id", "edition"),
        sa.Index("ix_return_submission_organisation", "organisation_id", "as_at"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    return_id: Mapped[int] = mapped_column(sa.ForeignKey("board_return.id"))
    edition: Mapped[int]
    as_at: Mapped[date]
    known_at: Mapped[datetime]
    heading: Mapped[str] = mapped_column(sa.Text)
    sha256: Mapped[str] = mapped_column(sa.String(64))
    covers_all: Mapped[bool]
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ReturnRow(Base):
    """One ask in a frozen return: its text as hashed, and beside it what lists of many organisations compare by."""

    __tablename__ = "return_row"
    __table_args__ = (
        sa.UniqueConstraint("submission_id", "position"),
        sa.UniqueConstraint("submission_id", "ask_id"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("return_submission.id"))
    position: Mapped[int]
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    status: Mapped[str] = mapped_column(sa.String(200))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    content: Mapped[str] = mapped_column(sa.Text)


class ReturnDecision(Base):
    """What the board decided on one edition of a return; once."""

    __tablename__ = "return_decision"
    __table_args__ = (sa.CheckConstraint("decision <> 'sent_back' OR reason <> ''", name="sent_back_with_a_reason"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_id: Mapped[int] = mapped_column(sa.ForeignKey("return_submission.id"), unique=True)
    decision: Mapped[Decision] = mapped_column(stored_enum(Decision))
    reason: Mapped[str] = mapped_column(sa.Text)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class ReturnCadence(Base):
    """How often a board wants a return, from a day on; the last row counts, and rows are added, never changed."""

    __tablename__ = "return_cadence"
    __table_args__ = (
        sa.Index("ix_return_cadence_organisation", "organisation_id", "id"),
        sa.CheckConstraint("(every_months IS NULL) = (first_on IS NULL)", name="months_from_a_first_day"),
        sa.CheckConstraint("every_months IS NULL OR every_months BETWEEN 1 AND 12", name="months_of_a_year"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    every_months: Mapped[int | None]
    first_on: Mapped[date | None]
    board_dates: Mapped[list[Any]]
    reason: Mapped[str] = mapped_column(sa.Text)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
