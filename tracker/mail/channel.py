"""Whether the mail server is to be tried at all: what all sending processes know of it together, in one row.

It knows no server and no message. Writing happens in the caller's transaction, after whatever that writes to the
outbox, so that two senders never wait for each other crosswise.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import session
from tracker.mail.models import MailChannel
from tracker.mail.rules import SHORTEST_LEASE_LEFT, Health, after_failure

log = logging.getLogger(__name__)

LONGEST_ERROR = 500
WELL: dict[str, Any] = {"failures": 0, "opened_at": None, "rests_until": None, "rests": 0}
"""How the row stands while nothing is wrong."""


@dataclass(frozen=True, slots=True)
class ChannelState:
    """How sending stands, for pages and commands: whether the server is left alone, since when, until when and why."""

    is_open: bool = False
    since: datetime | None = None
    rests_until: datetime | None = None
    failures: int = 0
    why: str = ""
    last_success_at: datetime | None = None


def channel_state() -> ChannelState:
    """What is known of the server; nothing is wrong with one that was never tried."""
    row = _row()
    if row is None:
        return ChannelState()
    return ChannelState(
        is_open=row.opened_at is not None,
        since=row.opened_at,
        rests_until=row.rests_until,
        failures=row.failures,
        why=row.last_error if row.failures else "",
        last_success_at=row.last_success_at,
    )


def health() -> Health:
    """How the server has fared, as far as a decision to try it needs it."""
    row = _row()
    return Health() if row is None else Health(row.failures, row.opened_at, row.rests_until, row.rests)


def take_trial(seen: Health) -> bool:
    """Be the one that tries a server whose rest is over; whether nobody else was faster.

    A trial that nobody hears of again, because its process died, is given up as a slow message would be.
    """
    taken = session().execute(
        sa.update(MailChannel)
        .where(MailChannel.opened_at == seen.opened_at, MailChannel.rests_until == seen.rests_until)
        .values(rests_until=clock.real_now() + SHORTEST_LEASE_LEFT)
        .returning(MailChannel.id)
        .execution_options(synchronize_session=False)
    )
    return taken.first() is not None


def give_trial_back(seen: Health) -> None:
    """Let another try the server: ours has tried nothing."""
    _write(MailChannel.opened_at == seen.opened_at, rests_until=seen.rests_until)


def has_failed(reason: str, *, was_trial: bool) -> Health:
    """Write down that the server was not there or fell silent; how it stands now. Opening the circuit is an alert."""
    _make_row()
    row = session().execute(sa.select(*_COLUMNS).with_for_update()).one()
    before = Health(row.failures, row.opened_at, row.rests_until, row.rests)
    now = clock.real_now()
    after = after_failure(before, now, was_trial=was_trial)
    _write(
        failures=after.failures,
        opened_at=after.opened_at,
        rests_until=after.rests_until,
        rests=after.rests,
        last_error=reason[:LONGEST_ERROR],
    )
    if after.rests > before.rests and after.rests_until is not None:
        minutes = round((after.rests_until - now).total_seconds() / 60)
        log.error(
            "Alert: mail is left alone for %s minutes after %s failures in a row. %s", minutes, after.failures, reason
        )
    return after


def has_answered(at: datetime, *, has_taken: bool) -> None:
    """Write down that the server answered at an instant, and whether it took a message: that closes the circuit.

    One that was opened after that instant stays open.
    """
    _make_row()
    is_older = sa.or_(MailChannel.opened_at.is_(None), MailChannel.opened_at <= at)
    was_open = session().scalar(sa.select(MailChannel.opened_at).where(is_older).with_for_update())
    _write(is_older, **WELL, **({"last_success_at": at} if has_taken else {}))
    if was_open is not None:
        log.info(
            "The mail server answers again; mail had been left alone since %s.", was_open.isoformat("T", "seconds")
        )


_COLUMNS = (
    MailChannel.failures,
    MailChannel.opened_at,
    MailChannel.rests_until,
    MailChannel.rests,
    MailChannel.last_error,
    MailChannel.last_success_at,
)


def _row() -> sa.Row[int, datetime | None, datetime | None, int, str, datetime | None] | None:
    return session().execute(sa.select(*_COLUMNS)).one_or_none()


def _make_row() -> None:
    """See that the one row is there; of two processes that make it at once, one does."""
    if session().scalar(sa.select(MailChannel.id)) is None:
        insert = sqlite.insert if session().get_bind().dialect.name == "sqlite" else postgresql.insert
        row = insert(MailChannel).values(id=1, last_error="", **WELL)
        session().execute(row.on_conflict_do_nothing(index_elements=["id"]))


def _write(*where: sa.ColumnElement[bool], **values: object) -> None:
    session().execute(
        sa.update(MailChannel).where(*where).values(**values).execution_options(synchronize_session=False)
    )
