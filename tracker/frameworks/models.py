"""Tables of frameworks: an identity that history points at, and revisions that hold the wording and the dates.

A corrected wording or date makes a whole new revision; what was known before stays readable (known at), and no
history row is touched, because history points at ``ask`` and never at its wording.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.frameworks.rules import (
    Confidence,
    DateKind,
    DatePrecision,
    Enrolment,
    OrganisationType,
    Service,
    StatusClass,
)


class Framework(Base):
    """One version of a framework, by its code ("8ua-2020"): the identity only."""

    __tablename__ = "framework"

    code: Mapped[str] = mapped_column(sa.String(40), unique=True)


class FrameworkRevision(Base):
    """What a framework says, as known from one instant until the next revision took its place."""

    __tablename__ = "framework_revision"
    __table_args__ = (
        sa.UniqueConstraint("framework_id", "number"),
        sa.Index(
            "uq_framework_revision_current",
            "framework_id",
            unique=True,
            sqlite_where=sa.text("superseded_at IS NULL"),
            postgresql_where=sa.text("superseded_at IS NULL"),
        ),
    )

    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    number: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(200))
    issuer: Mapped[str] = mapped_column(sa.String(200))
    issued_on: Mapped[date]
    effective_from: Mapped[date]
    effective_to: Mapped[date | None]
    enrolment: Mapped[Enrolment] = mapped_column(stored_enum(Enrolment))
    supersedes_code: Mapped[str | None] = mapped_column(sa.String(40))
    note: Mapped[str] = mapped_column(sa.Text, default="")
    sources: Mapped[list[Any]]
    position: Mapped[int] = mapped_column(default=0)
    digest: Mapped[str] = mapped_column(sa.String(64))
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class Action(Base):
    """One numbered group of asks ("6"): the identity only. Numbers are text ("1A")."""

    __tablename__ = "action"
    __table_args__ = (sa.UniqueConstraint("framework_id", "number"),)

    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    number: Mapped[str] = mapped_column(sa.String(20))


class ActionContent(Base):
    """An action's titles in one revision."""

    __tablename__ = "action_content"
    __table_args__ = (sa.UniqueConstraint("revision_id", "action_id"),)

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("framework_revision.id"))
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"))
    position: Mapped[int]
    title: Mapped[str] = mapped_column(sa.String(300))
    label: Mapped[str] = mapped_column(sa.String(200))


class Ask(Base):
    """One thing asked ("6.1"): the identity that statuses and history point at."""

    __tablename__ = "ask"
    __table_args__ = (sa.UniqueConstraint("framework_id", "ref"),)

    framework_id: Mapped[int] = mapped_column(sa.ForeignKey("framework.id"))
    action_id: Mapped[int] = mapped_column(sa.ForeignKey("action.id"), index=True)
    ref: Mapped[str] = mapped_column(sa.String(20))


class AskContent(Base):
    """An ask's wording, date, measure and source in one revision.

    ``national_on`` is the day itself, or the last day of the month where the precision is month; it is a deadline
    only where ``date_kind`` is "by". ``records_lead`` marks the ask whose answer is a named person (6.1).
    """

    __tablename__ = "ask_content"
    __table_args__ = (sa.UniqueConstraint("revision_id", "ask_id"), sa.Index("ix_ask_content_ask_id", "ask_id"))

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("framework_revision.id"))
    ask_id: Mapped[int] = mapped_column(sa.ForeignKey("ask.id"))
    position: Mapped[int]
    wording: Mapped[str] = mapped_column(sa.Text)
    audience: Mapped[str] = mapped_column(sa.String(100), default="")
    scope_note: Mapped[str] = mapped_column(sa.Text, default="")
    date_kind: Mapped[DateKind] = mapped_column(stored_enum(DateKind))
    national_on: Mapped[date | None]
    precision: Mapped[DatePrecision | None] = mapped_column(stored_enum(DatePrecision))
    season: Mapped[str] = mapped_column(sa.String(40), default="")
    date_note: Mapped[str] = mapped_column(sa.Text, default="")
    measure: Mapped[str] = mapped_column(sa.Text, default="")
    measure_target: Mapped[str] = mapped_column(sa.String(200), default="")
    evidence_expected: Mapped[str] = mapped_column(sa.Text, default="")
    source: Mapped[str] = mapped_column(sa.Text)
    source_urls: Mapped[list[Any]] = mapped_column(default=list)
    confidence: Mapped[Confidence] = mapped_column(stored_enum(Confidence))
    alternates: Mapped[list[Any]]
    records_lead: Mapped[bool] = mapped_column(default=False)


class AskScope(Base):
    """One type of body an ask applies to, in one revision; perhaps only with a service, perhaps as an option."""

    __tablename__ = "ask_scope"
    __table_args__ = (sa.UniqueConstraint("content_id", "organisation_type"),)

    content_id: Mapped[int] = mapped_column(sa.ForeignKey("ask_content.id"))
    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))
    service: Mapped[Service | None] = mapped_column(stored_enum(Service))
    is_optional: Mapped[bool] = mapped_column(default=False)


class ScaleStatus(Base):
    """One word of a framework's status scale, in one revision, with what it means and what it needs."""

    __tablename__ = "scale_status"
    __table_args__ = (sa.UniqueConstraint("revision_id", "code"),)

    revision_id: Mapped[int] = mapped_column(sa.ForeignKey("framework_revision.id"))
    code: Mapped[str] = mapped_column(sa.String(40))
    label: Mapped[str] = mapped_column(sa.String(80))
    position: Mapped[int]
    definition: Mapped[str] = mapped_column(sa.Text)
    colour: Mapped[str] = mapped_column(sa.String(20))
    status_class: Mapped[StatusClass] = mapped_column(stored_enum(StatusClass))
    needs_reason: Mapped[bool] = mapped_column(default=False)
    needs_recovery_date: Mapped[bool] = mapped_column(default=False)
    needs_evidence: Mapped[bool] = mapped_column(default=False)
