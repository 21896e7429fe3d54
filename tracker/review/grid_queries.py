"""The grid of organisations and actions, and its roll-ups: counted by the database, a page in as many statements for
ten organisations as for ten thousand. Today is read from what is kept, another day from the facts.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import read
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import SYSTEM_TYPES, OrganisationType
from tracker.organisations.queries import in_scope, tracked_types
from tracker.progress.lists import ListSource, source_on
from tracker.review.conditions import with_something_overdue
from tracker.review.grid_counts import TalliesByKey, is_silent, tallies_of, what_is_counted
from tracker.review.grid_rows import Column, GridAsked, Level, Line, Place, added
from tracker.review.grid_rules import TROUBLED
from tracker.review.rows import NOBODY
from tracker.web.paging import Page, read_page

PAGE_SIZE = 25
OF_BODY = ("organisation_id", "code", "name", "organisation_type", "system_id", "system_code", "system_name",
           "region_id", "region_code", "region_name")  # fmt: skip
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
    """What is counted on the day, and on the one that it is compared with: of the same organisations.

    They are chosen as they are on the day. What belonged to another system or region on the other day is counted there.
    """
    source = source_on(asked.as_at, asked.today)
    now = tallies_of(source, scope, asked, level, columns, catalogue, only)
    if asked.since is None:
        return now, None
    chosen = _chosen(source, scope, asked, tracked_types())
    same = sa.select(source.bodies.c.organisation_id).where(*chosen) if only is None else only
    return now, tallies_of(source_on(asked.since, asked.today), scope, asked, level, columns, catalogue, same)


def _line(place: Place, now: TalliesByKey, then: TalliesByKey | None) -> Line:
    return Line(place, now.get(place.key, {}), None if then is None else then.get(place.key, {}))


def _as_whole(now: TalliesByKey, then: TalliesByKey | None) -> Line:
    return Line(Place(None, "", "All together", is_whole=True), added(now), None if then is None else added(then))


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
    found, tables = what_is_counted(source, scope, asked, catalogue)
    troubled = (
        sa.select(c["organisation_id"].label("organisation_id"), sa.func.count().label("asks"))
        .select_from(tables)
        .where(*found, sa.or_(c["status_class"].in_(sorted(TROUBLED)), is_silent(source)))
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
