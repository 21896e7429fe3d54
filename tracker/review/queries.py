"""The overdue list: every overdue ask in a scope, filtered and sorted by the database; a page costs as many
statements for ten organisations as for ten thousand.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.models import Action, ActionContent, Ask, AskContent, Framework, FrameworkRevision
from tracker.frameworks.rules import Enrolment, OrganisationType
from tracker.organisations.queries import in_scope, organisations_as_at, tracked_types
from tracker.progress.queries import as_standing, named_leads
from tracker.progress.standings import Standings, standings_as_at
from tracker.review.rows import FilterOptions, OverdueFilters, OverdueRow
from tracker.web.paging import Page, Sort, read_page

PAGE_SIZE = 50
DEFAULT_SORT = Sort("days", "descending")
SORTS = ("days", "organisation", "system", "ask", "updated")


def overdue_page(
    scope: Scope, filters: OverdueFilters, sort: Sort, query: Any, catalogue: Catalogue, today: date
) -> Page[OverdueRow]:
    """The page of the list that the query string asks for."""
    standings, select = _overdue(scope, filters, today)
    total = session().scalar(sa.select(sa.func.count()).select_from(select.subquery())) or 0
    number = read_page(query, total, PAGE_SIZE)
    rows = session().execute(
        _with_names(select, standings)
        .order_by(*_order(sort, standings))
        .limit(PAGE_SIZE)
        .offset((number - 1) * PAGE_SIZE)
    )
    return Page(items=_as_rows(rows.all(), catalogue, today), number=number, size=PAGE_SIZE, total=total)


def overdue_rows(
    scope: Scope, filters: OverdueFilters, sort: Sort, catalogue: Catalogue, today: date
) -> Sequence[OverdueRow]:
    """Every row of the list, for a file."""
    standings, select = _overdue(scope, filters, today)
    rows = session().execute(_with_names(select, standings).order_by(*_order(sort, standings)))
    return _as_rows(rows.all(), catalogue, today)


def filter_options(scope: Scope, catalogue: Catalogue, today: date) -> FilterOptions:
    """What the filters offer: the regions, systems and types in scope, and the actions of every framework."""
    organisations = organisations_as_at(today)
    columns = organisations.c
    places = session().execute(
        sa.select(
            columns.region_code,
            columns.region_name,
            columns.system_code,
            columns.system_name,
            columns.organisation_type,
        )
        .where(in_scope(organisations, scope), columns.organisation_type.in_(sorted(tracked_types())))
        .distinct()
    )
    regions: dict[str, str] = {}
    systems: dict[str, str] = {}
    types: set[OrganisationType] = set()
    for region_code, region_name, system_code, system_name, organisation_type in places:
        if region_code:
            regions[region_code] = region_name
        if system_code:
            systems[system_code] = system_name
        types.add(organisation_type)
    actions = {
        f"{ask.framework_code}/{ask.action_number}": f"{ask.action_number}. {ask.action_title}"
        for ask in catalogue.asks.values()
    }
    return FilterOptions(
        regions=_by_text(regions),
        systems=_by_text(systems),
        types=_by_text({each.value: each.label for each in types}),
        actions=tuple(actions.items()),
    )


def _by_text(pairs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def _overdue(scope: Scope, filters: OverdueFilters, today: date) -> tuple[Standings, sa.Select[Any]]:
    standings = standings_as_at(today)
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
    return standings, select


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
                status=catalogue.word(ask, standing.status_code),
                status_class=standing.status_class,
                deadline_on=row.deadline_on,
                is_target=standing.target_on is not None,
                days_overdue=standing.days_overdue(today) or 0,
                updated_on=standing.updated_on,
                lead_title=lead.job_title if lead else "",
            )
        )
    return made
