"""The months, days and steps with which tests of the purge speak of somebody who left."""

from __future__ import annotations

from datetime import UTC, date, datetime

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.models import Membership, Person
from tracker.db import session, transaction
from tracker.people import retention

MONTHS = 24


LEFT_AT = datetime(2020, 11, 2, 23, 30, tzinfo=UTC)
"""Half past eleven at night in London on 2 November 2020, in winter."""


def on(day: date, hour: int = 12):
    return clock.frozen(datetime(day.year, day.month, day.day, hour, tzinfo=clock.LONDON))


def forgotten() -> set[int]:
    session().rollback()
    return set(session().scalars(sa.select(Person.id).where(Person.forgotten_at.is_not(None))))


def purge_on(day: date, hour: int = 12) -> retention.PurgeOutcome:
    session().rollback()
    with on(day, hour):
        expected = retention.preview(MONTHS)
        session().rollback()
        outcome = retention.purge(MONTHS)
        assert (outcome.people + outcome.kept_as_last_administrator, outcome.cleared.keys()) == (
            expected.people,
            expected.cleared.keys(),
        )
        return outcome


def leave(person_id: int, at: datetime = LEFT_AT) -> None:
    with clock.frozen(at), transaction():
        membership = session().scalars(sa.select(Membership.id).where(Membership.person_id == person_id)).one()
        assert accounts.end_membership(membership)
