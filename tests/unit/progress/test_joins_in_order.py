"""A join in an order: SQLite is told it, PostgreSQL finds its own."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import InThisOrder
from tracker.progress.kept_models import OrganisationNow, StandingNow


def test_only_sqlite_is_told_to_go_through_the_left_side_first() -> None:
    bodies, rows = OrganisationNow.__table__, StandingNow.__table__
    joined = InThisOrder(bodies, rows, bodies.c.organisation_id == rows.c.organisation_id)
    select = sa.select(rows.c.id).select_from(joined)
    told = "organisation_now CROSS JOIN standing_now ON organisation_now.organisation_id = standing_now.organisation_id"
    assert told in str(select.compile(dialect=sqlite.dialect()))
    assert told.replace("CROSS ", "") in str(select.compile(dialect=postgresql.dialect()))
