"""The list of what the ladder proposes and what is open, filtered, sorted and paged by the database.

A page costs as many statements for ten organisations as for ten thousand. Which asks are overdue is read in one place,
``overdue_asks``.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.escalations.ladder import ladder
from tracker.escalations.models import Escalation
from tracker.escalations.records import as_record
from tracker.escalations.rows import ListFilters, ListRow
from tracker.escalations.rules import Ladder, State
from tracker.escalations.spells import is_of_this_spell
from tracker.escalations.states import RecordColumns, is_in
from tracker.frameworks.catalogue import AskFacts, Catalogue, is_known_revision
from tracker.frameworks.models import AskContent, FrameworkRevision
from tracker.frameworks.rules import OPEN_CLASSES, OrganisationType
from tracker.organisations.queries import in_scope, organisations_as_at
from tracker.progress.presenters import CLASS_WORDS
from tracker.progress.standings import Standings, standings_as_at
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

DEFAULT_SORT = Sort("days", "descending")
BY_NAME = Sort("organisation")
"""How the whole country is listed: a list of the worst first would be a league table."""
SORTS = ("days", "organisation", "system", "level", "response")
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""
PROPOSED = "proposed"
"""The value of the filter of states for what the ladder proposes; the others are ``states.STATES``."""


def escalation_page(
    scope: Scope, filters: ListFilters, sort: Sort, query: Mapping[str, str], catalogue: Catalogue, today: date
) -> Page[ListRow]:
    """The page of the list that the query string asks for; page 1 where the list has no such page."""
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    statement = _listed(standings_as_at(today), ladder(), scope, filters, sort, today).limit(PAGE_SIZE)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement).all()
    total = rows[0].total if rows else 0
    return Page([_as_row(row, catalogue) for row in rows], number, PAGE_SIZE, total)


def escalation_rows(scope: Scope, filters: ListFilters, sort: Sort, catalogue: Catalogue, today: date) -> list[ListRow]:
    """Every row of the list, for a file and for a message to all of them."""
    rows = session().execute(_listed(standings_as_at(today), ladder(), scope, filters, sort, today))
    return [_as_row(row, catalogue) for row in rows]


def overdue_rows(scope: Scope, codes: Collection[str], catalogue: Catalogue, today: date) -> list[ListRow]:
    """Every overdue ask of some organisations, whether the ladder proposes anything for it or not."""
    late = _late(standings_as_at(today), scope, ListFilters())
    chosen = sa.select(late, sa.null().label("proposed")).where(late.c.code.in_(sorted(codes)))
    return [_as_row(row, catalogue) for row in session().execute(chosen.order_by(late.c.code, late.c.ask_id))]


def overdue_asks(standings: Standings, scope: Scope, filters: ListFilters) -> sa.Select[Any]:
    """Every overdue ask in a scope: its organisation, deadline and status, under the names that the list knows.

    The one place that says where they come from.
    """
    columns = standings.organisations.c
    row = standings.select.selected_columns
    return standings.select.with_only_columns(
        *_places(columns),
        row.ask_id,
        row.deadline_on,
        row.status_code,
        row.said_class,
        row.status_class,
    ).where(standings.is_overdue, in_scope(standings.organisations, scope), *_narrowed(columns, filters))


_PLACES = (
    *("organisation_id", "code", "name", "organisation_type"),
    *("system_code", "system_name", "region_code", "region_name"),
)


def _places(columns: Any) -> list[Any]:
    return [columns[name] for name in _PLACES]


def _narrowed(columns: Any, filters: ListFilters) -> list[sa.ColumnElement[bool]]:
    narrowed: list[sa.ColumnElement[bool]] = []
    if filters.region:
        narrowed.append(columns.region_code == filters.region)
    if filters.system:
        narrowed.append(sa.or_(columns.system_code == filters.system, columns.code == filters.system))
    if filters.organisation_type:
        narrowed.append(columns.organisation_type == OrganisationType(filters.organisation_type))
    return narrowed


# Kept because building it takes longer than running it for one region; it holds no rows.
@lru_cache(maxsize=128)
def _listed(
    standings: Standings, steps: Ladder, scope: Scope, filters: ListFilters, sort: Sort, today: date
) -> sa.Select[Any]:
    """What is overdue with a step proposed or an escalation open, and what is open though it is overdue no more.

    What is closed is listed only where it is asked for.
    """
    late = _late(standings, scope, filters)
    proposed = _proposed(late.c, steps, today).label("proposed")
    of_now = sa.select(late, proposed).subquery("of_now")
    is_listed = sa.or_(
        of_now.c.proposed.is_not(None),
        sa.and_(of_now.c.escalation_id.is_not(None), _is_wanted(of_now.c.closed_on, filters)),
    )
    everything = sa.union_all(
        sa.select(of_now).where(is_listed),
        _left(late, scope, filters, today),
    ).subquery("everything")
    columns = everything.c
    return (
        sa.select(everything, sa.func.count().over().label("total"))
        .where(*_chosen(columns, steps, filters, today))
        .order_by(*_order(columns, steps, sort))
    )


def _late(standings: Standings, scope: Scope, filters: ListFilters) -> sa.CTE:
    """Every overdue ask with the record of its escalation in this spell, where there is one."""
    overdue = overdue_asks(standings, scope, filters).subquery("overdue")
    is_its_own = sa.and_(
        Escalation.organisation_id == overdue.c.organisation_id,
        Escalation.ask_id == overdue.c.ask_id,
        Escalation.deadline_on == overdue.c.deadline_on,
        is_of_this_spell(),
    )
    return sa.select(overdue, *_record()).outerjoin(Escalation, is_its_own).select_from(overdue).cte("late")


def _is_wanted(closed_on: Any, filters: ListFilters) -> sa.ColumnElement[bool]:
    """Whether an escalation is one of those that the list is about: the open ones, or those that were closed."""
    wanted: sa.ColumnElement[bool] = closed_on.is_not(None) if filters.state == State.CLOSED else closed_on.is_(None)
    return wanted


def _record() -> list[Any]:
    return [
        Escalation.id.label("escalation_id"),
        Escalation.level,
        Escalation.told,
        Escalation.raised_on,
        Escalation.response_due_on,
        Escalation.is_answered,
        Escalation.quiet_until,
        Escalation.ending,
        Escalation.closed_on,
    ]


def _left(late: sa.CTE, scope: Scope, filters: ListFilters, today: date) -> sa.Select[Any]:
    """Escalations whose ask is not overdue any more, or against another date: those that nobody has closed, or those
    that somebody did.
    """
    organisations = organisations_as_at(today)
    of_now = sa.select(late.c.escalation_id).where(late.c.escalation_id.is_not(None))
    nothing = [sa.null().label(name) for name in ("status_code", "said_class", "status_class")]
    return (
        sa.select(
            *_places(organisations.c),
            Escalation.ask_id,
            Escalation.deadline_on,
            *nothing,
            *_record(),
            sa.null().label("proposed"),
        )
        .join(organisations, organisations.c.organisation_id == Escalation.organisation_id)
        .where(
            _is_wanted(Escalation.closed_on, filters),
            Escalation.id.not_in(of_now),
            is_still_asked(),
            in_scope(organisations, scope),
            *_narrowed(organisations.c, filters),
        )
    )


def is_still_asked() -> sa.ColumnElement[bool]:
    """Of a row of ``escalation`` whose ask stands in a revision that is known now."""
    return Escalation.ask_id.in_(sa.select(AskContent.ask_id).join(FrameworkRevision).where(is_known_revision(None)))


def _proposed(late: Any, steps: Ladder, today: date) -> sa.ColumnElement[int | None]:
    """The number of the level that is proposed, or NULL: the SQL twin of ``rules.proposed_level``."""
    by_class = []
    for status_class in OPEN_CLASSES:
        due = [
            (late.deadline_on <= today - timedelta(days=level.after_days[status_class]), number)
            for number, level in reversed(list(enumerate(steps.levels, 1)))
        ]
        by_class.append((late.status_class == status_class, sa.case(*due, else_=0)))
    reached, following = sa.case(*by_class, else_=0), _number(late.level, steps) + 1
    is_due = sa.and_(
        late.closed_on.is_(None),
        sa.func.coalesce(late.is_answered, sa.false()).is_(sa.false()),
        sa.or_(late.quiet_until.is_(None), late.quiet_until <= today),
        sa.or_(late.response_due_on.is_(None), late.response_due_on < today),
        following <= reached,
    )
    return sa.case((is_due, following), else_=None)


def _number(level: Any, steps: Ladder) -> sa.ColumnElement[int]:
    """The SQL twin of ``Ladder.number_of``."""
    return sa.case(*((level == each.code, number) for number, each in enumerate(steps.levels, 1)), else_=0)


def _chosen(columns: Any, steps: Ladder, filters: ListFilters, today: date) -> list[sa.ColumnElement[bool]]:
    """What the filters leave of the list."""
    chosen: list[sa.ColumnElement[bool]] = []
    if filters.level:
        is_proposed = columns.proposed == steps.number_of(filters.level)
        chosen.append(sa.or_(columns.level == filters.level, is_proposed))
    if filters.state == PROPOSED:
        chosen.append(columns.proposed.is_not(None))
    elif filters.state:
        record = RecordColumns(
            escalation_id=columns.escalation_id,
            is_closed=columns.closed_on.is_not(None),
            is_answered=sa.func.coalesce(columns.is_answered, sa.false()).is_(sa.true()),
            response_due_on=columns.response_due_on,
            quiet_until=columns.quiet_until,
        )
        chosen.append(is_in(filters.state, record, today))
    return chosen


def _order(columns: Any, steps: Ladder, sort: Sort) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by code, ask and date, so that pages neither repeat nor miss a row.

    More days overdue is an earlier deadline, so "days" runs the other way round; where no response is awaited, that
    stands last.
    """
    by: dict[str, Any] = {
        "days": columns.deadline_on,
        "organisation": sa.func.lower(columns.name),
        "system": sa.func.coalesce(sa.func.lower(columns.system_name), ""),
        "level": sa.func.coalesce(columns.proposed, _number(columns.level, steps)),
        "response": sa.func.coalesce(columns.response_due_on, date.max),
    }
    is_reversed = sort.is_descending != (sort.column == "days")
    chosen = by[sort.column]
    return [chosen.desc() if is_reversed else chosen.asc(), columns.code, columns.ask_id, columns.deadline_on]


def _as_row(row: Any, catalogue: Catalogue) -> ListRow:
    ask = catalogue.asks[row.ask_id]
    return ListRow(
        organisation_id=row.organisation_id,
        code=row.code,
        name=row.name,
        organisation_type=row.organisation_type,
        system_code=row.system_code,
        system_name=row.system_name,
        region_code=row.region_code,
        region_name=row.region_name,
        ask=ask,
        deadline_on=row.deadline_on,
        status=_word(row, ask, catalogue) if row.status_class else "",
        status_class=row.status_class,
        escalation_id=row.escalation_id,
        record=as_record(row),
        raised_on=row.raised_on,
        ending=row.ending,
        closed_on=row.closed_on,
        proposed=ladder().levels[row.proposed - 1].code if row.proposed else None,
    )


def _word(row: Any, ask: AskFacts, catalogue: Catalogue) -> str:
    """The word of the class that counts, as ``progress.presenters.standing_word`` has it."""
    if row.said_class == row.status_class:
        return catalogue.word(ask, row.status_code)
    words = catalogue.scale_of(ask).in_class(row.status_class)
    return words[0].label if words else CLASS_WORDS[row.status_class]
