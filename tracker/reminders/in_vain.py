"""How often people were reminded of a date and not answered; whether an entry of the ledger was, as a condition."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import sqlalchemy as sa

from tracker.db import read
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.rules import MessageState
from tracker.mail.topics import ReminderState, Topic
from tracker.progress.models import Confirmation, ProgressEntry
from tracker.progress.rules import EntryKind
from tracker.reminders.rows import Candidate

OF_DATES = frozenset({Topic.DEADLINE, Topic.REVIEW, Topic.STALE})


def count_in_vain(candidates: Sequence[Candidate]) -> list[Candidate]:
    """The same candidates, those of dates with how often each series was told in vain, in one statement at most."""
    people = {each.person_id for each in candidates if each.topic in OF_DATES and "after_" in each.kind}
    if not people:
        return list(candidates)
    told = _counts(people)
    return [
        each._replace(told_in_vain=told.get((each.person_id, *each[1:5]), 0)) if each.topic in OF_DATES else each
        for each in candidates
    ]


def is_unanswered() -> sa.ColumnElement[bool]:
    """Whether the organisation has said nothing of the ask since an entry was made, whatever day it spoke of."""
    said = sa.exists().where(
        ProgressEntry.organisation_id == LedgerEntry.organisation_id,
        ProgressEntry.ask_id == LedgerEntry.ask_id,
        ProgressEntry.kind == EntryKind.UPDATE,
        ProgressEntry.recorded_at > LedgerEntry.recorded_at,
    )
    confirmed = sa.exists().where(
        Confirmation.organisation_id == LedgerEntry.organisation_id,
        Confirmation.ask_id == LedgerEntry.ask_id,
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


def _counts(people: Collection[int]) -> dict[tuple[object, ...], int]:
    """By person, organisation, ask, topic and deadline: reminders after the day that may have been read, unanswered."""
    entry = LedgerEntry
    series = (entry.person_id, entry.organisation_id, entry.ask_id, entry.topic, entry.deadline_on)
    query = sa.select(*series, sa.func.count()).where(
        entry.person_id.in_(sorted(people)),
        entry.topic.in_(OF_DATES),
        entry.kind.contains("after_", autoescape=True),
        sa.or_(entry.state == ReminderState.SNOOZED, was_told()),
        is_unanswered(),
    )
    return {tuple(row[:-1]): row[-1] for row in read(query.group_by(*series))}
