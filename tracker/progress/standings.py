"""The one select that says where every organisation stands on every ask: on any day, as known at any instant.

Which asks apply comes from the organisations, frameworks, services and adoptions of that day; the position comes from
the table ``progress`` for today and from the history for any other day. A test feeds both ways and compares.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.frameworks.catalogue import is_in_effect, is_known_revision
from tracker.frameworks.models import Ask, AskContent, AskScope, Framework, FrameworkRevision
from tracker.frameworks.rules import OPEN_CLASSES, DateKind, Enrolment, OrganisationType, StatusClass
from tracker.organisations.models import OrganisationService
from tracker.organisations.queries import holds_on, is_tracked, organisations_as_at, tracked_types
from tracker.progress.lateness import counted_class, is_past_its_date
from tracker.progress.models import Adoption, ProgressEntry
from tracker.progress.positions import position_as_known, position_now, position_of_day
from tracker.progress.rules import Applicability


@dataclass(frozen=True, slots=True, eq=False)
class Standings:
    """A select of ``rows.Standing`` and the expressions that lists filter and sort by.

    The same day gives the same object, so that what a query builds on it can be kept under it (hence ``eq=False``).
    """

    select: sa.Select[Any]
    organisations: sa.Subquery
    entry: Any
    deadline_on: sa.ColumnElement[date | None]
    updated_on: sa.ColumnElement[date | None]
    status_class: sa.ColumnElement[StatusClass]
    is_overdue: sa.ColumnElement[bool]


def standings_as_at(as_at: date, known_at: datetime | None = None, *, for_one_organisation: bool = False) -> Standings:
    """Every (organisation, ask) that is tracked on a day, with its position.

    One row for each organisation open on the day, of a tracked type, and each ask that applies to it then: its
    framework in force and automatic or adopted, its type listed, and its service not denied. Takes one statement to
    build (the tracked types) whatever the number of organisations. ``for_one_organisation`` gives the same rows, faster
    and with no such statement where the caller narrows the select to one organisation, and slower where it does not.
    """
    is_now = is_read_from_now(as_at, known_at)
    tracked = None if for_one_organisation else tracked_types(known_at)
    return _standings(as_at, known_at, tracked, is_now)


# Building and hashing this select takes ten times as long as running it for one organisation. Statements hold no rows
# and are never changed, so those of the latest days are kept and shared.
@lru_cache(maxsize=32)
def _standings(
    as_at: date, known_at: datetime | None, tracked: frozenset[OrganisationType] | None, is_now: bool
) -> Standings:
    """``tracked`` None is for one organisation, whose type is looked up in the same statement."""
    organisations = organisations_as_at(as_at, known_at)
    if tracked is not None:
        organisations = _looked_up_once(organisations)
    answer, adoption = aliased(OrganisationService), aliased(Adoption)
    if is_now:
        position = position_now()
    else:
        position = position_of_day(as_at) if known_at is None else position_as_known(as_at, known_at)
    said_class = sa.func.coalesce(
        position.status_class, sa.literal(StatusClass.NO_UPDATE, ProgressEntry.status_class.type)
    )
    national_on = sa.case((AskContent.date_kind == DateKind.BY, AskContent.national_on))
    deadline_on = sa.func.coalesce(position.target_on, national_on)
    is_optional = AskScope.is_optional.is_(True)
    is_to_confirm = sa.and_(AskScope.service.is_not(None), answer.id.is_(None))
    is_open = sa.and_(sa.not_(is_optional), sa.not_(is_to_confirm), said_class.in_(OPEN_CLASSES))
    is_overdue = is_past_its_date(is_open, deadline_on, as_at)
    status_class = counted_class(said_class, is_overdue, position.recovery_on, as_at)
    applicability = sa.case(
        (is_optional, Applicability.OPTIONAL.value),
        (is_to_confirm, Applicability.TO_CONFIRM.value),
        else_=Applicability.APPLIES.value,
    )
    select = (
        sa.select(
            organisations.c.organisation_id,
            Ask.id.label("ask_id"),
            applicability.label("applicability"),
            position.entry_id.label("entry_id"),
            position.status_code.label("status_code"),
            status_class.label("status_class"),
            deadline_on.label("deadline_on"),
            position.target_on.label("target_on"),
            position.updated_on.label("updated_on"),
            position.completed_on.label("completed_on"),
            said_class.label("said_class"),
            position.recovery_on.label("recovery_on"),
            position.forecast_on.label("forecast_on"),
            position.review_on.label("review_on"),
            sa.func.coalesce(position.blocked_by, "").label("blocked_by"),
            position.confirmed_on.label("confirmed_on"),
            position.entry_on.label("entry_on"),
            sa.func.coalesce(position.version, 0).label("version"),
        )
        .select_from(organisations)
        .join(AskScope, AskScope.organisation_type == organisations.c.organisation_type)
        .join(AskContent, AskContent.id == AskScope.content_id)
        .join(
            FrameworkRevision,
            sa.and_(FrameworkRevision.id == AskContent.revision_id, is_known_revision(known_at)),
        )
        .join(Framework, Framework.id == FrameworkRevision.framework_id)
        .join(Ask, Ask.id == AskContent.ask_id)
        .outerjoin(
            answer,
            sa.and_(
                answer.organisation_id == organisations.c.organisation_id,
                answer.service == AskScope.service,
                holds_on(answer, as_at, known_at),
            ),
        )
    )
    # Asked, and not joined: what everybody is tracked against is by far the most, and needs no look at who adopted.
    is_adopted = sa.exists().where(
        adoption.organisation_id == organisations.c.organisation_id,
        adoption.framework_id == Framework.id,
        holds_on(adoption, as_at, known_at),
    )
    for table, condition in position.joins(organisations):
        select = select.outerjoin(table, condition)
    kind = organisations.c.organisation_type
    select = select.where(
        # Not an IN, whose list SQLAlchemy would write out anew on every run.
        is_tracked(kind, known_at)
        if tracked is None
        else sa.or_(sa.false(), *(kind == each for each in sorted(tracked))),
        is_in_effect(as_at),
        sa.or_(FrameworkRevision.enrolment == Enrolment.AUTOMATIC, is_adopted),
        sa.or_(AskScope.service.is_(None), answer.id.is_(None), answer.is_provided.is_(True)),
    )
    return Standings(
        select=select,
        organisations=organisations,
        entry=position.entry,
        deadline_on=deadline_on,
        updated_on=position.updated_on,
        status_class=status_class,
        is_overdue=is_overdue,
    )


def _looked_up_once(organisations: sa.Subquery) -> sa.Subquery:
    """The same organisations, found before they meet the asks.

    Left to themselves, both databases look up the name, type, system and region of an organisation anew for each of
    its thirty asks, which doubles the time of the overdue list of a country and takes a region's five times as long.
    """
    # Without a name of its own, so that two days can stand in one statement.
    found = sa.select(organisations).cte().prefix_with("MATERIALIZED")
    return sa.select(found).subquery("organisations")


def standings_live(today: date, *, for_one_organisation: bool) -> Standings:
    """The same for today as known now, never from what is kept of it: what ``kept.py`` is made of."""
    return _standings(today, None, None if for_one_organisation else tracked_types(), True)


def is_read_from_now(as_at: date, known_at: datetime | None) -> bool:
    """Whether a day is read from the table ``progress``: today and any later day, as known now."""
    return known_at is None and as_at >= clock.today()
