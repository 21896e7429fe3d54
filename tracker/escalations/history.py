"""How far an escalation had come on a day, and when a hold ended, folded from what was done; it reads nothing.

The record in the table is the same for today; its SQL twin for another day is in ``log_queries``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from tracker.escalations.rows import Event
from tracker.escalations.rules import NOTHING_YET, EventKind, Record

ENDS_A_HOLD = (EventKind.RAISED, EventKind.JUDGED, EventKind.HELD, EventKind.CLOSED)


def record_on(events: Sequence[Event], on: date) -> Record:
    """The record at the end of a day, from everything that was done, the oldest first."""
    record = NOTHING_YET
    for event in events:
        if event.true_on <= on:
            record = _after(record, event)
    return record


def _after(record: Record, event: Event) -> Record:
    if event.kind is EventKind.RAISED:
        return Record(level=event.level, response_due_on=event.response_due_on, told=event.told)
    if event.kind is EventKind.ANSWERED:
        return replace(record, is_answered=True)
    if event.kind is EventKind.JUDGED:
        return replace(record, response_due_on=None, is_answered=False, quiet_until=event.quiet_until)
    if event.kind is EventKind.HELD:
        return replace(record, quiet_until=event.quiet_until)
    return replace(record, is_closed=True)


def released_on(events: Sequence[Event], event: Event, on: date) -> date | None:
    """The day on which a hold ended: the day to look again, or the day of the next step before it.

    None for what holds nothing, and for what still holds at the end of the day ``on``.
    """
    if event.quiet_until is None:
        return None
    later = (each.true_on for each in events if each.event_id > event.event_id and each.kind in ENDS_A_HOLD)
    ended_on = min(event.quiet_until, next(later, event.quiet_until))
    return ended_on if ended_on <= on else None
