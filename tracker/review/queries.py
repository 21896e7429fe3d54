"""The overdue list: every overdue ask in a scope, filtered and sorted by the database; a page costs as many
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
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.models import Action, ActionContent, Ask, AskContent, Framework, FrameworkRevision
from tracker.frameworks.queries import list_frameworks
from tracker.frameworks.rules import Enrolment, OrganisationType
from tracker.organisations.queries import in_scope, organisations_as_at, tracked_types
from tracker.progress.date_rules import Overdue
from tracker.progress.presenters import standing_word
from tracker.progress.queries import as_standing
from tracker.progress.standings import Standings, standings_as_at
from tracker.review.rows import FilterOptions, OverdueFilters, OverdueRow
from tracker.web.paging import Page, Sort, read_page

PAGE_SIZE = 50
DEFAULT_SORT = Sort("days", "descending")
SORTS = ("days", "organisation", "system", "ask", "updated")
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""


def overdue_page(
    scope: Scope, filters: OverdueFilters, sort: Sort, query: Any, catalogue: Catalogue, today: date
) -> Page[OverdueRow]:
    """The page of the list that the query string asks for; page 1 where the list has no such page.

    Each row carries the number of all rows, because counting them in a statement of its own would cost as much again.
    """
    statement = _one_page(standings_as_at(today), scope, filters, sort)
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    rows = session().execute(statement, {"first": (number - 1) * PAGE_SIZE}).all()
    if not rows and number > 1:
        number = 1
        rows = session().execute(statement, {"first": 0}).all()
    total = rows[0].total if rows else 0
    return Page(items=_as_rows(rows, catalogue, today), number=number, size=PAGE_SIZE, total=total)


def overdue_rows(
    scope: Scope, filters: OverdueFilters, sort: Sort, catalogue: Catalogue, today: date
) -> Sequence[OverdueRow]:
    """Every row of the list, for a file."""
    rows = session().execute(_overdue(standings_as_at(today), scope, filters, sort))
    return _as_rows(rows.all(), catalogue, today)


def filter_options(scope: Scope, catalogue: Catalogue, today: date) -> FilterOptions:
    """What the filters offer: the regions, systems and types in scope, and the actions of every framework."""
    places = session().execute(_places(scope, today, tracked_types()))
    regions: dict[str, str] = {}
    systems: dict[str, str] = {}
    types: set[OrganisationType] = set()
    for region_code, region_name, system_code, system_name, organisation_type in places:
        if region_code:
            regions[region_code] = region_name
        if system_code:
            systems[system_code] = system_name
        types.add(organisation_type)
    in_effect = [framework for framework in list_frameworks() if framework.is_in_effect(today)]
    titles = {framework.code: framework.title for framework in in_effect}
    actions = {
        f"{ask.framework_code}/{ask.action_number}": f"{ask.action_number}. {ask.action_title}"
        + (f" ({titles[ask.framework_code]})" if len(titles) > 1 else "")
        for ask in catalogue.asks.values()
        if ask.framework_code in titles
    }
    return FilterOptions(
        regions=_by_text(regions),
        systems=_by_text(systems),
        types=_by_text({each.value: each.label for each in types}),
        actions=tuple(actions.items()),
    )


@lru_cache(maxsize=64)
def _places(scope: Scope, today: date, tracked: frozenset[OrganisationType]) -> sa.Select[Any]:
    organisations = organisations_as_at(today)
    columns = organisations.c
    return (
        sa.select(
            columns.region_code,
            columns.region_name,
            columns.system_code,
            columns.system_name,
            columns.organisation_type,
        )
        .where(in_scope(organisations, scope), columns.organisation_type.in_(sorted(tracked)))
        .distinct()
    )


def _by_text(pairs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


# These two are kept because building them takes longer than running them for one region; they hold no rows.
@lru_cache(maxsize=128)
def _one_page(standings: Standings, scope: Scope, filters: OverdueFilters, sort: Sort) -> sa.Select[Any]:
    everything = _overdue(standings, scope, filters, sort)
    return (
        everything.add_columns(sa.func.count().over().label("total"))
        .limit(PAGE_SIZE)
        .offset(sa.bindparam("first", type_=sa.Integer))
    )


@lru_cache(maxsize=128)
def _overdue(standings: Standings, scope: Scope, filters: OverdueFilters, sort: Sort) -> sa.Select[Any]:
    organisations = standings.organisations
    select = standings.select.where(standings.is_overdue, in_scope(organisations, scope))
    if filters.region:
        select = select.where(organisations.c.region_code == filters.region)
    if filters.system:
        is_it_or_in_it = sa.or_(organisations.c.system_code == filters.system, organisations.c.code == filters.system)
        select = select.where(is_it_or_in_it)
    if filters.organisation_type:
        select = select.where(organisations.c.organisation_type == OrganisationType(filters.organisation_type))
    if filters.action:
        select = select.where(_is_action(filters.action))
    return _with_names(select, standings).order_by(*_order(sort, standings))


def _is_action(wanted: str) -> sa.ColumnElement[bool]:
    """ "8ua-2020/6", or a bare "6" for the framework that everybody is tracked against."""
    framework_code, _, number = wanted.rpartition("/")
    of_action = Ask.action_id.in_(sa.select(Action.id).where(Action.number == number))
    if framework_code:
        return sa.and_(of_action, Framework.code == framework_code)
    return sa.and_(of_action, FrameworkRevision.enrolment == Enrolment.AUTOMATIC)


def _with_names(select: sa.Select[Any], standings: Standings) -> sa.Select[Any]:
    columns = standings.organisations.c
    return select.add_columns(
        columns.code,
        columns.name,
        columns.organisation_type,
        columns.system_code,
        columns.system_name,
        columns.region_code,
        columns.region_name,
    )


def _order(sort: Sort, standings: Standings) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by code and ask, so that pages neither repeat nor miss a row.

    More days overdue is an earlier deadline, so "days" runs the other way round.
    """
    columns = standings.organisations.c
    ask_order = (FrameworkRevision.position, ActionContentPosition, AskContent.position)
    by: dict[str, tuple[Any, ...]] = {
        "days": (standings.deadline_on,),
        "organisation": (sa.func.lower(columns.name),),
        "system": (sa.func.coalesce(sa.func.lower(columns.system_name), ""),),
        "ask": ask_order,
        "updated": (sa.func.coalesce(standings.updated_on, date.min),),
    }
    is_reversed = sort.is_descending != (sort.column == "days")
    chosen = [part.desc() if is_reversed else part.asc() for part in by[sort.column]]
    return [*chosen, columns.code, *ask_order]


ActionContentPosition = (
    sa.select(ActionContent.position)
    .where(ActionContent.action_id == Ask.action_id, ActionContent.revision_id == FrameworkRevision.id)
    .scalar_subquery()
)


def _as_rows(rows: Iterable[Any], catalogue: Catalogue, today: date) -> list[OverdueRow]:
    rows = list(rows)
    leads = named_leads(today, organisation_ids={row.organisation_id for row in rows})
    made = []
    for row in rows:
        standing = as_standing(row)
        ask = catalogue.asks[standing.ask_id]
        lead = leads.get(standing.organisation_id)
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
                deadline_on=row.deadline_on,
                kind=Overdue.NATIONAL_DATE_MISSED if standing.target_on is None else Overdue.PAST_TARGET,
                days_overdue=standing.days_overdue(today) or 0,
                updated_on=standing.updated_on,
                blocked_by=standing.blocked_by,
                lead_title=lead.job_title if lead else "",
            )
        )
    return made
