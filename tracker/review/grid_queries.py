"""The grid of organisations and actions, and its roll-ups: counted by the database, a page in as many statements for
ten organisations as for ten thousand. Today is read from what is kept, another day from the facts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import read
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import SYSTEM_TYPES, OrganisationType, StatusClass
from tracker.organisations.queries import in_scope, tracked_types
from tracker.progress.lateness import DONE
from tracker.progress.lists import ListSource, source_on
from tracker.review.conditions import conditions_of_bodies, with_something_overdue
from tracker.review.grid_rows import Column, GridAsked, Level, Line, Place, Tallies, added
from tracker.review.grid_rules import TROUBLED, Tally
from tracker.review.rows import NOBODY, OverdueFilters
from tracker.web.paging import Page, read_page

PAGE_SIZE = 25
OF_BODY = ("organisation_id", "code", "name", "organisation_type", "system_id", "system_code", "system_name",
           "region_id", "region_code", "region_name")  # fmt: skip
TalliesByKey = Mapping[int | None, Tallies]
NOBODYS = {Level.SYSTEM: "In no system", Level.REGION: "In no region", Level.ORGANISATION: ""}


def columns_of(catalogue: Catalogue, asked: GridAsked) -> list[Column]:
    """The actions of the framework that is looked at, in their order; one where one is chosen."""
    found = dict.fromkeys(
        Column(ask.framework_code, ask.action_number, ask.action_label)
        for ask in catalogue.asks.values()
        if ask.framework_code == asked.framework
    )
    return [column for column in found if asked.action in ("", column.value)]


def grid_page(
    scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue, query: Any
) -> tuple[Page[Line], Line]:
    """The page of lines that the query string asks for, and everything that is looked at as one line."""
    if asked.level is not Level.ORGANISATION:
        lines, whole = _rolled_up(scope, asked, columns, catalogue)
        number = read_page(query, len(lines), PAGE_SIZE)
        first = (number - 1) * PAGE_SIZE
        return Page(items=lines[first : first + PAGE_SIZE], number=number, size=PAGE_SIZE, total=len(lines)), whole
    source = source_on(asked.as_at, asked.today)
    total = read(_how_many(source, scope, asked, tracked_types())).scalar_one()
    number = read_page(query, total, PAGE_SIZE)
    ordered = _bodies(source, scope, asked, catalogue, tracked_types())
    rows = read(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    lines = _lines_of(rows, scope, asked, columns, catalogue)
    return Page(items=lines, number=number, size=PAGE_SIZE, total=total), whole_of(scope, asked, columns, catalogue)


def grid_lines(scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue) -> list[Line]:
    """Every line, for a file."""
    if asked.level is not Level.ORGANISATION:
        return _rolled_up(scope, asked, columns, catalogue)[0]
    source = source_on(asked.as_at, asked.today)
    rows = read(_bodies(source, scope, asked, catalogue, tracked_types())).all()
    return _lines_of(rows, scope, asked, columns, catalogue, are_all=True)


def whole_of(scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue) -> Line:
    """Everything that is looked at as one line."""
    return _as_whole(*_now_and_then(scope, asked, Level.REGION, columns, catalogue))


def stood_on(days: Sequence[date], scope: Scope, asked: GridAsked, catalogue: Catalogue) -> list[tuple[date, int, int]]:
    """How many asks were done at the end of each of some days, and of how many then; one statement for each day."""
    found = []
    for on in days:
        source = source_on(on, asked.today)
        status_class = source.c["status_class"]
        found_there, rows = _counted(source, scope, asked, catalogue)
        counted = (
            sa.select(
                sa.func.count(),
                sa.func.coalesce(sa.func.sum(sa.case((status_class.in_(DONE), 1), else_=0)), 0),
            )
            .select_from(rows)
            .where(*found_there, status_class != StatusClass.NOT_APPLICABLE)
        )
        of, done = read(counted).one()
        found.append((on, int(done), of))
    return found


def _rolled_up(
    scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue
) -> tuple[list[Line], Line]:
    """A line for each system or region, of which there are few; and all of them as one."""
    found = read(_groups(source_on(asked.as_at, asked.today), scope, asked, tracked_types()))
    places = {place.key: place for place in (_group_of(row, asked.level) for row in found)}
    now, then = _now_and_then(scope, asked, asked.level, columns, catalogue)
    by_name = sorted(places.values(), key=lambda place: (not place.code, place.name.casefold(), place.code))
    lines = [_line(place, now, then) for place in by_name]
    if asked.is_by_help:
        lines.sort(key=lambda line: -line.whole.needs_help)
    return lines, _as_whole(now, then)


def _lines_of(
    rows: Sequence[Any],
    scope: Scope,
    asked: GridAsked,
    columns: Sequence[Column],
    catalogue: Catalogue,
    *,
    are_all: bool = False,
) -> list[Line]:
    """A line for each organisation; ``are_all`` where these are all that are looked at."""
    only = None if are_all else [row.organisation_id for row in rows]
    now, then = _now_and_then(scope, asked, Level.ORGANISATION, columns, catalogue, only)
    return [_line(_as_place(row), now, then) for row in rows]


def _now_and_then(
    scope: Scope,
    asked: GridAsked,
    level: Level,
    columns: Sequence[Column],
    catalogue: Catalogue,
    only: Collection[int] | None = None,
) -> tuple[TalliesByKey, TalliesByKey | None]:
    now = tallies_of(source_on(asked.as_at, asked.today), scope, asked, level, columns, catalogue, only)
    if asked.since is None:
        return now, None
    return now, tallies_of(source_on(asked.since, asked.today), scope, asked, level, columns, catalogue, only)


def _line(place: Place, now: TalliesByKey, then: TalliesByKey | None) -> Line:
    return Line(place, now.get(place.key, {}), None if then is None else then.get(place.key, {}))


def _as_whole(now: TalliesByKey, then: TalliesByKey | None) -> Line:
    return Line(Place(None, "", "All together", is_whole=True), added(now), None if then is None else added(then))


def tallies_of(
    source: ListSource,
    scope: Scope,
    asked: GridAsked,
    level: Level,
    columns: Sequence[Column],
    catalogue: Catalogue,
    only: Collection[int] | None = None,
) -> TalliesByKey:
    """Each line's cells by the id of whom it stands for; None for what belongs to nobody."""
    c = source.c
    # In the order of the index "counted", which is then read from end to end and needs no sorting.
    groups = {
        Level.ORGANISATION: (c["organisation_id"],),
        Level.SYSTEM: (c["region_id"], c["system_of"]),
        Level.REGION: (c["region_id"],),
    }[level]
    found, rows = _counted(source, scope, asked, catalogue)
    if only is not None:
        # Whoever they are, they were found in the scope and by the filters.
        found, rows = _asked_of(source, asked, catalogue), source.alone
        found.append(c["organisation_id"].in_(sorted(only)))
    counted = (
        sa.select(
            groups[-1].label("of"),
            c["ask_id"],
            c["status_class"].label("status_class"),
            sa.func.count(),
            sa.func.sum(sa.case((c["is_overdue"], 1), else_=0)),
        )
        .select_from(rows)
        .where(*found)
        .group_by(*groups, c["ask_id"], c["status_class"])
    )
    return _folded(read(counted), columns, catalogue)


def _folded(rows: Iterable[Any], columns: Sequence[Column], catalogue: Catalogue) -> TalliesByKey:
    """Asks of one action together."""
    by_value = {column.value: column for column in columns}
    column_of = {
        ask.ask_id: by_value.get(f"{ask.framework_code}/{ask.action_number}") for ask in catalogue.asks.values()
    }
    classes: dict[tuple[int | None, Column], Counter[StatusClass]] = defaultdict(Counter)
    overdue: Counter[tuple[int | None, Column]] = Counter()
    for of, ask_id, status_class, number, late in rows:
        column = column_of[ask_id]
        if column is not None:
            classes[of, column][status_class] += number
            overdue[of, column] += int(late)
    folded: dict[int | None, dict[Column, Tally]] = defaultdict(dict)
    for (of, column), counted in classes.items():
        folded[of][column] = Tally(dict(counted), overdue[of, column])
    return folded


def begins_on(asked: GridAsked, catalogue: Catalogue) -> date:
    """The first day on which any of what is looked at was asked."""
    asks = _asks_looked_at(asked, catalogue)
    return min((ask.effective_from for ask in catalogue.asks.values() if ask.ask_id in asks), default=asked.as_at)


def _asks_looked_at(asked: GridAsked, catalogue: Catalogue) -> frozenset[int]:
    return frozenset(
        ask.ask_id
        for ask in catalogue.asks.values()
        if ask.framework_code == asked.framework and asked.action in ("", f"{ask.framework_code}/{ask.action_number}")
    )


def _counted(
    source: ListSource, scope: Scope, asked: GridAsked, catalogue: Catalogue
) -> tuple[list[sa.ColumnElement[bool]], sa.FromClause]:
    """What every row that is counted fulfils: it applies, and belongs to whom and what is looked at; and its tables."""
    filters = OverdueFilters(
        region=asked.region,
        system=asked.system,
        organisation_type=asked.organisation_type,
        is_among_overdue=asked.is_overdue_only,
    )
    found, needs_bodies = conditions_of_bodies(source, scope, filters, asked.as_at)
    return [*found, *_asked_of(source, asked, catalogue)], source.joined if needs_bodies else source.alone


def _asked_of(source: ListSource, asked: GridAsked, catalogue: Catalogue) -> list[sa.ColumnElement[bool]]:
    return [source.lateness["applies"], source.c["ask_id"].in_(sorted(_asks_looked_at(asked, catalogue)))]


def _chosen(
    source: ListSource, scope: Scope, asked: GridAsked, tracked: frozenset[OrganisationType]
) -> list[sa.ColumnElement[bool]]:
    """What every organisation that is looked at fulfils."""
    b = source.bodies.c
    chosen = [in_scope(source.bodies, scope), b.organisation_type.in_(sorted(tracked))]
    if asked.region == NOBODY:
        chosen.append(b.region_id.is_(None))
    elif asked.region:
        chosen.append(b.region_code == asked.region)
    if asked.system == NOBODY:
        chosen.append(sa.and_(b.system_id.is_(None), b.organisation_type.not_in(SYSTEM_TYPES)))
    elif asked.system:
        chosen.append(sa.or_(b.system_code == asked.system, b.code == asked.system))
    if asked.organisation_type:
        chosen.append(b.organisation_type == OrganisationType(asked.organisation_type))
    if asked.is_overdue_only:
        chosen.append(b.organisation_id.in_(with_something_overdue(source)))
    return chosen


def _how_many(
    source: ListSource, scope: Scope, asked: GridAsked, tracked: frozenset[OrganisationType]
) -> sa.Select[int]:
    chosen = _chosen(source, scope, asked, tracked)
    return sa.select(sa.func.count()).select_from(source.bodies).where(*chosen)


def _bodies(
    source: ListSource, scope: Scope, asked: GridAsked, catalogue: Catalogue, tracked: frozenset[OrganisationType]
) -> sa.Select[Any]:
    """All organisations that are looked at, in their order."""
    b = source.bodies.c
    rows = sa.select(*(b[name] for name in OF_BODY)).where(*_chosen(source, scope, asked, tracked))
    if not asked.is_by_help:
        return rows.order_by(sa.func.lower(b.name), b.code)
    c = source.c
    found, tables = _counted(source, scope, asked, catalogue)
    troubled = (
        sa.select(c["organisation_id"].label("organisation_id"), sa.func.count().label("asks"))
        .select_from(tables)
        .where(*found, c["status_class"].in_(sorted(TROUBLED)))
        .group_by(c["organisation_id"])
        .subquery("troubled")
    )
    most_first = sa.func.coalesce(troubled.c.asks, 0).desc()
    rows = rows.outerjoin(troubled, troubled.c.organisation_id == b.organisation_id)
    return rows.order_by(most_first, sa.func.lower(b.name), b.code)


def _groups(source: ListSource, scope: Scope, asked: GridAsked, tracked: frozenset[OrganisationType]) -> sa.Select[Any]:
    """Each system and region of an organisation that is looked at, once; a system stands for itself."""
    b, is_system = source.bodies.c, source.bodies.c.organisation_type.in_(SYSTEM_TYPES)
    of_system = (
        sa.case((is_system, b[f"{own}"]), else_=b[f"system_{name}"]).label(f"system_{name}")
        for own, name in (("organisation_id", "id"), ("code", "code"), ("name", "name"))
    )
    return (
        sa.select(*of_system, b.region_id, b.region_code, b.region_name)
        .where(*_chosen(source, scope, asked, tracked))
        .distinct()
        .order_by(sa.text("1"), b.region_id)
    )


def _as_place(row: Any) -> Place:
    return Place(
        row.organisation_id,
        row.code,
        row.name,
        row.organisation_type.label,
        row.system_code or "",
        row.system_name or "",
        row.region_code or "",
        row.region_name or "",
    )


def _group_of(row: Any, level: Level) -> Place:
    region_code, region_name = row.region_code or "", row.region_name or ""
    if level is Level.REGION:
        name = region_name or NOBODYS[level]
        return Place(row.region_id, region_code, name, region_code=region_code, region_name=region_name)
    return Place(
        row.system_id,
        row.system_code or "",
        row.system_name or NOBODYS[level],
        system_code=row.system_code or "",
        system_name=row.system_name or "",
        region_code=region_code,
        region_name=region_name,
    )
