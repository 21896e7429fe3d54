"""The overdue list: every late ask in a scope, filtered and sorted by the database; a page costs as many
statements for ten organisations as for ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.appointments.queries import named_leads
from tracker.db import read, session
from tracker.frameworks.catalogue import Catalogue
from tracker.progress.date_rules import Dates, late_names, overdue_from
from tracker.progress.lists import ListSource
from tracker.progress.presenters import standing_word
from tracker.progress.queries import as_standing
from tracker.review.conditions import BY_BODY, conditions, order, wanted_asks
from tracker.review.rows import OverdueFilters, OverdueRow
from tracker.web.paging import Page, Sort, read_page

PAGE_SIZE = 50


def overdue_page(
    source: ListSource, scope: Scope, filters: OverdueFilters, sort: Sort, query: Any, catalogue: Catalogue, as_at: date
) -> Page[OverdueRow]:
    """The page of the list that the query string asks for; page 1 where the list has no such page.

    A page in the second half is read from the end, so that the last costs as much as the first.
    """
    which = (source, scope, filters, wanted_asks(filters, catalogue), as_at)
    total = read(_count(*which)).scalar_one()
    number = read_page(query, total, PAGE_SIZE)
    first = (number - 1) * PAGE_SIZE
    size = min(PAGE_SIZE, total - first)
    is_reversed = first > total // 2
    part = {"first": total - first - size if is_reversed else first, "size": size}
    rows = read(_part(*which, sort, is_reversed), part).all() if total else []
    return Page(
        items=_as_rows(reversed(rows) if is_reversed else rows, catalogue, as_at),
        number=number,
        size=PAGE_SIZE,
        total=total,
    )


def overdue_rows(
    source: ListSource, scope: Scope, filters: OverdueFilters, sort: Sort, catalogue: Catalogue, as_at: date
) -> Sequence[OverdueRow]:
    """Every row of the list, for a file."""
    found, _ = conditions(source, scope, filters, wanted_asks(filters, catalogue), as_at)
    is_all = filters.holds_what_is_not_late
    rows = session().execute(source.select.where(*found).order_by(*order(source, sort, is_all=is_all)))
    return _as_rows(rows.all(), catalogue, as_at)


# These are kept because building them takes longer than running them for one region; they hold no rows.
@lru_cache(maxsize=128)
def _count(
    source: ListSource, scope: Scope, filters: OverdueFilters, asks: frozenset[int] | None, as_at: date
) -> sa.Select[int]:
    found, needs_bodies = conditions(source, scope, filters, asks, as_at)
    rows = source.joined if needs_bodies else source.alone
    return sa.select(sa.func.count()).select_from(rows).where(*found)


@lru_cache(maxsize=128)
def _part(
    source: ListSource,
    scope: Scope,
    filters: OverdueFilters,
    asks: frozenset[int] | None,
    as_at: date,
    sort: Sort,
    is_reversed: bool,
) -> sa.Select[Any]:
    """The rows of a page; of what is kept, only their keys are sorted before the rest of them is read.

    It is one statement, because whoever makes the tables anew gives every row another key.
    """
    if sort.column in BY_BODY:
        # The database goes through the organisations in their order, and stops when the page is full.
        source = source.by_body or source
    found, needs_bodies = conditions(source, scope, filters, asks, as_at)
    rows = source.joined if needs_bodies else source.alone
    ordered = order(source, sort, is_all=filters.holds_what_is_not_late, is_reversed=is_reversed)
    select = sa.select(source.c["key"]).select_from(rows) if source.is_kept else source.select
    part = (
        select.where(*found)
        .order_by(*ordered)
        .limit(sa.bindparam("size", type_=sa.Integer))
        .offset(sa.bindparam("first", type_=sa.Integer))
    )
    if not source.is_kept:
        return part
    return source.select.where(source.c["key"].in_(part.correlate(None))).order_by(*ordered)


def _as_rows(rows: Iterable[Any], catalogue: Catalogue, as_at: date) -> list[OverdueRow]:
    rows = list(rows)
    leads = named_leads(as_at, organisation_ids={row.organisation_id for row in rows}) if rows else {}
    made = []
    for row in rows:
        standing = as_standing(row)
        ask = catalogue.asks[standing.ask_id]
        lead = leads.get(standing.organisation_id)
        dates = Dates(
            standing.applicability,
            standing.said_class,
            row.national_on,
            standing.target_on,
            standing.review_on,
            standing.last_true_on,
            row.evidence_on,
        )
        late_on = overdue_from(dates)
        made.append(
            OverdueRow(
                organisation_id=standing.organisation_id,
                code=row.code,
                name=row.name,
                organisation_type=row.organisation_type,
                system_code=row.system_code,
                system_name=row.system_name,
                region_code=row.region_code,
                region_name=row.region_name,
                ask=ask,
                status=standing_word(catalogue.scale_of(ask), standing),
                status_class=standing.status_class,
                deadline_on=standing.deadline_on,
                target_on=standing.target_on,
                late=late_names(dates, as_at),
                days_overdue=(as_at - late_on).days if late_on is not None and late_on < as_at else None,
                is_past_date=standing.days_overdue(as_at) is not None,
                updated_on=standing.updated_on,
                evidence_on=row.evidence_on,
                blocked_by=standing.blocked_by,
                lead_title=lead.job_title if lead else "",
            )
        )
    return made
