"""The log of everything that was done about escalations in a scope, as at a day; a page costs as many statements at any
size.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.escalations.history import record_on, released_on
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.queries import MOST_ROWS
from tracker.escalations.records import events_of
from tracker.escalations.rows import Event, LogFilters, LogRow
from tracker.escalations.rules import EventKind
from tracker.escalations.states import RecordColumns, is_in
from tracker.frameworks.catalogue import Catalogue
from tracker.organisations.queries import in_scope, organisations_as_at
from tracker.web.paging import PAGE_SIZE, Page, read_page


def log_page(scope: Scope, filters: LogFilters, query: Mapping[str, str], catalogue: Catalogue) -> Page[LogRow]:
    """The page of the log that the query string asks for; page 1 where it has no such page."""
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    statement = _done(scope, filters, catalogue).limit(PAGE_SIZE)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement).all()
    return Page(_with_events(rows, filters.as_at, catalogue), number, PAGE_SIZE, rows[0].total if rows else 0)


def log_rows(scope: Scope, filters: LogFilters, catalogue: Catalogue) -> list[LogRow]:
    """Everything in the log, for a file."""
    return _with_events(session().execute(_done(scope, filters, catalogue)).all(), filters.as_at, catalogue)


def _done(scope: Scope, filters: LogFilters, catalogue: Catalogue) -> sa.Select[Any]:
    """What was done up to a day, by name of organisation, ask and time, of organisations that were open on it.

    Of every escalation that was open on the day or changed in the period, and of it everything from its beginning: a
    paper that left out what is stuck because nothing was done about it would leave out what matters most.
    """
    organisations, event = organisations_as_at(filters.as_at), EscalationEvent
    columns = organisations.c
    select = (
        sa.select(
            event.id.label("event_id"),
            event.escalation_id,
            event.ask_id,
            columns.code,
            columns.name,
            columns.system_code,
            columns.system_name,
            columns.region_code,
            columns.region_name,
            Escalation.deadline_on,
            sa.func.count().over().label("total"),
        )
        .join(Escalation, Escalation.id == event.escalation_id)
        .join(organisations, columns.organisation_id == event.organisation_id)
        .where(
            event.true_on <= filters.as_at,
            in_scope(organisations, scope),
            event.ask_id.in_(sorted(catalogue.asks)),
        )
        .order_by(sa.func.lower(columns.name), columns.code, event.ask_id, event.escalation_id, event.id)
    )
    if filters.region:
        select = select.where(columns.region_code == filters.region)
    if filters.system:
        select = select.where(sa.or_(columns.system_code == filters.system, columns.code == filters.system))
    record = _record_on(filters.as_at)
    if filters.since is not None:
        changed_on = _last(EscalationEvent.true_on, filters.as_at, tuple(EventKind))
        select = select.where(sa.or_(sa.not_(record.is_closed), changed_on >= filters.since))
    if filters.state:
        select = select.where(is_in(filters.state, record, filters.as_at))
    return select


def _record_on(on: date) -> RecordColumns:
    """What the record said at the end of a day: the SQL twin of ``history.record_on``."""
    raised, answered, judged, held = EventKind.RAISED, EventKind.ANSWERED, EventKind.JUDGED, EventKind.HELD
    event = EscalationEvent
    return RecordColumns(
        escalation_id=Escalation.id,
        is_closed=_last(event.kind, on, tuple(EventKind)) == EventKind.CLOSED,
        is_answered=sa.func.coalesce(_last(event.kind, on, (raised, answered, judged)), "") == answered.value,
        response_due_on=_last(event.response_due_on, on, (raised, judged)),
        quiet_until=_last(event.quiet_until, on, (raised, judged, held)),
    )


def _last(column: Any, on: date, kinds: Collection[EventKind]) -> Any:
    """What the last of some kinds of things that were done by a day says."""
    last = aliased(EscalationEvent)
    return (
        sa.select(getattr(last, column.key))
        .where(last.escalation_id == Escalation.id, last.true_on <= on, last.kind.in_(kinds))
        .order_by(last.id.desc())
        .limit(1)
        .correlate(Escalation)
        .scalar_subquery()
    )


def _with_events(rows: Sequence[Any], as_at: date, catalogue: Catalogue) -> list[LogRow]:
    told = events_of({row.escalation_id for row in rows})
    known: dict[int, Event] = {event.event_id: event for events in told.values() for event in events}
    records = {escalation_id: record_on(events, as_at) for escalation_id, events in told.items()}
    return [
        LogRow(
            code=row.code,
            name=row.name,
            system_code=row.system_code,
            system_name=row.system_name,
            region_code=row.region_code,
            region_name=row.region_name,
            ask=catalogue.asks[row.ask_id],
            deadline_on=row.deadline_on,
            event=known[row.event_id],
            record=records[row.escalation_id],
            released_on=released_on(told[row.escalation_id], known[row.event_id], as_at),
        )
        for row in rows
    ]
