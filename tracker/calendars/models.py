"""The table of calendars: for whom, of what, and through which role each was made; it knows no entry of any.

The address that opens one holds a random token, the table its SHA-256, so a leaked table opens none. A row stands only
as long as its calendar can be read: revoking deletes it, and so does the end of the role or of the account.
"""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.calendars.rules import CalendarOf
from tracker.db import Base, stored_enum


class CalendarFeed(Base):
    """One calendar of one person. ``organisation_id`` is the organisation or the region that it is of."""

    __tablename__ = "calendar_feed"
    __table_args__ = (
        sa.CheckConstraint("(organisation_id IS NULL) = (calendar_of = 'person')", name="body_fits_calendar"),
    )

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    membership_id: Mapped[int] = mapped_column(sa.ForeignKey("membership.id"))
    calendar_of: Mapped[CalendarOf] = mapped_column(stored_enum(CalendarOf))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    made_at: Mapped[datetime]
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
