"""Tables of progress: append-only entries, the current position made from them, targets, adoptions.

Every fact has two times: ``true_on`` (or ``starts_on``/``ends_on``), London days on which it was true, and
``recorded_at`` (with ``superseded_at`` where it can be taken back), the instants at which the service knew it.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import EntryKind


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
