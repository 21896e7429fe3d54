"""What one person has been told, as the ledger has it and as passes to come would go on with it; it writes nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

import sqlalchemy as sa

from tracker.db import read
from tracker.mail.ledger import Reminder
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import SPEAK_OF_A_DATE, ReminderState, Topic
from tracker.reminders.in_vain import was_told
from tracker.reminders.models import Snooze

Item = tuple[int, int]
"""The ids of an organisation and of an ask."""


@dataclass(frozen=True, slots=True)
class Snoozed:
    """Since when somebody has snoozed an item, and the day on which reminders begin again."""

    true_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class _Entry:
    topic: Topic
    kind: str
    due_on: date
    state: ReminderState
    may_be_read: bool
    """Whether it did not come back, or would have been told but for a snooze."""


OF_A_SERIES = (ReminderState.TOLD, ReminderState.SNOOZED)


@dataclass(slots=True)
class Told:
    """Every entry of one person, by item and deadline."""

    entries: dict[tuple[Item, date], list[_Entry]] = field(default_factory=lambda: defaultdict(list))

    def go_on(self, plan: Iterable[Reminder]) -> None:
        """Take what a pass would enter for entered, and what it would tell for told."""
        for each in plan:
            series = each.series
            state = ReminderState.TOLD if each.state is ReminderState.WAITING else each.state
            place = (series.organisation_id, series.ask_id), series.deadline_on
            self.entries[place].append(_Entry(each.topic, each.kind, each.due_on, state, state in OF_A_SERIES))

    def has(self, item: Item, kind: str, deadline_on: date) -> bool:
        return any(each.kind == kind for each in self._of(item, deadline_on))

    def last_on(self, item: Item, topic: Topic, deadline_on: date) -> date | None:
        """The last day on which a topic was entered against a deadline; of a date also by what else speaks of it."""
        family = SPEAK_OF_A_DATE if topic is Topic.DEADLINE else {topic}
        return max((each.due_on for each in self._of(item, deadline_on) if each.topic in family), default=None)

    def in_vain(self, item: Item, topic: Topic, deadline_on: date, said_on: date | None) -> int:
        """Reminders after a deadline that nobody has answered since, snoozed ones too."""
        return sum(
            each.topic is topic
            and each.may_be_read
            and "after_" in each.kind
            and (said_on is None or each.due_on > said_on)
            for each in self._of(item, deadline_on)
        )

    def rests(self, item: Item, topic: Topic, deadline_on: date, said_on: date | None) -> bool:
        """Whether a date has gone up since the last word, and is not spoken of until there is another."""
        return any(
            each.topic is topic and each.state is ReminderState.GONE_UP and (said_on is None or each.due_on > said_on)
            for each in self._of(item, deadline_on)
        )

    def is_to_be_said_again(self, item: Item, topic: Topic, deadline_on: date, snooze: Snoozed) -> bool:
        """Whether something fell due while it was snoozed, and nothing was said since the snooze was over."""
        entries = self._of(item, deadline_on)
        fell_due = any(each.state is ReminderState.SNOOZED and each.topic is topic for each in entries)
        said = SPEAK_OF_A_DATE | {Topic.REVIEW}
        return fell_due and not any(
            each.topic in said and each.due_on >= snooze.until_on and each.state is not ReminderState.SNOOZED
            for each in entries
        )

    def _of(self, item: Item, deadline_on: date) -> list[_Entry]:
        return self.entries.get((item, deadline_on), [])


def told_to(person_id: int) -> Told:
    """Everything that the ledger has of one person."""
    entry, told = LedgerEntry, Told()
    rows = read(
        sa.select(
            entry.organisation_id,
            entry.ask_id,
            entry.deadline_on,
            entry.topic,
            entry.kind,
            entry.due_on,
            entry.state,
            sa.or_(entry.state == ReminderState.SNOOZED, was_told()),
        ).where(entry.person_id == person_id)
    )
    for body, ask_id, deadline_on, *rest in rows:
        told.entries[(body, ask_id), deadline_on].append(_Entry(*rest))
    return told


def snoozes_of(person_id: int) -> dict[Item, Snoozed]:
    """The last snooze of each item of one person, over or not."""
    rows = read(
        sa.select(Snooze.organisation_id, Snooze.ask_id, Snooze.true_on, Snooze.until_on).where(
            Snooze.person_id == person_id, Snooze.superseded_at.is_(None)
        )
    )
    return {(body, ask_id): Snoozed(true_on, until_on) for body, ask_id, true_on, until_on in rows}
