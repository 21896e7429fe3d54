"""Tables of comments: what was said, whom it names, and what was withdrawn. Rows are added, never changed.

A correction is a comment that names the one it corrects; a withdrawal is a row of its own. The words stay in their
row, out of everybody's sight, so that the record of who was told what cannot be made up afterwards.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base


class Comment(Base):
    """One thing said about an ask of one organisation, by somebody of it or of its region."""

    __tablename__ = "comment"
    __table_args__ = (
        sa.Index("ix_comment_item", "organisation_id", "ask_id", "id"),
        sa.CheckConstraint("(first_id IS NULL) = (corrects_id IS NULL)", name="correction_has_a_beginning"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    text: Mapped[str] = mapped_column(sa.Text)
    # The comment that this one corrects, which can be corrected once, and the first of all that were corrected in turn.
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), unique=True)
    first_id: Mapped[int | None] = mapped_column(sa.ForeignKey("comment.id"), index=True)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)


class CommentMention(Base):
    """That a comment names somebody who may comment there."""

    __tablename__ = "comment_mention"
    __table_args__ = (sa.UniqueConstraint("comment_id", "person_id"),)

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]


class CommentWithdrawal(Base):
    """That a comment was withdrawn by whoever wrote it."""

    __tablename__ = "comment_withdrawal"

    comment_id: Mapped[int] = mapped_column(sa.ForeignKey("comment.id"), unique=True)
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
