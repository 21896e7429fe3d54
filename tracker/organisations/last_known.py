"""Every organisation that has opened, the closed ones with what held on their last day: for lists of what has been."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.organisations.models import Organisation, OrganisationLife, OrganisationLink, OrganisationName
from tracker.organisations.queries import holds_on, is_known, is_link_of
from tracker.organisations.rules import LinkKind


@lru_cache(maxsize=8)
def organisations_last_known(today: date) -> sa.Subquery:
    """One row for each organisation that is or was open, with its place as of today or of its last day.

    ``closed_on`` is None for whatever is open today. What it has more of is ``organisations_as_at``'s.
    """
    life, newer, name = aliased(OrganisationLife), aliased(OrganisationLife), aliased(OrganisationName)
    system, region = aliased(OrganisationLink), aliased(OrganisationLink)
    is_closed = life.ends_on < today
    last_day = sa.case((is_closed, life.ends_on), else_=today)
    has_reopened = sa.exists().where(
        newer.organisation_id == life.organisation_id,
        is_known(newer),
        newer.id != life.id,
        sa.or_(life.starts_on.is_(None), newer.starts_on > life.starts_on),
        newer.starts_on <= today,
    )
    return (
        sa.select(
            Organisation.id.label("organisation_id"),
            Organisation.code.label("code"),
            name.display_name.label("name"),
            sa.case((is_closed, life.ends_on)).label("closed_on"),
            system.parent_id.label("system_id"),
            region.parent_id.label("region_id"),
        )
        .select_from(Organisation)
        .join(
            life,
            sa.and_(
                life.organisation_id == Organisation.id,
                is_known(life),
                sa.or_(life.starts_on.is_(None), life.starts_on <= today),
                sa.not_(has_reopened),
            ),
        )
        .join(name, sa.and_(name.organisation_id == Organisation.id, holds_on(name, last_day)))
        .outerjoin(system, is_link_of(system, LinkKind.SYSTEM, last_day))
        .outerjoin(region, is_link_of(region, LinkKind.REGION, last_day))
        .subquery("organisations")
    )
