"""Empties the outbox: messages leave one by one, each exactly once; ``outbox.py`` puts them in.

It knows no feature: whom a message is for is a person's id, and a callable says where that person is reached.
``send_due`` opens transactions of its own, against the habit of services, because each message that left must
be written down before the next one goes.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.db import session, transaction
from tracker.mail.letters import Email
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import LINK_MARK
from tracker.mail.rules import LEASE, SHORTEST_LEASE_LEFT, Answer, MessageState, next_step
from tracker.mail.senders import Line, Sender
from tracker.mail.smtp import Fate, ServerUnreachableError

log = logging.getLogger(__name__)

BATCH = 100

Addresses = Callable[[Collection[int]], Mapping[int, str]]
"""Says where each of these people is reached; who is left out has no address any more."""

Links = Callable[[str], str | None]
"""Makes the address of a one-time link from what it is for; None where that is void by now."""


Recipients = Callable[[str], str | None]
"""Where a message goes whose link is to be proven at another address; None where that is the person's own."""


def no_links(link_for: str) -> str | None:
    """For outboxes without one-time links: whatever asks for one is void."""
    return None


@dataclass(frozen=True, slots=True)
class SendOutcome:
    """What one emptying of the outbox did; ``trouble`` is a sentence about the server, if it was the server."""

    sent: int = 0
    failed: int = 0
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class _Claimed:
    """One message that is ours until the lease ends."""

    id: int
    person_id: int
    message_id: str
    subject: str
    body: str
    link_for: str | None
    attempts: int
    silences: int


def send_due(
    sender: Sender,
    addresses: Addresses,
    *,
    mail_from: str,
    links: Links = no_links,
    recipients: Recipients = no_links,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[int], None] = lambda done: None,
) -> SendOutcome:
    """Send what waits in the outbox, batch by batch, until nothing is due, the server is gone or we stop.

    Several may run at once: each message is claimed by one. A process that dies gives its messages back when
    the lease ends; the one it was sending may go twice, with the same Message-ID.
    """
    run = _Run(sender, addresses, links, recipients, mail_from, should_stop, on_progress)
    while run.send_a_batch():
        pass
    return SendOutcome(run.sent, run.failed, run.trouble)


class _Run:
    """One emptying of the outbox: who we are, how far we came."""

    def __init__(
        self,
        sender: Sender,
        addresses: Addresses,
        links: Links,
        recipients: Recipients,
        mail_from: str,
        should_stop: Callable[[], bool],
        on_progress: Callable[[int], None],
    ) -> None:
        self._sender = sender
        self._addresses = addresses
        self._links = links
        self._recipients = recipients
        self._mail_from = mail_from
        self._should_stop = should_stop
        self._on_progress = on_progress
        self._name = str(uuid4())
        self._lease_ends = clock.real_now()
        self.sent = 0
        self.failed = 0
        self.trouble = ""

    def send_a_batch(self) -> bool:
        """Claim some messages and send them over one line; whether there may be more to do."""
        if self._should_stop():
            return False
        with transaction():
            batch = self._claim()
            addresses = self._addresses([message.person_id for message in batch]) if batch else {}
        if not batch:
            return False
        try:
            with self._sender.line() as line:
                self._send_over(line, batch, addresses)
        except ServerUnreachableError as fault:
            self.trouble = str(fault)
        finally:
            # Whatever ended the batch, what was not offered is free again at once and not after the lease.
            self._give_back()
        if self.trouble:
            log.warning("%s What waits in the outbox goes with the next pass.", self.trouble)
            self.failed += self._count_due()
        return not self.trouble

    def _send_over(self, line: Line, batch: Sequence[_Claimed], addresses: Mapping[int, str]) -> None:
        for message in batch:
            if self._should_stop():
                return
            if not self._still_holds(message):
                continue
            fate = self._send_one(line, message, addresses.get(message.person_id))
            if fate.answer is Answer.UNREACHABLE:
                self.trouble = fate.reason
                return
            self._write_down(message, fate)
            self._on_progress(self.sent + self.failed)

    def _send_one(self, line: Line, message: _Claimed, address: str | None) -> Fate:
        if address is None:
            return Fate(Answer.REFUSED, "There is no address for this person any more.")
        try:
            address = self._elsewhere(message, address)
            body = self._whole_body(message)
            if body is None:
                return Fate(Answer.REFUSED, "What its link would open is void by now.")
            return line.send(Email(message.message_id, self._mail_from, address, message.subject, body))
        except Exception as fault:  # One message that cannot be sent must not hold up everybody else's.
            # The traceback stays out of the log: it could hold an address.
            log.error("Message %s could not be sent: %s", message.id, type(fault).__name__)
            return Fate(Answer.UNANSWERED, f"The sender failed: {type(fault).__name__}.")

    def _elsewhere(self, message: _Claimed, address: str) -> str:
        """The person's address, or the one at which the message's link is to be proven."""
        if message.link_for is None:
            return address
        with transaction():
            elsewhere = self._recipients(message.link_for)
        return address if elsewhere is None else elsewhere

    def _whole_body(self, message: _Claimed) -> str | None:
        """The text with its one-time link, which is made now and stored nowhere; None where it would open nothing."""
        if message.link_for is None:
            return message.body
        with transaction():
            address = self._links(message.link_for)
        return None if address is None else message.body.replace(LINK_MARK, address)

    def _claim(self) -> list[_Claimed]:
        """Make a batch ours in one statement; on PostgreSQL what another sender is claiming is left out.

        The batch is chosen once, as a table of its own: within a plain subquery PostgreSQL may lock and choose anew
        for each row that it compares, and take more than the limit.
        """
        now = clock.real_now()
        self._lease_ends = now + LEASE
        free = (
            sa.select(OutboxMessage.id)
            .where(*_is_due(now))
            .order_by(OutboxMessage.not_before, OutboxMessage.id)
            .limit(BATCH)
            .with_for_update(skip_locked=True)
            .cte("free")
            .prefix_with("MATERIALIZED")
        )
        rows = session().execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id.in_(sa.select(free.c.id)))
            .values(claimed_by=self._name, claimed_until=self._lease_ends)
            .returning(
                OutboxMessage.id,
                OutboxMessage.person_id,
                OutboxMessage.message_id,
                OutboxMessage.subject,
                OutboxMessage.body,
                OutboxMessage.link_for,
                OutboxMessage.attempts,
                OutboxMessage.silences,
            )
            .execution_options(synchronize_session=False)
        )
        return sorted((_Claimed(**row._mapping) for row in rows), key=lambda claimed: claimed.id)

    def _still_holds(self, message: _Claimed) -> bool:
        """Renew the lease of the whole batch when it runs short; whether this message is ours still."""
        now = clock.real_now()
        if self._lease_ends - now > SHORTEST_LEASE_LEFT:
            return True
        if now < self._lease_ends:
            self._lease_ends = now + LEASE
            with transaction() as current:
                current.execute(self._ours().values(claimed_until=self._lease_ends))
            return True
        # The machine slept through the lease: what another sender took meanwhile is no longer ours to send.
        with transaction() as current:
            kept = current.execute(
                self._ours()
                .where(OutboxMessage.id == message.id)
                .values(claimed_until=now + LEASE)
                .returning(OutboxMessage.id)
            )
            return kept.first() is not None

    def _write_down(self, message: _Claimed, fate: Fate) -> None:
        step = next_step(fate.answer, attempts=message.attempts, silences=message.silences)
        values: dict[str, object] = {
            "state": step.state,
            "attempts": step.attempts,
            "silences": step.silences,
            "claimed_by": None,
            "claimed_until": None,
            "last_error": fate.reason,
        }
        if step.wait is not None:
            values["not_before"] = clock.real_now() + step.wait
        if step.state is MessageState.SENT:
            values["sent_at"] = clock.now()
            self.sent += 1
        else:
            self.failed += 1
            log.warning("Message %s to person %s: %s", message.id, message.person_id, fate.reason)
        with transaction() as current:
            current.execute(self._ours().where(OutboxMessage.id == message.id).values(**values))

    def _give_back(self) -> None:
        with transaction() as current:
            current.execute(self._ours().values(claimed_by=None, claimed_until=None))

    def _count_due(self) -> int:
        query = sa.select(sa.func.count()).select_from(OutboxMessage).where(*_is_due(clock.real_now()))
        return session().scalar(query) or 0

    def _ours(self) -> sa.Update:
        return (
            sa.update(OutboxMessage)
            .where(OutboxMessage.claimed_by == self._name, OutboxMessage.state == MessageState.QUEUED)
            .execution_options(synchronize_session=False)
        )


def _is_due(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Waiting, not told to wait longer, and in nobody's hands."""
    return (
        OutboxMessage.state == MessageState.QUEUED,
        OutboxMessage.not_before <= now,
        sa.or_(OutboxMessage.claimed_until.is_(None), OutboxMessage.claimed_until <= now),
    )
