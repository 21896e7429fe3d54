"""What became of messages after they had left: bounces that came back, and ends that GOV.UK Notify tells when asked."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa

from tracker import clock
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.mail.bounces import BounceReport
from tracker.mail.models import OutboxMessage
from tracker.mail.notify import Ended, NotifySender, NotifySilentError
from tracker.mail.rules import MessageState

log = logging.getLogger(__name__)

ASKED_FOR = timedelta(days=3)
"""Notify's mail provider tries for 72 hours; after that nothing new is to be learnt."""

MOST_PAGES = 8
"""Pages of 250 messages for each of the three ways to fail: no more than 24 requests at a time."""

AT_ONCE = 250


class Marked(StrEnum):
    """What marking a message as bounced came to."""

    NOW = "now"
    BEFORE = "before"
    NOT_OURS = "not ours"


def mark_bounced(report: BounceReport) -> Marked:
    """Mark the message that a report speaks of, in the caller's transaction; a second report changes nothing.

    One that waits for another try is not tried again.
    """
    for message_id in report.message_ids:
        message = (
            session()
            .scalars(sa.select(OutboxMessage).where(OutboxMessage.message_id == message_id).with_for_update())
            .one_or_none()
        )
        if message is None:
            continue
        if message.state is MessageState.BOUNCED:
            return Marked.BEFORE
        message.state, message.last_error = MessageState.BOUNCED, report.reason
        message.claimed_by, message.claimed_until = None, None
        return Marked.NOW
    return Marked.NOT_OURS


def learn_fates(settings: Settings) -> int:
    """Ask GOV.UK Notify which of the messages of the last three days did not arrive; how many were marked.

    Mail that leaves by another way is not asked for. Where Notify does not say, the next call asks again.
    """
    if settings.mail != "notify":
        return 0
    since = clock.now() - ASKED_FOR
    with transaction():
        if not session().scalar(sa.select(sa.exists().where(*_end_is_unknown(since)))):
            return 0
    learnt: list[Ended] = []
    try:
        with NotifySender.from_settings(settings).line() as line:
            # Failures of a week ago are passed by without looking: real instants, as Notify's are.
            learnt.extend(line.ended(since=clock.real_now() - ASKED_FOR - timedelta(days=1), most_pages=MOST_PAGES))
    except NotifySilentError as fault:
        log.warning("What became of messages could not be asked. %s", fault)
    marked = 0
    for start in range(0, len(learnt), AT_ONCE):
        with transaction():
            marked += _mark(learnt[start : start + AT_ONCE], _end_is_unknown(since))
    return marked


def _mark(learnt: list[Ended], unknown: tuple[sa.ColumnElement[bool], ...]) -> int:
    by_end: dict[tuple[MessageState, str], list[str]] = {}
    for ended in learnt:
        by_end.setdefault((ended.state, ended.reason), []).append(ended.channel_id)
    marked = 0
    for (state, reason), ids in by_end.items():
        rows = session().execute(
            sa.update(OutboxMessage)
            .where(*unknown, OutboxMessage.channel_id.in_(ids))
            .values(state=state, last_error=reason)
            .returning(OutboxMessage.id)
            .execution_options(synchronize_session=False)
        )
        marked += len(rows.all())
    return marked


def _end_is_unknown(since: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Taken by Notify since then, and not known to have come to nothing."""
    return (
        OutboxMessage.state == MessageState.SENT,
        OutboxMessage.channel_id.is_not(None),
        OutboxMessage.sent_at >= since,
    )
