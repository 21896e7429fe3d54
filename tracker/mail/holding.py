"""What one sender has in hand of the outbox under a lease, and how it writes down what became of each message.

It knows no server. Everything here runs in the caller's transaction, but for the writing down of one message, which
is a transaction by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.db import one_by_one, session
from tracker.mail.fate import Fate
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import LEASE, SHORTEST_LEASE_LEFT, MessageState, NextStep


@dataclass(frozen=True, slots=True)
class Claimed:
    """One message that is ours until the lease ends. ``was_held`` says that another sender had it and fell silent."""

    id: int
    person_id: int
    message_id: str
    subject: str
    body: str
    html: str | None
    link_for: str | None
    attempts: int
    silences: int
    was_held: bool

    @property
    def may_have_left(self) -> bool:
        """Whether an earlier try was not seen to its end."""
        return self.was_held or self.attempts > 0 or self.silences > 0


_TABLE = OutboxMessage.metadata.tables[OutboxMessage.__tablename__]

_WRITE_DOWN = (
    sa.update(_TABLE)
    .where(
        _TABLE.c.id == sa.bindparam("of_message"),
        _TABLE.c.claimed_by == sa.bindparam("held_by"),
        _TABLE.c.state == MessageState.QUEUED,
    )
    .values(
        {
            "claimed_by": None,
            "claimed_until": None,
            **{
                name: sa.bindparam(f"new_{name}")
                for name in ("state", "attempts", "silences", "last_error", "sent_at", "channel_id")
            },
            "not_before": sa.func.coalesce(
                sa.bindparam("new_not_before", type_=_TABLE.c.not_before.type), _TABLE.c.not_before
            ),
        }
    )
)
"""One statement, made once: it runs after every message, and to build it takes longer than to run it."""


class Hold:
    """The messages that one sender holds: who we are, and until when they are ours."""

    def __init__(self) -> None:
        self._name = str(uuid4())
        self._lease_ends = clock.real_now()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Messages can be written down inside."""
        with one_by_one() as self._run:
            yield

    def claim(self, at_most: int) -> list[Claimed]:
        """Make messages ours; on PostgreSQL what another sender is claiming is left out.

        They are read and locked first and marked as ours after that, in the same transaction, so that what stood
        there before is known: who held a message and let its lease run out may have sent it.
        """
        now = clock.real_now()
        self._lease_ends = now + LEASE
        rows = session().execute(
            sa.select(
                OutboxMessage.id,
                OutboxMessage.person_id,
                OutboxMessage.message_id,
                OutboxMessage.subject,
                OutboxMessage.body,
                OutboxMessage.html,
                OutboxMessage.link_for,
                OutboxMessage.attempts,
                OutboxMessage.silences,
                OutboxMessage.claimed_by.is_not(None).label("was_held"),
            )
            .where(*is_due(now))
            .order_by(OutboxMessage.not_before, OutboxMessage.id)
            .limit(at_most)
            .with_for_update(skip_locked=True)
        )
        claimed = sorted((Claimed(**row._mapping) for row in rows), key=lambda message: message.id)
        if claimed:
            session().execute(
                sa.update(OutboxMessage)
                .where(OutboxMessage.id.in_([message.id for message in claimed]))
                .values(claimed_by=self._name, claimed_until=self._lease_ends)
                .execution_options(synchronize_session=False)
            )
        return claimed

    def lease_is_long(self) -> bool:
        """Whether the slowest message would end before the lease does."""
        return self._lease_ends - clock.real_now() > SHORTEST_LEASE_LEFT

    def renew(self, message: Claimed) -> bool:
        """Make the lease long again; whether this message is ours still.

        Where the machine slept through the lease, what another sender took meanwhile is no longer ours to send.
        """
        now = clock.real_now()
        has_run_out = now >= self._lease_ends
        if not has_run_out:
            self._lease_ends = now + LEASE
        kept = session().execute(
            self._ours()
            .where(OutboxMessage.id == message.id if has_run_out else sa.true())
            .values(claimed_until=now + LEASE)
            .returning(OutboxMessage.id)
        )
        return kept.first() is not None

    def record_fate(self, message: Claimed, step: NextStep, fate: Fate) -> None:
        """What became of a message, for good and at once, unless it was taken out of our hands meanwhile."""
        self._run(
            _WRITE_DOWN,
            {
                "of_message": message.id,
                "held_by": self._name,
                "new_state": step.state,
                "new_attempts": step.attempts,
                "new_silences": step.silences,
                "new_last_error": fate.reason,
                "new_sent_at": clock.now() if step.state is MessageState.SENT else None,
                "new_channel_id": fate.channel_id,
                "new_not_before": None if step.wait is None else clock.real_now() + step.wait,
            },
        )

    def give_back(self) -> None:
        """Whatever was not sent is free again at once, and not after the lease."""
        session().execute(self._ours().values(claimed_by=None, claimed_until=None))

    def _ours(self) -> sa.Update:
        return (
            sa.update(OutboxMessage)
            .where(OutboxMessage.claimed_by == self._name, OutboxMessage.state == MessageState.QUEUED)
            .execution_options(synchronize_session=False)
        )


def count_due() -> int:
    """How many messages wait and may go now."""
    query = sa.select(sa.func.count()).select_from(OutboxMessage).where(*is_due(clock.real_now()))
    return session().scalar(query) or 0


def is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Waiting, not told to wait longer, and in nobody's hands."""
    return (
        OutboxMessage.state == MessageState.QUEUED,
        OutboxMessage.not_before <= now,
        sa.or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
    )
