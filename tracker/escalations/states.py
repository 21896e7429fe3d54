"""Which records are in a state, for the filters of the list and of the log: the SQL twin of ``rules.state_of``."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.escalations.rules import State

OPEN, OVERDUE = "open", "overdue"
"""Values of the filters beside those of ``State``: everything that is not closed, and responses that are late."""
STATES = (
    (OPEN, "Open"),
    (State.AWAITED.value, State.AWAITED.label),
    (OVERDUE, "Response overdue"),
    *((each.value, each.label) for each in (State.ANSWERED, State.HELD, State.BETWEEN, State.CLOSED)),
)


@dataclass(frozen=True, slots=True)
class RecordColumns:
    """Where a select has what a record says; nothing in ``escalation_id`` where nothing was done yet."""

    escalation_id: Any
    is_closed: sa.ColumnElement[bool]
    is_answered: sa.ColumnElement[bool]
    response_due_on: Any
    quiet_until: Any


def is_in(state: str, of: RecordColumns, today: date) -> sa.ColumnElement[bool]:
    """Whether a record is in one of ``STATES`` on a day."""
    is_open = sa.and_(of.escalation_id.is_not(None), sa.not_(of.is_closed))
    is_quiet = sa.and_(is_open, sa.not_(of.is_answered))
    is_held = sa.and_(of.quiet_until.is_not(None), of.quiet_until > today)
    found: dict[str, sa.ColumnElement[bool]] = {
        OPEN: is_open,
        OVERDUE: sa.and_(is_quiet, of.response_due_on.is_not(None), of.response_due_on < today),
        State.CLOSED.value: sa.and_(of.escalation_id.is_not(None), of.is_closed),
        State.ANSWERED.value: sa.and_(is_open, of.is_answered),
        State.HELD.value: sa.and_(is_quiet, is_held),
        State.AWAITED.value: sa.and_(is_quiet, sa.not_(is_held), of.response_due_on.is_not(None)),
        State.BETWEEN.value: sa.and_(is_quiet, sa.not_(is_held), of.response_due_on.is_(None)),
    }
    return found[state]
