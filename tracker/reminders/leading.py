"""Which of several scheduler processes acts: the one that holds a lease in the database. It decides nothing else.

The lease spares work and is not what keeps a reminder to one: that is the ledger's key, which holds even if two act. A
process that dies gives way when its lease is over; one that ends politely gives it back.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import session, transaction
from tracker.reminders.models import SchedulerLease

LEASE = timedelta(seconds=90)
"""Longer than the minute between two ticks, so that whoever acts keeps acting."""
RENEW_AFTER = timedelta(seconds=20)
NAME = "scheduler"


class Leadership:
    """One process's claim to act; it needs an application context."""

    def __init__(self, name: str = NAME) -> None:
        self._name = name
        self._holder = str(uuid4())
        self._asked_at: datetime | None = None
        self._leads = False

    def keep(self) -> bool:
        """Whether this process acts now. Asks the database at most every twenty seconds, as real time goes."""
        now = clock.real_now()
        if self._asked_at is None or not self._leads or abs(now - self._asked_at) >= RENEW_AFTER:
            self._leads = self._take(now)
            self._asked_at = now
        return self._leads

    def give_back(self) -> None:
        """Let another process act at once."""
        with transaction() as current:
            mine = sa.delete(SchedulerLease).where(
                SchedulerLease.name == self._name, SchedulerLease.holder == self._holder
            )
            current.execute(mine.execution_options(synchronize_session=False))
        self._leads, self._asked_at = False, None

    def _take(self, now: datetime) -> bool:
        held = {"holder": self._holder, "until": now + LEASE, "renewed_at": now}
        insert = sqlite.insert if session().get_bind().dialect.name == "sqlite" else postgresql.insert
        # In one statement, so that of two who ask at once one is told that it leads.
        taken = (
            insert(SchedulerLease)
            .values(name=self._name, **held)
            .on_conflict_do_update(
                index_elements=["name"],
                set_=held,
                where=sa.or_(SchedulerLease.holder == self._holder, SchedulerLease.until <= now),
            )
            .returning(SchedulerLease.id)
        )
        with transaction() as current:
            return current.scalar(taken) is not None
