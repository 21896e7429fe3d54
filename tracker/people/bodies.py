"""Every body as it stands today or stood when it closed, so that its people can be found still; it writes nothing.

``organisations_as_at`` holds the bodies open on one day and no others; a regional team must see whose right to come in
has ended with their organisation.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.organisations.models import Organisation, OrganisationLife, OrganisationLink, OrganisationName
from tracker.organisations.queries import is_known
from tracker.organisations.rules import LinkKind


# Kept because building it takes longer than running it; it holds no rows and is never changed.
@lru_cache(maxsize=4)
def bodies_known_on(today: date) -> sa.Subquery:
    """One row for each body, open or closed: its name, system and region of today, or of the last day it was open.

    A body that is to open has those of its first day. The columns that scopes are asked for have the names they have
    in ``organisations_as_at``.
    """
    life, name = aliased(OrganisationLife), aliased(OrganisationName)
    system_link, region_link = aliased(OrganisationLink), aliased(OrganisationLink)
    day = _nearest_day(life, today)
    return (
        sa.select(
            Organisation.id.label("organisation_id"),
            Organisation.code.label("code"),
            name.display_name.label("name"),
            system_link.parent_id.label("system_id"),
            region_link.parent_id.label("region_id"),
            _holds_on(life, sa.literal(today)).label("is_open"),
            sa.func.coalesce(life.starts_on > today, False).label("is_to_open"),
        )
        .select_from(Organisation)
        .join(life, life.id == _life_to_look_at(today))
        .outerjoin(name, sa.and_(name.organisation_id == Organisation.id, is_known(name), _holds_on(name, day)))
        .outerjoin(system_link, _is_link(system_link, LinkKind.SYSTEM, day))
        .outerjoin(region_link, _is_link(region_link, LinkKind.REGION, day))
        .subquery("bodies")
    )


def _life_to_look_at(today: date) -> sa.ScalarSelect[int]:
    """The life that holds today, else the latest that has ended, else one that is to begin."""
    life = aliased(OrganisationLife)
    has_begun = sa.or_(life.starts_on.is_(None), life.starts_on <= today)
    order = sa.case((_holds_on(life, sa.literal(today)), 0), (has_begun, 1), else_=2)
    return (
        sa.select(life.id)
        .where(life.organisation_id == Organisation.id, is_known(life))
        .order_by(order, life.starts_on.is_(None), life.starts_on.desc(), life.id)
        .limit(1)
        .correlate(Organisation)
        .scalar_subquery()
    )


def _nearest_day(life: Any, today: date) -> sa.ColumnElement[date]:
    return sa.case((life.ends_on < today, life.ends_on), (life.starts_on > today, life.starts_on), else_=today)


def _holds_on(fact: Any, day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    """Whether a dated fact was true on a day that differs from row to row; both of its days are inside."""
    return sa.and_(
        sa.or_(fact.starts_on.is_(None), fact.starts_on <= day),
        sa.or_(fact.ends_on.is_(None), fact.ends_on >= day),
    )


def _is_link(link: Any, kind: LinkKind, day: sa.ColumnElement[date]) -> sa.ColumnElement[bool]:
    return sa.and_(
        link.child_id == Organisation.id,
        link.link_kind == kind,
        link.is_overridden.is_(False),
        is_known(link),
        _holds_on(link, day),
    )
