"""How far targets have moved, for every ask that ever had one: filtered and sorted by the database; it writes nothing.

The SQL twin of ``progress.date_rules.slippage``, whose result each row carries; a test feeds both.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import GenericFunction

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue, is_known_revision
from tracker.frameworks.models import AskContent, FrameworkRevision
from tracker.frameworks.rules import DateKind, OrganisationType, national_deadline
from tracker.organisations.queries import in_scope, organisations_as_at, tracked_types
from tracker.progress.date_rules import slippage
from tracker.progress.models import Target
from tracker.review.slippage_rows import FilterOptions, SlippageFilters, SlippageRow
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

DEFAULT_SORT = Sort("organisation")
SORTS = ("organisation", "ask", "days", "revisions", "target")
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""
Key = tuple[int, int]


class DaysBetween(GenericFunction[int]):
    """How many days one day lies after another."""

    inherit_cache = True
    type = sa.Integer()


@compiles(DaysBetween)
def _subtracted(element: Any, compiler: Any, **how: Any) -> str:
    later, earlier = list(element.clauses)
    return f"({compiler.process(later, **how)} - {compiler.process(earlier, **how)})"


@compiles(DaysBetween, "sqlite")
def _by_julian_days(element: Any, compiler: Any, **how: Any) -> str:
    later, earlier = list(element.clauses)
    days = f"julianday({compiler.process(later, **how)}) - julianday({compiler.process(earlier, **how)})"
    return f"CAST({days} AS INTEGER)"


def slippage_page(
    scope: Scope, filters: SlippageFilters, sort: Sort, query: Mapping[str, str], catalogue: Catalogue, today: date
) -> Page[SlippageRow]:
    """The page of the table that the query string asks for; page 1 where it has no such page."""
    statement = chosen_items(scope, filters, sort, catalogue, today).add_columns(sa.func.count().over().label("total"))
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    rows = session().execute(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement.limit(PAGE_SIZE)).all()
    told = targets_of([(row.organisation_id, row.ask_id) for row in rows])
    return Page([_row(row, told, catalogue) for row in rows], number, PAGE_SIZE, rows[0].total if rows else 0)


def slippage_rows(
    scope: Scope, filters: SlippageFilters, sort: Sort, catalogue: Catalogue, today: date
) -> list[SlippageRow]:
    """All of them, for a file."""
    chosen = chosen_items(scope, filters, sort, catalogue, today)
    rows = session().execute(chosen).all()
    told = targets_of(chosen)
    return [_row(row, told, catalogue) for row in rows]


def filter_options(scope: Scope, catalogue: Catalogue, today: date) -> FilterOptions:
    """What the filters offer: the systems and types in scope, and the actions of everything that is asked."""
    organisations = organisations_as_at(today)
    columns = organisations.c
    places = session().execute(
        sa.select(columns.system_code, columns.system_name, columns.organisation_type)
        .where(in_scope(organisations, scope), columns.organisation_type.in_(sorted(tracked_types())))
        .distinct()
    )
    systems: dict[str, str] = {}
    types: dict[str, str] = {}
    for system_code, system_name, organisation_type in places:
        if system_code:
            systems[system_code] = system_name
        types[organisation_type.value] = organisation_type.label
    actions = {
        f"{ask.framework_code}/{ask.action_number}": f"{ask.action_number}. {ask.action_title} ({ask.framework_title})"
        for ask in catalogue.asks.values()
    }
    return FilterOptions(_by_text(systems), _by_text(types), tuple(actions.items()))


def _by_text(pairs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def chosen_items(
    scope: Scope, filters: SlippageFilters, sort: Sort, catalogue: Catalogue, today: date
) -> sa.Select[Any]:
    """Each ask of each organisation that the table holds, in its order."""
    organisations, histories = organisations_as_at(today), _histories()
    columns, of = organisations.c, histories.c
    national_on = sa.case((AskContent.date_kind == DateKind.BY, AskContent.national_on))
    is_beyond = sa.func.coalesce(of.first_on > national_on, sa.false())
    base_on = sa.case((is_beyond, national_on), else_=of.first_on)
    days = sa.func.coalesce(DaysBetween(of.last_on, base_on), 0)
    revisions = of.times - 1
    select = (
        sa.select(
            of.organisation_id,
            of.ask_id,
            of.first_on,
            columns.code,
            columns.name,
            columns.system_code,
            columns.system_name,
        )
        .join(organisations, columns.organisation_id == of.organisation_id)
        .join(AskContent, AskContent.ask_id == of.ask_id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(is_known_revision(None), in_scope(organisations, scope))
    )
    if filters.system:
        select = select.where(sa.or_(columns.system_code == filters.system, columns.code == filters.system))
    if filters.organisation_type:
        select = select.where(columns.organisation_type == OrganisationType(filters.organisation_type))
    if filters.action:
        framework_code, _, number = filters.action.rpartition("/")
        wanted = (framework_code, number)
        chosen = [a.ask_id for a in catalogue.asks.values() if (a.framework_code, a.action_number) == wanted]
        select = select.where(of.ask_id.in_(chosen))
    if filters.days:
        select = select.where(days >= filters.days)
    ask_order = (FrameworkRevision.position, AskContent.position)
    by: dict[str, tuple[Any, ...]] = {
        "organisation": (sa.func.lower(columns.name),),
        "ask": ask_order,
        "days": (days,),
        "revisions": (revisions,),
        "target": (sa.func.coalesce(of.last_on, date.max),),
    }
    ordered = [part.desc() if sort.is_descending else part.asc() for part in by[sort.column]]
    return select.order_by(*ordered, columns.code, *ask_order)


def _histories() -> sa.Subquery:
    """Each ask of each organisation with its first target, its last (None where it was withdrawn) and how many."""
    item = (Target.organisation_id, Target.ask_id)
    window: dict[str, Any] = {"partition_by": item, "order_by": (Target.true_on.desc(), Target.id.desc())}
    oldest_first = (sa.case((Target.target_on.is_(None), 1), else_=0), Target.true_on, Target.id)
    ranked = sa.select(
        *item,
        Target.target_on.label("last_on"),
        sa.func.row_number().over(**window).label("place"),
        sa.func.count().over(partition_by=item).label("times"),
        sa.func.first_value(Target.target_on, type_=sa.Date())
        .over(partition_by=item, order_by=oldest_first)
        .label("first_on"),
    ).subquery()
    return sa.select(ranked).where(ranked.c.place == 1).subquery("histories")


def targets_of(chosen: Collection[Key] | sa.Select[Any]) -> dict[Key, list[tuple[date | None, date, str]]]:
    """Every target of some items, or of those that a select has, the oldest first: the day, when agreed, and why."""
    query = sa.select(Target.organisation_id, Target.ask_id, Target.target_on, Target.true_on, Target.reason)
    if isinstance(chosen, sa.Select):
        items = chosen.order_by(None).subquery("chosen")
        is_of_it = sa.and_(items.c.organisation_id == Target.organisation_id, items.c.ask_id == Target.ask_id)
        query = query.join(items, is_of_it)
    else:
        query = query.where(sa.tuple_(Target.organisation_id, Target.ask_id).in_(sorted(chosen)))
    found: dict[Key, list[tuple[date | None, date, str]]] = {}
    for row in session().execute(query.order_by(Target.true_on, Target.id)):
        found.setdefault((row.organisation_id, row.ask_id), []).append((row.target_on, row.true_on, row.reason))
    return found


def _row(row: Any, told: Mapping[Key, Sequence[tuple[date | None, date, str]]], catalogue: Catalogue) -> SlippageRow:
    ask = catalogue.asks[row.ask_id]
    national_on, targets = national_deadline(ask.date_kind, ask.national_on), told[row.organisation_id, row.ask_id]
    return SlippageRow(
        code=row.code,
        name=row.name,
        system_code=row.system_code,
        system_name=row.system_name,
        ask=ask,
        national_on=national_on,
        first_on=row.first_on,
        target_on=targets[-1][0],
        slipped=slippage([target_on for target_on, _, _ in targets], national_on),
        reasons=tuple((agreed_on, reason) for _, agreed_on, reason in targets if reason),
    )
