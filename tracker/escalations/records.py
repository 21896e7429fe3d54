"""Reads everything that was done about the escalation of one ask; whether it may be read is asked before."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.db import read
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.rows import Event, Kept, Told
from tracker.escalations.rules import Record
from tracker.escalations.spells import is_of_this_spell


def told_of(organisation_id: int, ask_id: int, deadline_on: date | None) -> Told:
    """Every escalation of an ask with its events, in one statement; ``deadline_on`` is the one it is judged on now."""
    kept: dict[int, Kept] = {}
    events: dict[int, list[Event]] = {}
    for row in read(_of_one_ask(), {"organisation": organisation_id, "ask": ask_id}):
        if row.id not in kept:
            kept[row.id] = Kept(
                escalation_id=row.id,
                deadline_on=row.deadline_on,
                record=as_record(row),
                ending=row.ending,
                closed_on=row.closed_on,
                counts=bool(row.is_of_this_spell) and row.deadline_on == deadline_on,
            )
        events.setdefault(row.id, []).append(_as_event(row))
    told = tuple(
        Kept(
            one.escalation_id, one.deadline_on, one.record, one.ending, one.closed_on, one.counts, tuple(events[number])
        )
        for number, one in kept.items()
    )
    last = max((each.event_id for listed in events.values() for each in listed), default=0)
    return Told(tuple(sorted(told, key=lambda each: each.escalation_id, reverse=True)), last)


def events_of(escalation_ids: Collection[int]) -> dict[int, list[Event]]:
    """Everything that was done about some escalations, the oldest first, in one statement."""
    events: dict[int, list[Event]] = {}
    chosen = sa.select(*_event_columns()).join(Person, Person.id == EscalationEvent.person_id)
    query = chosen.where(EscalationEvent.escalation_id.in_(sorted(escalation_ids))).order_by(EscalationEvent.id)
    for row in read(query):
        events.setdefault(row.escalation_id, []).append(_as_event(row))
    return events


def as_record(row: Any) -> Record:
    """How far an escalation has come, from a row that holds its columns under their own names."""
    return Record(
        level=row.level,
        response_due_on=row.response_due_on,
        is_answered=bool(row.is_answered),
        quiet_until=row.quiet_until,
        is_closed=row.closed_on is not None,
        told=row.told,
    )


def _as_event(row: Any) -> Event:
    return Event(
        event_id=row.event_id,
        escalation_id=row.escalation_id,
        kind=row.kind,
        level=row.event_level,
        told=row.event_told,
        response_due_on=row.event_due_on,
        judgement=row.judgement,
        quiet_until=row.event_quiet_until,
        ending=row.event_ending,
        text=row.text,
        true_on=row.true_on,
        recorded_at=row.event_at,
        person_id=row.person_id,
        person_name=row.person_name or "",
        role=row.role,
    )


def _event_columns() -> list[Any]:
    event = EscalationEvent
    return [
        event.id.label("event_id"),
        event.escalation_id,
        event.kind,
        event.level.label("event_level"),
        event.told.label("event_told"),
        event.response_due_on.label("event_due_on"),
        event.judgement,
        event.quiet_until.label("event_quiet_until"),
        event.ending.label("event_ending"),
        event.text,
        event.true_on,
        event.recorded_at.label("event_at"),
        event.person_id,
        Person.name.label("person_name"),
        event.role,
    ]


@lru_cache(maxsize=1)
def _of_one_ask() -> sa.Executable:
    return (
        sa.select(
            Escalation.id,
            Escalation.deadline_on,
            Escalation.level,
            Escalation.told,
            Escalation.response_due_on,
            Escalation.is_answered,
            Escalation.quiet_until,
            Escalation.ending,
            Escalation.closed_on,
            is_of_this_spell().label("is_of_this_spell"),
            *_event_columns(),
        )
        .select_from(Escalation)
        .join(EscalationEvent, EscalationEvent.escalation_id == Escalation.id)
        .join(Person, Person.id == EscalationEvent.person_id)
        .where(Escalation.organisation_id == sa.bindparam("organisation"), Escalation.ask_id == sa.bindparam("ask"))
        .order_by(EscalationEvent.id)
    )
