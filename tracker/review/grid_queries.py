"""The grid of organisations and actions, and its roll-ups: counted by the database, a page in as many statements for
ten organisations as for ten thousand. Today is read from what is kept, another day from the facts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
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
from tracker.review.grid_rows import Column, GridAsked, Level, Line, Place, Tallies
from tracker.review.grid_rules import TROUBLED, Tally
from tracker.review.rows import NOBODY, OverdueFilters
from tracker.web.paging import Page, read_page

PAGE_SIZE = 25
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
) -> Page[Line]:
    """The page of lines that the query string asks for; page 1 where there is no such page."""
    if asked.level is Level.ORGANISATION:
        count, ordered = _bodies(
            source_on(asked.as_at, asked.today), scope, asked, _asks_looked_at(asked, catalogue), tracked_types()
        )
        total = read(count).scalar_one()
        number = read_page(query, total, PAGE_SIZE)
        rows = read(ordered.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
        places = [_as_place(row) for row in rows]
        lines = _lines(scope, asked, columns, catalogue, places, only=[row.organisation_id for row in rows])
        return Page(items=lines, number=number, size=PAGE_SIZE, total=total)
    lines = grid_lines(scope, asked, columns, catalogue)
    number = read_page(query, len(lines), PAGE_SIZE)
    first = (number - 1) * PAGE_SIZE
    return Page(items=lines[first : first + PAGE_SIZE], number=number, size=PAGE_SIZE, total=len(lines))


def grid_lines(scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue) -> list[Line]:
    """Every line, for a file; and of systems and regions, of which there are few, for the page too."""
    source = source_on(asked.as_at, asked.today)
    _, ordered = _bodies(source, scope, asked, _asks_looked_at(asked, catalogue), tracked_types())
    rows = read(ordered).all()
    if asked.level is Level.ORGANISATION:
        return _lines(scope, asked, columns, catalogue, [_as_place(row) for row in rows])
    places = {_group_of(row, asked.level).key: _group_of(row, asked.level) for row in rows}
    by_name = sorted(places.values(), key=lambda place: (not place.code, place.name.casefold(), place.code))
    lines = _lines(scope, asked, columns, catalogue, by_name)
    return sorted(lines, key=lambda line: -line.whole.needs_help) if asked.is_by_help else lines


def whole_of(scope: Scope, asked: GridAsked, columns: Sequence[Column], catalogue: Catalogue) -> Line:
    """Everything that is looked at as one line."""
    nobody = [Place(None, "", "All together", is_whole=True)]
    return _lines(scope, asked, columns, catalogue, nobody, is_one_line=True)[0]


def stood_on(days: Sequence[date], scope: Scope, asked: GridAsked, catalogue: Catalogue) -> list[tuple[date, int, int]]:
    """How many asks were done at the end of each of some days, and of how many then; one statement for each day."""
    found = []
    for on in days:
        source = source_on(on, asked.today)
        status_class = source.c["status_class"]
        counted = (
            sa.select(
                sa.func.count(),
                sa.func.coalesce(sa.func.sum(sa.case((status_class.in_(DONE), 1), else_=0)), 0),
            )
            .select_from(source.joined)
            .where(*_counted(source, scope, asked, catalogue), status_class != StatusClass.NOT_APPLICABLE)
        )
        of, done = read(counted).one()
        found.append((on, int(done), of))
    return found


def _lines(
    scope: Scope,
    asked: GridAsked,
    columns: Sequence[Column],
    catalogue: Catalogue,
    places: Sequence[Place],
    *,
    only: Collection[int] | None = None,
    is_one_line: bool = False,
) -> list[Line]:
    level = None if is_one_line else asked.level
    now = tallies_of(source_on(asked.as_at, asked.today), scope, asked, level, columns, catalogue, only)
    then: Mapping[int | None, Tallies] | None = None
    if asked.since is not None:
        then = tallies_of(source_on(asked.since, asked.today), scope, asked, level, columns, catalogue, only)
    return [Line(place, now.get(place.key, {}), None if then is None else then.get(place.key, {})) for place in places]


def tallies_of(
    source: ListSource,
    scope: Scope,
    asked: GridAsked,
    level: Level | None,
    columns: Sequence[Column],
    catalogue: Catalogue,
    only: Collection[int] | None,
) -> dict[int | None, dict[Column, Tally]]:
    """Each line's cells by the id of whom it stands for; None for all together, and for what belongs to nobody."""
    c = source.c
    group = sa.null() if level is None else _group(source, level)
    counted = (
        sa.select(
            group.label("of"),
            c["ask_id"],
            c["status_class"].label("status_class"),
            sa.func.count(),
            sa.func.sum(sa.case((c["is_overdue"], 1), else_=0)),
        )
        .select_from(source.joined)
        .where(*_counted(source, scope, asked, catalogue))
        .group_by(*(() if level is None else (group,)), c["ask_id"], c["status_class"])
    )
    if only is not None:
        counted = counted.where(c["organisation_id"].in_(sorted(only)))
    return _folded(read(counted), columns, catalogue)


def _folded(
    rows: Iterable[Any], columns: Sequence[Column], catalogue: Catalogue
) -> dict[int | None, dict[Column, Tally]]:
    """Asks of one action together."""
    by_value = {column.value: column for column in columns}
    classes: dict[tuple[int | None, Column], Counter[StatusClass]] = defaultdict(Counter)
    overdue: Counter[tuple[int | None, Column]] = Counter()
    for of, ask_id, status_class, number, late in rows:
        ask = catalogue.asks[ask_id]
        column = by_value.get(f"{ask.framework_code}/{ask.action_number}")
        if column is not None:
            classes[of, column][status_class] += number
            overdue[of, column] += int(late)
    folded: dict[int | None, dict[Column, Tally]] = defaultdict(dict)
    for (of, column), counted in classes.items():
        folded[of][column] = Tally(dict(counted), overdue[of, column])
    return folded


def _group(source: ListSource, level: Level) -> sa.ColumnElement[int | None]:
    """Whom a row is counted for. A system that is tracked itself is one of its own."""
    column: sa.ColumnElement[int | None] = source.c["system_of" if level is Level.SYSTEM else f"{level.value}_id"]
    return column


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


def _counted(source: ListSource, scope: Scope, asked: GridAsked, catalogue: Catalogue) -> list[sa.ColumnElement[bool]]:
    """What every row that is counted fulfils: it applies, and belongs to whom and what is looked at."""
    filters = OverdueFilters(
        region=asked.region,
        system=asked.system,
        organisation_type=asked.organisation_type,
        is_among_overdue=asked.is_overdue_only,
    )
    found, _ = conditions_of_bodies(source, scope, filters, asked.as_at)
    found += [source.lateness["applies"], source.c["ask_id"].in_(sorted(_asks_looked_at(asked, catalogue)))]
    return found


# Kept because building it takes longer than running it for one region; it holds no rows.
@lru_cache(maxsize=64)
def _bodies(
    source: ListSource, scope: Scope, asked: GridAsked, asks: frozenset[int], tracked: frozenset[OrganisationType]
) -> tuple[sa.Select[Any], sa.Select[Any]]:
    """How many organisations are looked at, and all of them in their order."""
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
    names = ("organisation_id", "code", "name", "organisation_type", "system_id", "system_code", "system_name",
             "region_id", "region_code", "region_name")  # fmt: skip
    rows = sa.select(*(b[name] for name in names)).where(*chosen)
    count = sa.select(sa.func.count()).select_from(source.bodies).where(*chosen)
    order: list[Any] = [sa.func.lower(b.name), b.code]
    if asked.is_by_help and asked.level is Level.ORGANISATION:
        c = source.c
        troubled = (
            sa.select(c["organisation_id"].label("organisation_id"), sa.func.count().label("asks"))
            .select_from(source.alone)
            .where(source.lateness["applies"], c["status_class"].in_(sorted(TROUBLED)), c["ask_id"].in_(sorted(asks)))
            .group_by(c["organisation_id"])
            .subquery("troubled")
        )
        rows = rows.outerjoin(troubled, troubled.c.organisation_id == b.organisation_id)
        order.insert(0, sa.func.coalesce(troubled.c.asks, 0).desc())
    return count, rows.order_by(*order)


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
    if level is Level.REGION:
        code, name = row.region_code or "", row.region_name or NOBODYS[level]
        return Place(row.region_id, code, name, region_code=code, region_name=row.region_name or "")
    if row.organisation_type in SYSTEM_TYPES:
        return replace(_as_place(row), type_label="", system_code=row.code, system_name=row.name)
    code, name = row.system_code or "", row.system_name or NOBODYS[level]
    return Place(
        row.system_id,
        code,
        name,
        system_code=code,
        system_name=row.system_name or "",
        region_code=row.region_code or "",
        region_name=row.region_name or "",
    )
