"""Puts messages in the outbox, in the transaction of the decision that made them; it sends nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.mail.letters import message_id_for, one_line
from tracker.mail.models import OutboxMessage

LONGEST_SUBJECT = 300
LINK_MARK = "{one-time link}"
"""Stands in the text of a message, and in its HTML, where its one-time link goes when it leaves."""


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to be put in the outbox. The key is what makes it the same message if it were made again."""

    person_id: int
    subject: str
    body: str
    key: str
    link_for: str | None = None
    html: str | None = None


def queue_message(message: NewMessage, *, mail_from: str) -> int:
    """Put one message in the outbox, in the caller's transaction, and return its id."""
    return queue_messages([message], mail_from=mail_from)[message.key]


def queue_messages(messages: Sequence[NewMessage], *, mail_from: str) -> dict[str, int]:
    """Put messages in the outbox, in the caller's transaction and in one statement; the ids by key.

    A key that is in the outbox already is refused by the database, and the caller's transaction with it.
    """
    if not messages:
        return {}
    keys = {message_id_for(message.key, mail_from): message.key for message in messages}
    rows = [
        {
            "person_id": message.person_id,
            "message_id": message_id_for(message.key, mail_from),
            "subject": one_line(message.subject)[:LONGEST_SUBJECT],
            "body": message.body,
            "html": message.html,
            "link_for": message.link_for,
            "queued_at": clock.now(),
            "not_before": clock.real_now(),
        }
        for message in messages
    ]
    query = sa.insert(OutboxMessage).returning(OutboxMessage.id, OutboxMessage.message_id)
    return {keys[message_id]: row_id for row_id, message_id in session().execute(query, rows)}
