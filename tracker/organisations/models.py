"""Tables of organisations: a code that never changes, and dated facts about it.

Each fact has two times: the London days on which it held (``starts_on`` to ``ends_on``, both inclusive, None for
always) and the instants between which the service believed it (``recorded_at`` to ``superseded_at``). A correction
supersedes a row and adds another; no row is changed otherwise and none is deleted.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base, stored_enum
from tracker.frameworks.rules import OrganisationType, Service
from tracker.organisations.rules import FactSource, LinkKind


class Organisation(Base):
    """One body, by its ODS code: the identity only."""

    __tablename__ = "organisation"

    code: Mapped[str] = mapped_column(sa.String(10), unique=True)
    recorded_at: Mapped[datetime]


class DatedFact:
    """The two times of a fact, and where it came from."""

    starts_on: Mapped[date | None]
    ends_on: Mapped[date | None]
    source: Mapped[FactSource] = mapped_column(stored_enum(FactSource), default=FactSource.ODS)
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class OrganisationLife(DatedFact, Base):
    """From when to when a body exists; ``ends_on`` is its close date, so it is closed from the day after."""

    __tablename__ = "organisation_life"
    __table_args__ = (sa.Index("ix_organisation_life_organisation", "organisation_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    # Which kind of file gave the close date: a file of another kind that is silent about it does not take it back.
    close_said_by: Mapped[str | None] = mapped_column(sa.String(40))


class OrganisationName(DatedFact, Base):
    """A name as published, for the days on which it was the name."""

    __tablename__ = "organisation_name"
    __table_args__ = (sa.Index("ix_organisation_name_organisation", "organisation_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    published_name: Mapped[str] = mapped_column(sa.String(200))
    display_name: Mapped[str] = mapped_column(sa.String(200))


class OrganisationKind(DatedFact, Base):
    """The type of a body, dated because an STP and its ICB share one code."""

    __tablename__ = "organisation_kind"
    __table_args__ = (sa.Index("ix_organisation_kind_organisation", "organisation_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))


class OrganisationLink(DatedFact, Base):
    """A body's parent of one kind. Of the links of a kind that are not overridden, at most one holds on any day.

    Where a person chose another parent than ODS gives, ODS's value is kept beside it with ``is_overridden``.
    """

    __tablename__ = "organisation_link"
    __table_args__ = (
        sa.Index("ix_organisation_link_child", "child_id", "link_kind", "superseded_at"),
        sa.Index("ix_organisation_link_parent", "parent_id", "link_kind", "superseded_at"),
    )

    child_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    parent_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    link_kind: Mapped[LinkKind] = mapped_column(stored_enum(LinkKind))
    is_overridden: Mapped[bool] = mapped_column(default=False)


class OrganisationService(DatedFact, Base):
    """Whether a body runs a service; no row means nobody has said, which is "applicability to confirm".

    Who said it, in which role, why and by which form stand in the row that says so; a row that only cuts an earlier
    answer short has none of them.
    """

    __tablename__ = "organisation_service"
    __table_args__ = (sa.Index("ix_organisation_service_organisation", "organisation_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    service: Mapped[Service] = mapped_column(stored_enum(Service))
    is_provided: Mapped[bool]
    reason: Mapped[str] = mapped_column(sa.Text, default="", server_default="")
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40), default="", server_default="")
    submission_key: Mapped[str | None] = mapped_column(sa.String(36))


class OrganisationOnsCode(DatedFact, Base):
    """The ONS (GSS) code of a body, which changes independently of its ODS code."""

    __tablename__ = "organisation_ons_code"
    __table_args__ = (sa.Index("ix_organisation_ons_code_organisation", "organisation_id", "superseded_at"),)

    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id"))
    ons_code: Mapped[str] = mapped_column(sa.String(9))


class TrackingChoice(Base):
    """A type switched on or off for tracking, against the default of ``rules.TRACKED_BY_DEFAULT``."""

    __tablename__ = "tracking_choice"

    organisation_type: Mapped[OrganisationType] = mapped_column(stored_enum(OrganisationType))
    is_tracked: Mapped[bool]
    recorded_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]


class OrganisationImport(Base):
    """One import run that was applied: which files, dated how, with which counts."""

    __tablename__ = "organisation_import"

    recorded_at: Mapped[datetime]
    effective_on: Mapped[date | None]
    files: Mapped[list[Any]]
    counts: Mapped[dict[str, Any]]
