"""What the grid and the charts count, in one statement for a line, a page or a country; it knows no page.

Today is counted from what is kept, any other day from the facts.
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
from tracker.frameworks.rules import StatusClass
from tracker.progress.lateness import DONE
from tracker.progress.lists import ListSource, source_on
from tracker.review.conditions import conditions_of_bodies
from tracker.review.grid_rows import Column, GridAsked, Level, Tallies
from tracker.review.grid_rules import Tally
from tracker.review.rows import OverdueFilters

TalliesByKey = Mapping[int | None, Tallies]


def tallies_of(
    source: ListSource,
    scope: Scope,
    asked: GridAsked,
    level: Level,
    columns: Sequence[Column],
    catalogue: Catalogue,
    only: Collection[int] | sa.Select[int] | None = None,
) -> TalliesByKey:
    """Each line's cells by the id of whom it stands for; None for what belongs to nobody.

    ``only`` are the ids of the organisations to count, chosen in the scope and by the filters; else they are chosen
    here, as they are on the day of the source.
    """
    c = source.c
    # In the order of the index "counted", which is then read from end to end and needs no sorting.
    groups = {
        Level.ORGANISATION: (c["organisation_id"],),
        Level.SYSTEM: (c["region_id"], c["system_of"]),
        Level.REGION: (c["region_id"],),
    }[level]
    found, rows = what_is_counted(source, scope, asked, catalogue)
    if only is not None:
        found, rows = _asked_of(source, asked, catalogue), source.alone
        found.append(c["organisation_id"].in_(only if isinstance(only, sa.Select) else sorted(only)))
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
    silent: Counter[tuple[int | None, Column]] = Counter()
    for of, ask_id, status_class, number, late in rows:
        column = column_of[ask_id]
        if column is not None:
            classes[of, column][status_class] += number
            overdue[of, column] += int(late)
            silent[of, column] += int(late) if status_class is StatusClass.NO_UPDATE else 0
    folded: dict[int | None, dict[Column, Tally]] = defaultdict(dict)
    for (of, column), counted in classes.items():
        folded[of][column] = Tally(dict(counted), overdue[of, column], silent[of, column])
    return folded


def is_silent(source: ListSource) -> sa.ColumnElement[bool]:
    """What ``Tally.silent`` counts: overdue, and nothing was ever said of it."""
    return sa.and_(source.c["status_class"] == StatusClass.NO_UPDATE, source.c["is_overdue"])


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


def what_is_counted(
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


def stood_on(days: Sequence[date], scope: Scope, asked: GridAsked, catalogue: Catalogue) -> list[tuple[date, int, int]]:
    """How many asks were done at the end of each of some days, and of how many then; one statement for each day."""
    found = []
    for on in days:
        source = source_on(on, asked.today)
        status_class = source.c["status_class"]
        found_there, rows = what_is_counted(source, scope, asked, catalogue)
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
