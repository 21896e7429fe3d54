"""Counts tries in our own database, so that every worker counts in the same place; it knows no page and no account.

``limits`` brings storages for Redis, Memcached and MongoDB, and none for SQL; this is one, for its fixed windows.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta

import sqlalchemy as sa
from limits.storage import Storage
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.web.models import ThrottleCounter

TRIES_BETWEEN_SWEEPS = 200
MOST_SWEPT = 1000
"""Rows taken out at a time, so that nobody's try waits long for a sweep."""


class DatabaseCounters(Storage):
    """The counters in the table ``throttle_counter``.

    Each count is a transaction of its own, so that a try counts even where what it tried was rolled back. One statement
    looks, counts and begins a new window, so that of many tries at once none is lost. ``engine`` is asked at each use;
    it ends what the request has read so far, because a request that held two connections at once could wait for ever.
    """

    STORAGE_SCHEME = ("tracker-database",)  # type: ignore[assignment]

    def __init__(
        self, uri: str | None = None, wrap_exceptions: bool = False, *, engine: Callable[[], sa.Engine]
    ) -> None:
        super().__init__(uri, wrap_exceptions=wrap_exceptions)
        self._engine = engine
        self._tries = itertools.count(1)

    @property
    def base_exceptions(self) -> type[Exception]:
        return sa.exc.SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count a try; how many there are now in the window, which begins with its first try."""
        engine, now = self._engine(), clock.real_now()
        insert = postgresql.insert if engine.dialect.name == "postgresql" else sqlite.insert
        first = insert(ThrottleCounter).values(
            key=_stored(key), tries=amount, expires_at=now + timedelta(seconds=expiry)
        )
        # A window from which every try was given back is as if it had never begun: nobody is to see that it had.
        is_over = sa.or_(ThrottleCounter.expires_at <= now, ThrottleCounter.tries <= 0)
        count = first.on_conflict_do_update(
            index_elements=[ThrottleCounter.key],
            set_={
                "tries": sa.case((is_over, amount), else_=ThrottleCounter.tries + amount),
                "expires_at": sa.case((is_over, first.excluded.expires_at), else_=ThrottleCounter.expires_at),
            },
        ).returning(ThrottleCounter.tries)
        with _writing(engine) as connection:
            tries: int = connection.execute(count).scalar_one()
        if next(self._tries) % TRIES_BETWEEN_SWEEPS == 0:
            self.sweep()
        return tries

    def get(self, key: str) -> int:
        """How many tries there are in the window; none where it is over."""
        found = self._find(key)
        return 0 if found is None else found.tries

    def get_expiry(self, key: str) -> float:
        """When the window ends, in seconds since 1970; now where there is none."""
        found = self._find(key)
        return (clock.real_now() if found is None else found.expires_at).timestamp()

    def check(self) -> bool:
        """Whether the table can be read; raises where it cannot."""
        self._find("nothing")
        return True

    def reset(self) -> int:
        """Forget every count; how many there were."""
        with _writing(self._engine()) as connection:
            return connection.execute(sa.delete(ThrottleCounter)).rowcount

    def clear(self, key: str) -> None:
        """Forget one count."""
        with _writing(self._engine()) as connection:
            connection.execute(sa.delete(ThrottleCounter).where(ThrottleCounter.key == _stored(key)))

    def sweep(self) -> int:
        """Take out windows that are over; how many."""
        # A row that somebody else holds is just beginning a new window, or being swept already.
        over = (
            sa.select(ThrottleCounter.id)
            .where(ThrottleCounter.expires_at <= clock.real_now())
            .limit(MOST_SWEPT)
            .with_for_update(skip_locked=True)
        )
        with _writing(self._engine()) as connection:
            ids = list(connection.execute(over).scalars())
            connection.execute(sa.delete(ThrottleCounter).where(ThrottleCounter.id.in_(ids)))
        return len(ids)

    def _find(self, key: str) -> sa.Row[*tuple[int, datetime]] | None:
        query = sa.select(ThrottleCounter.tries, ThrottleCounter.expires_at).where(
            ThrottleCounter.key == _stored(key), ThrottleCounter.expires_at > clock.real_now()
        )
        with self._engine().connect() as connection:
            return connection.execute(query).one_or_none()


def _writing(engine: sa.Engine) -> AbstractContextManager[sa.Connection]:
    """A short transaction that has SQLite's write lock from its start, like every other that writes."""
    return engine.execution_options(takes_write_lock=True).begin()


def _stored(key: str) -> str:
    """A key of any length in the 64 characters of the column; whoever it is about is hidden in it already."""
    return hashlib.sha256(key.encode()).hexdigest()
