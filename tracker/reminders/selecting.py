"""What has fallen due by the days, for whom, and is not in the ledger: a few statements, whatever the country's size.

Which days call for a reminder is asked of ``rules.slot_on`` for every day that a deadline can be, and never written
again in SQL. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.db import InThisOrder, read
from tracker.frameworks.catalogue import read_catalogue
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import SPEAK_OF_A_DATE, ReminderState, Topic
from tracker.reminders.answering import answering
from tracker.reminders.dated import Dated, dated_topics, deadlines
from tracker.reminders.in_vain import is_unanswered
from tracker.reminders.looking import EVERYTHING, Look
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate
from tracker.reminders.rules import kind_of
from tracker.reminders.slot_table import Slots, slot_table, slots_of_day


def due_by_date(day: PassDay, look: Look = EVERYTHING) -> list[Candidate]:
    """What dates call for and is not in the ledger: deadlines, reviews, and silence of what has no date."""
    fresh = []
    for dated in dated_topics(day):
        slots = _slots(dated, day)
        # Where the facts themselves are asked, to ask for less takes no less time.
        if look.after is None or not day.source.is_kept:
            fresh += _fresh(dated, slots, day, *dated.wide)
            continue
        since = {anchor: slot for anchor, slot in slots.items() if slot.due_on > look.after}
        before = {anchor: slot for anchor, slot in slots.items() if slot.due_on <= look.after}
        fresh += _fresh(dated, since, day, days_first=dated.found_by is not None)
        fresh += _fresh(dated, before, day, day.source.c["organisation_id"].in_(sorted(look.bodies)))
    return fresh


def count_by_person(day: PassDay) -> dict[int, int]:
    """Of how many asks each person has a date that a reminder has fallen due for, told or not."""
    dated = deadlines(read_catalogue(), day)
    slots = _slots(dated, day)
    if not slots:
        return {}
    joined, people, _, conditions = _called_for(dated, slots, day)
    query = (
        sa.select(people.c.person_id, sa.func.count())
        .select_from(joined)
        .where(*conditions, *dated.wide)
        .group_by(people.c.person_id)
    )
    return {person_id: count for person_id, count in read(query)}  # noqa: C416 - dict() takes a Result for a mapping


def _slots(dated: Dated, day: PassDay) -> Slots:
    return slots_of_day(day.first_day, day.on, day.ahead_to, tuple(dated.cadences.items()), dated.quiet_days)


def _called_for(
    dated: Dated, slots: Slots, day: PassDay, *, days_first: bool = False
) -> tuple[sa.FromClause, sa.Subquery, Any, tuple[sa.ColumnElement[bool], ...]]:
    """The rows that a slot has gone by of, with whoever answers for them and the slot."""
    slot = slot_table(slots, dated.quiet_days)
    people = answering(day.on)
    is_theirs = sa.and_(
        people.c.organisation_id == day.source.c["organisation_id"],
        sa.or_(people.c.ask_id.is_(None), people.c.ask_id == day.source.c["ask_id"]),
    )
    is_of_slot = slot.c.anchor_on == (dated.found_by if days_first else dated.anchor_on)
    if dated.cadence_code is not None:
        is_of_slot = sa.and_(is_of_slot, slot.c.cadence == dated.cadence_code)
    # The rows first, but where an index leads to them: SQLite would go through all of them for each of the days.
    first, then = (slot, dated.rows) if days_first else (dated.rows, slot)
    joined = InThisOrder(first, then, is_of_slot).join(people, is_theirs)
    return joined, people, slot, dated.conditions


def _fresh(
    dated: Dated, slots: Slots, day: PassDay, *narrower: sa.ColumnElement[bool], days_first: bool = False
) -> list[Candidate]:
    """Those of them that are not in the ledger, nor a later one of their series."""
    if not slots:
        return []
    joined, people, slot, conditions = _called_for(dated, slots, day, days_first=days_first)
    if days_first and dated.found_by is not None:
        # PostgreSQL sees by this that it is few days, and goes by the index.
        narrower = (*narrower, dated.found_by.in_(sorted({anchor_on for _, anchor_on in slots})))
    family = SPEAK_OF_A_DATE if dated.topic is Topic.DEADLINE else {dated.topic}
    c = day.source.c
    key = (
        LedgerEntry.person_id == people.c.person_id,
        LedgerEntry.organisation_id == c["organisation_id"],
        LedgerEntry.ask_id == c["ask_id"],
        LedgerEntry.deadline_on == slot.c.deadline_on,
    )
    is_said = LedgerEntry.due_on >= slot.c.due_on
    rests = sa.and_(LedgerEntry.state == ReminderState.GONE_UP, is_unanswered())
    is_known = sa.exists().where(*key, LedgerEntry.topic.in_(family), sa.or_(is_said, rests))
    query = (
        sa.select(
            people.c.person_id,
            c["organisation_id"],
            c["ask_id"],
            slot.c.deadline_on,
            slot.c.due_on,
            c["updated_on"],
            c["confirmed_on"],
        )
        .select_from(joined)
        .where(*conditions, *narrower, sa.not_(is_known))
    )
    # Of a hundred thousand rows each holds the same few days, people and organisations, not its own copies.
    ids: dict[int, int] = {}
    said_on: dict[date | None, date | None] = {}
    days: dict[tuple[date, date], tuple[date, str, date]] = {}
    for (_, anchor_on), each in slots.items():
        deadline_on = anchor_on + timedelta(days=dated.quiet_days)
        days[deadline_on, each.due_on] = deadline_on, kind_of(dated.topic, each.kind), each.due_on
    return [
        Candidate(
            ids.setdefault(person_id, person_id),
            ids.setdefault(body, body),
            ask_id,
            dated.topic,
            *days[deadline_on, due_on],
            said_on.setdefault(last := _last(said), last),
        )
        for person_id, body, ask_id, deadline_on, due_on, *said in read(query)
    ]


def _last(days: Iterable[date | None]) -> date | None:
    return max(filter(None, days), default=None)
