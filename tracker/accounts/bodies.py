"""What accounts need to know of organisations, whose package lies above: their codes, types and days, by table name."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker.db import session

ORGANISATION = sa.table("organisation", sa.column("id", sa.BigInteger), sa.column("code", sa.String))
ORGANISATION_KIND = sa.table(
    "organisation_kind",
    sa.column("organisation_id", sa.BigInteger),
    sa.column("organisation_type", sa.String),
    sa.column("superseded_at", sa.DateTime),
)
LIFE = sa.table(
    "organisation_life",
    sa.column("id", sa.BigInteger),
    sa.column("organisation_id", sa.BigInteger),
    sa.column("starts_on", sa.Date),
    sa.column("ends_on", sa.Date),
    sa.column("superseded_at", sa.DateTime),
)


def is_life_on(day: date | sa.BindParameter[date]) -> sa.ColumnElement[bool]:
    """Whether a row of LIFE holds on a day; an organisation is open on its close date still."""
    return sa.and_(
        LIFE.c.superseded_at.is_(None),
        sa.or_(LIFE.c.starts_on.is_(None), LIFE.c.starts_on <= day),
        sa.or_(LIFE.c.ends_on.is_(None), LIFE.c.ends_on >= day),
    )


def find_organisation_id(code: str) -> int | None:
    """The id behind an ODS code: the one fact about organisations that a membership needs."""
    return session().scalar(sa.select(ORGANISATION.c.id).where(ORGANISATION.c.code == code.strip().upper()))


def find_organisation_code(organisation_id: int | None) -> str | None:
    """The ODS code behind an id."""
    return session().scalar(sa.select(ORGANISATION.c.code).where(ORGANISATION.c.id == organisation_id))


def types_of_organisation(organisation_id: int) -> frozenset[str]:
    """Every type a body is known to have had or to get, as stored words: what decides which roles it can be held in."""
    kinds = sa.select(ORGANISATION_KIND.c.organisation_type).where(
        ORGANISATION_KIND.c.organisation_id == organisation_id, ORGANISATION_KIND.c.superseded_at.is_(None)
    )
    return frozenset(session().scalars(kinds))
