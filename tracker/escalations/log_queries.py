"""The log of every step that was raised in a scope, by organisation; its pages cost as many statements at any size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.queries import MOST_ROWS
from tracker.escalations.records import events_of
from tracker.escalations.rows import LogFilters, LogRow, Step, steps_of
from tracker.escalations.rules import EventKind
from tracker.frameworks.catalogue import Catalogue
from tracker.organisations.queries import in_scope, organisations_as_at
from tracker.web.paging import PAGE_SIZE, Page, read_page


def log_page(
    scope: Scope, filters: LogFilters, query: Mapping[str, str], catalogue: Catalogue, today: date
) -> Page[LogRow]:
    """The page of the log that the query string asks for; page 1 where it has no such page."""
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    statement = _raised(scope, filters, catalogue, today).limit(PAGE_SIZE)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement).all()
    return Page(_with_steps(rows, catalogue), number, PAGE_SIZE, rows[0].total if rows else 0)


def log_rows(scope: Scope, filters: LogFilters, catalogue: Catalogue, today: date) -> list[LogRow]:
    """Every step of the log, for a file."""
    return _with_steps(session().execute(_raised(scope, filters, catalogue, today)).all(), catalogue)


def _raised(scope: Scope, filters: LogFilters, catalogue: Catalogue, today: date) -> sa.Select[Any]:
    """The steps by name of organisation, ask and day, of organisations that are open today."""
    organisations, event = organisations_as_at(today), EscalationEvent
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
            Escalation.ending,
            Escalation.closed_on,
            sa.func.count().over().label("total"),
        )
        .join(Escalation, Escalation.id == event.escalation_id)
        .join(organisations, columns.organisation_id == event.organisation_id)
        .where(event.kind == EventKind.RAISED, in_scope(organisations, scope), event.ask_id.in_(sorted(catalogue.asks)))
        .order_by(sa.func.lower(columns.name), columns.code, event.ask_id, event.id)
    )
    if filters.region:
        select = select.where(columns.region_code == filters.region)
    if filters.system:
        select = select.where(sa.or_(columns.system_code == filters.system, columns.code == filters.system))
    if filters.since is not None:
        select = select.where(event.true_on >= filters.since)
    if filters.only_open:
        select = select.where(Escalation.closed_on.is_(None))
    return select


def _with_steps(rows: Sequence[Any], catalogue: Catalogue) -> list[LogRow]:
    steps: dict[int, Step] = {
        step.raised.event_id: step
        for events in events_of({row.escalation_id for row in rows}).values()
        for step in steps_of(events)
    }
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
            step=steps[row.event_id],
            ending=row.ending,
            closed_on=row.closed_on,
        )
        for row in rows
    ]
