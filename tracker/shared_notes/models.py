"""The table of shared notes: how an organisation says that it did an ask. Rows are added, never changed.

The newest row of an item counts; one that is not shared takes the note back and holds no words. It knows no page.
"""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base
from tracker.shared_notes.rules import LONGEST_CONTACT


class SharedNote(Base):
    """One version of what an organisation shares of one ask.

    ``entry_id`` is the entry by which the ask was done when it was shared: once the ask was open again after it, the
    note is shown no more.
    """

    __tablename__ = "shared_note"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "ask_id", "number"),
        sa.Index("ix_shared_note_ask_id", "ask_id"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    number: Mapped[int]
    is_shared: Mapped[bool]
    text: Mapped[str] = mapped_column(sa.Text, default="")
    contact_role: Mapped[str] = mapped_column(sa.String(LONGEST_CONTACT), default="")
    contact_mailbox: Mapped[str] = mapped_column(sa.String(254), default="")
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
