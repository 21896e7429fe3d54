"""The requests for another target that wait for a region; it writes nothing and decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.organisations.queries import in_scope, organisations_as_at
from tracker.progress.models import Progress, TargetRequest
from tracker.review.request_rows import RequestRow
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

DEFAULT_SORT = Sort("asked")
SORTS = ("asked", "organisation", "wanted")
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""


def requests_page(
    scope: Scope, sort: Sort, query: Mapping[str, str], catalogue: Catalogue, today: date
) -> Page[RequestRow]:
    """The page of the list that the query string asks for; page 1 where the list has no such page."""
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    statement = _waiting(scope, sort, today).limit(PAGE_SIZE)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement).all()
    return Page([_row(row, catalogue) for row in rows], number, PAGE_SIZE, rows[0].total if rows else 0)


def waiting_requests(scope: Scope, sort: Sort, catalogue: Catalogue, today: date) -> list[RequestRow]:
    """All of them, for a file."""
    return [_row(row, catalogue) for row in session().execute(_waiting(scope, sort, today))]


def _waiting(scope: Scope, sort: Sort, today: date) -> sa.Select[Any]:
    organisations, request = organisations_as_at(today), TargetRequest
    columns = organisations.c
    by: dict[str, Any] = {
        "asked": request.recorded_at,
        "organisation": sa.func.lower(columns.name),
        "wanted": sa.func.coalesce(request.wanted_on, date.max),
    }
    chosen = by[sort.column]
    return (
        sa.select(
            request.id,
            request.ask_id,
            request.true_on,
            request.wanted_on,
            request.reason,
            request.agreed_by,
            request.person_id,
            Progress.target_on,
            Progress.status_class,
            columns.code,
            columns.name,
            columns.system_code,
            columns.system_name,
            sa.func.count().over().label("total"),
        )
        .join(organisations, columns.organisation_id == request.organisation_id)
        .outerjoin(
            Progress,
            sa.and_(Progress.organisation_id == request.organisation_id, Progress.ask_id == request.ask_id),
        )
        .where(request.decision.is_(None), in_scope(organisations, scope))
        .order_by(chosen.desc() if sort.is_descending else chosen, columns.code, request.id)
    )


def _row(row: Any, catalogue: Catalogue) -> RequestRow:
    return RequestRow(
        request_id=row.id,
        code=row.code,
        name=row.name,
        system_code=row.system_code,
        system_name=row.system_name,
        ask=catalogue.asks[row.ask_id],
        asked_on=row.true_on,
        target_on=row.target_on,
        wanted_on=row.wanted_on,
        reason=row.reason,
        agreed_by=row.agreed_by,
        asked_by_id=row.person_id,
        is_done=row.status_class is not None and row.status_class.is_done,
    )
