"""Whether a reminder was answered, as conditions on its entry in the ledger; it selects nothing itself."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.rules import MessageState
from tracker.mail.topics import ReminderState
from tracker.progress.lateness import Columns
from tracker.progress.models import Confirmation, ProgressEntry
from tracker.progress.rules import EntryKind


def is_unanswered(c: Columns) -> sa.ColumnElement[bool]:
    """Whether the organisation has said nothing of the ask since an entry was made, whatever day it spoke of."""
    item = {"organisation_id": c["organisation_id"], "ask_id": c["ask_id"]}
    said = sa.exists().where(
        *(getattr(ProgressEntry, name) == value for name, value in item.items()),
        ProgressEntry.kind == EntryKind.UPDATE,
        ProgressEntry.recorded_at > LedgerEntry.recorded_at,
    )
    confirmed = sa.exists().where(
        *(getattr(Confirmation, name) == value for name, value in item.items()),
        Confirmation.recorded_at > LedgerEntry.recorded_at,
    )
    return sa.not_(sa.or_(said, confirmed))


def was_told() -> sa.ColumnElement[bool]:
    """Whether a message carries an entry that neither came back nor was given up: the person may have read it."""
    is_lost = sa.exists().where(
        OutboxMessage.id == LedgerEntry.message_id,
        OutboxMessage.state.in_((MessageState.FAILED, MessageState.BOUNCED)),
    )
    return sa.and_(LedgerEntry.state == ReminderState.TOLD, sa.not_(is_lost))
