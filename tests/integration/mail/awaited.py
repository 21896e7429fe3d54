"""What waits in the ledger for somebody's next digest, and the digests that a pass makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import current_app
from integration.mail.outboxing import FakeSender

from tracker import clock
from tracker.db import session
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState, Topic
from tracker.reminders.service import send_reminders


@dataclass(frozen=True, slots=True)
class News:
    """An entry that waits: for whom, about what, and what it is called."""

    person_id: int
    topic: Topic
    kind: str
    deadline_on: date


def waiting() -> list[News]:
    """Everything that waits, in the order in which it was entered; no mail of its own went out for any of it."""
    session().rollback()
    assert session().scalars(sa.select(OutboxMessage.subject)).all() == []
    entry = LedgerEntry
    rows = session().execute(
        sa.select(entry.person_id, entry.topic, entry.kind, entry.deadline_on)
        .where(entry.state == ReminderState.WAITING)
        .order_by(entry.id)
    )
    return [News(*row) for row in rows]


def digests(on: date | None = None) -> dict[int, OutboxMessage]:
    """The digests of one pass, today's unless said otherwise, by the person."""
    session().rollback()
    before = set(session().scalars(sa.select(OutboxMessage.id)))
    send_reminders(on or clock.today(), current_app.extensions["settings"], sender=FakeSender())
    session().rollback()
    found = [each for each in session().scalars(sa.select(OutboxMessage)) if each.id not in before]
    assert len({each.person_id for each in found}) == len(found), "Nobody gets two."
    return {each.person_id: each for each in found}


def lines_of(mail: OutboxMessage, ref: str, code: str = "XN1") -> list[str]:
    """What a digest says of an ask, line by line, in the order of the digest."""
    lines = mail.body.splitlines()
    places = [place for place, line in enumerate(lines) if f"/organisations/{code}/8ua-2020/{ref}" in line]
    return [lines[place - 1] for place in places]


def fates() -> list[tuple[int, Topic, ReminderState, str]]:
    """What became of every entry, and why, in the order in which they were entered."""
    session().rollback()
    entry = LedgerEntry
    rows = session().execute(sa.select(entry.person_id, entry.topic, entry.state, entry.why).order_by(entry.id))
    return [tuple(row) for row in rows]
