"""The row that everybody queues at who begins a return of an organisation or sets its cadence; it never commits."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker.db import session
from tracker.returns.models import ReturnBook


def locked_book(organisation_id: int) -> ReturnBook:
    """The book of an organisation, locked until the transaction ends; made on its first use."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    session().execute(
        insert(ReturnBook)
        .values(organisation_id=organisation_id, last_number=0, version=0)
        .on_conflict_do_nothing(index_elements=["organisation_id"])
    )
    return (
        session()
        .scalars(
            sa.select(ReturnBook)
            .where(ReturnBook.organisation_id == organisation_id)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )
