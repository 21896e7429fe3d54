"""Tables of where everybody stands today, made from the others by ``kept.py``: nothing is known from them alone."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import BIG_ID, Base, index_on, stored_enum
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress.rules import Applicability


class OrganisationNow(Base):
    """One organisation as ``organisations_as_at`` has it on the day that is kept: see ``kept.py``."""

    __tablename__ = "organisation_now"
    __table_args__ = (
        sa.Index("ix_organisation_now_region_id", "region_id"),
        sa.Index("ix_organisation_now_sort_name", "sort_name", "code"),
        sa.Index("ix_organisation_now_sort_system", "sort_system", "code"),
        sa.Index("ix_organisation_now_system_id", "system_id"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    code: Mapped[str] = mapped_column(sa.String(20))
    name: Mapped[str] = mapped_column(sa.String(300))
    published_name: Mapped[str] = mapped_column(sa.String(300))
    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))
    opened_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    system_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    system_code: Mapped[str | None] = mapped_column(sa.String(20))
    system_name: Mapped[str | None] = mapped_column(sa.String(300))
    region_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    region_code: Mapped[str | None] = mapped_column(sa.String(20))
    region_name: Mapped[str | None] = mapped_column(sa.String(300))
    sort_name: Mapped[str] = mapped_column(sa.String(300))
    sort_system: Mapped[str] = mapped_column(sa.String(300))


IN_ORDER = ("code", "ask_place", "late_on")
FILTERED_BY = ("organisation_id", "ask_id", "status_class", "applicability", "organisation_type", "system_of",
               "is_overdue", "confirmed_on", "is_open", "target_on", "national_on", "review_on", "evidence_on",
               "updated_on")  # fmt: skip
COUNTED_BY = ("region_id", "system_of", "ask_id", "status_class", "applicability", "is_overdue", "organisation_type")
HAS_REVIEW = sa.text("review_on IS NOT NULL")
ASKED_BY_DEADLINE = ("deadline_on", "is_open", "organisation_id", "ask_id", "late_on", "updated_on", "confirmed_on")


def _covering(*leading: str) -> sa.Index:
    """An index of SQLite that begins so and holds whatever a list is filtered by, so that a count reads no row."""
    rest = (name for name in (*IN_ORDER, *FILTERED_BY) if name not in leading)
    return index_on("sqlite", f"ix_standing_now_all_by_{leading[0]}", *leading, *rest)


def _narrow(*columns: str) -> sa.Index:
    """One of PostgreSQL, which reads every row that nobody has vacuumed, but parts of a table at once."""
    return index_on("postgresql", f"ix_standing_now_{columns[0]}", *columns)


class StandingNow(Base):
    """Where one tracked ask of one organisation stands: a row of ``standings_live``, kept in ``kept.py``.

    ``is_open`` says whether it would be overdue once its deadline has passed, ``is_overdue`` whether it has.
    ``status_class`` is what is counted, ``said_class`` what was said. What a list filters and sorts by stands here once
    more, and in the indexes, so that neither the organisations nor the rows themselves are read for a row that is not
    shown. No text of people is repeated here.
    Without foreign keys: to check 600,000 rows against four tables each night takes longer than to make them.
    """

    __tablename__ = "standing_now"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "ask_id"),
        _covering("late_on"),
        _covering("region_id", "late_on"),
        _covering("organisation_id"),
        _covering("updated_on"),
        _narrow("late_on", "code", "ask_place"),
        _narrow("region_id", "late_on"),
        _narrow("organisation_id", "status_class", "applicability", "ask_id"),
        sa.Index("ix_standing_now_counted", *COUNTED_BY),
        # For the reminders, which ask what stands of a few days.
        index_on("sqlite", "ix_standing_now_all_by_deadline_on", *ASKED_BY_DEADLINE),
        _narrow("deadline_on", "is_open"),
        sa.Index("ix_standing_now_review_on", "review_on", sqlite_where=HAS_REVIEW, postgresql_where=HAS_REVIEW),
    )

    # In this order PostgreSQL finds a column without walking over those of changing length before it.
    organisation_id: Mapped[int] = mapped_column(BIG_ID)
    ask_id: Mapped[int] = mapped_column(BIG_ID)
    ask_place: Mapped[int]
    """Where the ask stands among all others: by framework, action and ask."""
    version: Mapped[int] = mapped_column(default=0, server_default="0")
    is_open: Mapped[bool]
    is_overdue: Mapped[bool]
    region_id: Mapped[int | None] = mapped_column(BIG_ID)
    system_of: Mapped[int | None] = mapped_column(BIG_ID)
    """The system among whose asks it is counted; a system's own are its own."""
    entry_id: Mapped[int | None] = mapped_column(BIG_ID)
    late_on: Mapped[date | None]
    """It is late, by one name or several, from the day after this: see ``lateness.py``."""
    national_on: Mapped[date | None]
    """The national date of kind "by"; None for every other kind."""
    target_on: Mapped[date | None]
    deadline_on: Mapped[date | None]
    updated_on: Mapped[date | None]
    """The day on which the organisation itself last said where the ask stands."""
    confirmed_on: Mapped[date | None]
    review_on: Mapped[date | None]
    evidence_on: Mapped[date | None]
    """The date of the newest evidence that has not expired, of what is said to be done; None for all else."""
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass, check="counted_class"))
    said_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    applicability: Mapped[Applicability] = mapped_column(stored_enum(Applicability))
    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))
    code: Mapped[str] = mapped_column(sa.String(20))


class KeptDay(Base):
    """The day for which the tables above were made; one row."""

    __tablename__ = "kept_day"

    as_at: Mapped[date]
    made_at: Mapped[datetime]
