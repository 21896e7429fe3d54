"""Tables of progress: append-only entries, the current position made from them, targets, adoptions.

Every fact has two times: ``true_on`` (or ``starts_on``/``ends_on``), London days on which it was true, and
``recorded_at`` (with ``superseded_at`` where it can be taken back), the instants at which the service knew it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import BIG_ID, Base, stored_enum
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress.rules import Applicability, EntryKind


class TargetDecision(StrEnum):
    """What became of a request for another target."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class ViewPage(StrEnum):
    """The lists whose filters can be saved; each is the last part of its endpoint."""

    OVERDUE = "overdue"
    GRID = "grid"
    CHARTS = "charts"

    @property
    def label(self) -> str:
        return {ViewPage.OVERDUE: "Overdue asks", ViewPage.GRID: "Grid", ViewPage.CHARTS: "Charts"}[self]


class ProgressEntry(Base):
    """One thing said about one ask of one organisation. Rows are added, never changed and never deleted."""

    __tablename__ = "progress_entry"
    __table_args__ = (
        sa.Index("ix_progress_entry_item", "organisation_id", "ask_id", "true_on", "id"),
        sa.Index("ix_progress_entry_corrects_id", "corrects_id"),
        sa.CheckConstraint("status_class <> 'no_update'", name="no_update_is_never_stored"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    kind: Mapped[EntryKind] = mapped_column(stored_enum(EntryKind))
    status_code: Mapped[str] = mapped_column(sa.String(40))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    narrative: Mapped[str] = mapped_column(sa.Text, default="")
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    recovery_on: Mapped[date | None]
    next_step: Mapped[str] = mapped_column(sa.Text, default="")
    next_step_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    forecast_on: Mapped[date | None]
    review_on: Mapped[date | None]
    """The day on which the organisation means to look at the ask again."""
    blocked_by: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    true_on: Mapped[date]
    backdating_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    corrects_id: Mapped[int | None] = mapped_column(sa.ForeignKey("progress_entry.id"))
    """The first entry of those that this one puts right; it is true of the same day."""
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class Progress(Base):
    """Where one ask of one organisation stands now: made from the entries and targets, for lists and for locking."""

    __tablename__ = "progress"
    __table_args__ = (
        sa.UniqueConstraint("organisation_id", "ask_id"),
        sa.Index("ix_progress_ask", "ask_id", "status_class"),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    version: Mapped[int] = mapped_column(default=1)
    entry_id: Mapped[int | None] = mapped_column(sa.ForeignKey("progress_entry.id"))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass), default=StatusClass.NO_UPDATE)
    target_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]


class Confirmation(Base):
    """That an entry was still true on a later day. It says nothing new; rows are added, never changed."""

    __tablename__ = "confirmation"
    __table_args__ = (sa.Index("ix_confirmation_item", "organisation_id", "ask_id", "true_on", "id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    entry_id: Mapped[int] = mapped_column(sa.ForeignKey("progress_entry.id"))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")


class Target(Base):
    """One agreed local target, or its withdrawal (``target_on`` None). Rows are added, never changed."""

    __tablename__ = "target"
    __table_args__ = (sa.Index("ix_target_item", "organisation_id", "ask_id", "true_on", "id"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    target_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text, default="")
    agreed_by: Mapped[str] = mapped_column(sa.String(200), default="", server_default="")
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    request_id: Mapped[int | None] = mapped_column(sa.ForeignKey("target_request.id"))
    submission_key: Mapped[str | None] = mapped_column(sa.String(36), unique=True)


class TargetRequest(Base):
    """What an organisation asks of its region: another target. It is decided once, or withdrawn by who asked."""

    __tablename__ = "target_request"
    __table_args__ = (
        sa.Index(
            "uq_target_request_open",
            "organisation_id",
            "ask_id",
            unique=True,
            postgresql_where=sa.text("decision IS NULL"),
            sqlite_where=sa.text("decision IS NULL"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    wanted_on: Mapped[date | None]
    reason: Mapped[str] = mapped_column(sa.Text)
    agreed_by: Mapped[str] = mapped_column(sa.String(200))
    true_on: Mapped[date]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
    decision: Mapped[TargetDecision | None] = mapped_column(stored_enum(TargetDecision))
    decision_reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    decided_on: Mapped[date | None]
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    decided_role: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    decided_body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))


class Adoption(Base):
    """That an organisation took up a framework which is not automatic, from a day, perhaps until a day."""

    __tablename__ = "adoption"
    __table_args__ = (
        sa.Index("ix_adoption_organisation", "organisation_id", "framework_id", "superseded_at"),
        sa.Index(
            "uq_adoption_open",
            "organisation_id",
            "framework_id",
            unique=True,
            postgresql_where=sa.text("superseded_at IS NULL AND ends_on IS NULL"),
            sqlite_where=sa.text("superseded_at IS NULL AND ends_on IS NULL"),
        ),
    )

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class OrganisationNow(Base):
    """One organisation as ``organisations_as_at`` has it on the day that is kept: see ``kept.py``."""

    __tablename__ = "organisation_now"
    __table_args__ = (
        sa.Index("ix_organisation_now_region_id", "region_id"),
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


IN_ORDER = ("code", "ask_place", "late_on")
FILTERED_BY = ("organisation_id", "ask_id", "status_class", "applicability", "organisation_type", "system_of",
               "is_overdue", "confirmed_on", "is_open", "target_on", "national_on", "review_on", "evidence_on",
               "updated_on")  # fmt: skip
COUNTED_BY = ("region_id", "system_of", "ask_id", "status_class", "applicability", "is_overdue", "organisation_type")


def _covering(*leading: str) -> sa.Index:
    """An index that begins so and holds whatever a list is sorted or filtered by, so that a count reads no row."""
    rest = (name for name in (*IN_ORDER, *FILTERED_BY) if name not in leading)
    return sa.Index(f"ix_standing_now_{leading[0]}", *leading, *rest)


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
        _covering("sort_name"),
        _covering("sort_system"),
        _covering("updated_on"),
        sa.Index("ix_standing_now_counted", *COUNTED_BY),
        sa.Index("ix_standing_now_organisation_id", "organisation_id", "status_class", "applicability", "ask_id"),
    )

    organisation_id: Mapped[int] = mapped_column(BIG_ID)
    ask_id: Mapped[int] = mapped_column(BIG_ID)
    region_id: Mapped[int | None] = mapped_column(BIG_ID)
    system_of: Mapped[int | None] = mapped_column(BIG_ID)
    """The system among whose asks it is counted; a system's own are its own."""
    code: Mapped[str] = mapped_column(sa.String(20))
    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))
    sort_name: Mapped[str] = mapped_column(sa.String(300))
    sort_system: Mapped[str] = mapped_column(sa.String(300))
    applicability: Mapped[Applicability] = mapped_column(stored_enum(Applicability))
    national_on: Mapped[date | None]
    """The national date of kind "by"; None for every other kind."""
    target_on: Mapped[date | None]
    deadline_on: Mapped[date | None]
    is_open: Mapped[bool]
    is_overdue: Mapped[bool]
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass, check="counted_class"))
    said_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    entry_id: Mapped[int | None] = mapped_column(BIG_ID)
    status_code: Mapped[str | None] = mapped_column(sa.String(40))
    updated_on: Mapped[date | None]
    """The day on which the organisation itself last said where the ask stands."""
    confirmed_on: Mapped[date | None]
    completed_on: Mapped[date | None]
    recovery_on: Mapped[date | None]
    forecast_on: Mapped[date | None]
    review_on: Mapped[date | None]
    evidence_on: Mapped[date | None]
    """The date of the newest evidence that has not expired, of what is said to be done; None for all else."""
    late_on: Mapped[date | None]
    """It is late, by one name or several, from the day after this: see ``lateness.py``."""
    ask_place: Mapped[int]
    """Where the ask stands among all others: by framework, action and ask."""
    version: Mapped[int] = mapped_column(default=0, server_default="0")


class KeptDay(Base):
    """The day for which the tables above were made; one row."""

    __tablename__ = "kept_day"

    as_at: Mapped[date]
    made_at: Mapped[datetime]


class SavedView(Base):
    """A list as somebody filtered it, under a name; theirs alone, or of everybody with a role in the same body.

    ``query`` is the address behind the question mark. A view that is removed has an end.
    """

    __tablename__ = "saved_view"
    __table_args__ = (sa.Index("ix_saved_view_body_id", "body_id", "is_shared"),)

    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id"), index=True)
    name: Mapped[str] = mapped_column(sa.String(80))
    page: Mapped[ViewPage] = mapped_column(stored_enum(ViewPage))
    query: Mapped[str] = mapped_column(sa.Text)
    is_shared: Mapped[bool]
    body_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    """The region or system with which it is shared; None for the national team, and for one that is not shared."""
    recorded_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    submission_key: Mapped[str] = mapped_column(sa.String(36), unique=True)
