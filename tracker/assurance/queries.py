"""The queue of claims that wait for another body, filtered and sorted by the database; it writes nothing.

A page costs as many statements for ten claims as for ten thousand.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.assurance.models import ClaimQuestion, SignOffLapse
from tracker.assurance.rows import ClaimFilters, ClaimRow, FilterOptions, Reach
from tracker.assurance.rules import ClaimState, LapseCause, claim_state
from tracker.comments.models import Comment, CommentWithdrawal
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.models import AskContent, FrameworkRevision
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.organisations.queries import in_scope, organisations_as_at, tracked_types
from tracker.progress.queries import as_standing
from tracker.progress.rules import EntryKind
from tracker.progress.standings import Standings, standings_as_at
from tracker.web.paging import Page, Sort, read_page

PAGE_SIZE = 50
DEFAULT_SORT = Sort("waiting", "descending")
SORTS = ("waiting", "organisation", "system", "ask")
MOST_ROWS = 10**9
"""More than the list ever has: which page is asked for is known before how many there are."""


def claims_page(
    reach: Reach, filters: ClaimFilters, sort: Sort, query: Any, catalogue: Catalogue, today: date
) -> Page[ClaimRow]:
    """The page of the queue that the query string asks for; page 1 where it has no such page."""
    claims = claims_select(standings_as_at(today), reach, filters, sort, catalogue, today)
    statement = claims.add_columns(sa.func.count().over().label("total"))
    number = read_page(query, MOST_ROWS, PAGE_SIZE)
    rows = session().execute(statement.limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number, rows = 1, session().execute(statement.limit(PAGE_SIZE)).all()
    return Page([as_claim(row, catalogue) for row in rows], number, PAGE_SIZE, rows[0].total if rows else 0)


def waiting_claims(
    reach: Reach, filters: ClaimFilters, sort: Sort, catalogue: Catalogue, today: date
) -> Sequence[ClaimRow]:
    """All of them, for a file and for a sample."""
    claims = claims_select(standings_as_at(today), reach, filters, sort, catalogue, today)
    return [as_claim(row, catalogue) for row in session().execute(claims)]


def filter_options(reach: Reach, catalogue: Catalogue, today: date) -> FilterOptions:
    """What the filters offer: the systems and types within reach, and the actions of everything that is asked."""
    organisations = organisations_as_at(today)
    columns = organisations.c
    is_here = sa.and_(_within(organisations, reach), columns.organisation_type.in_(sorted(tracked_types())))
    places = session().execute(
        sa.select(columns.system_code, columns.system_name, columns.organisation_type).where(is_here).distinct()
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


def _within(organisations: sa.Subquery, reach: Reach) -> sa.ColumnElement[bool]:
    """Whether an organisation's claims are somebody's to decide on; the twin of ``progress.access.find_held_role``."""
    columns = organisations.c
    reached = [
        sa.and_(in_scope(organisations, scope), columns.organisation_type.in_(sorted(types)))
        for scope, types in reach.scopes
    ]
    return sa.and_(sa.or_(sa.false(), *reached), columns.organisation_id.not_in(sorted(reach.own)))


def claims_select(
    standings: Standings, reach: Reach, filters: ClaimFilters, sort: Sort, catalogue: Catalogue, today: date
) -> sa.Select[Any]:
    """Every claim that waits within reach, with what the queue says of it; ``standings`` are those of today.

    They are given, so that whoever adds columns that belong to their entry has the very same.
    """
    columns, entry = standings.organisations.c, standings.entry
    asked_on, asked_by, is_answered = questions(entry)
    select = (
        standings.select.add_columns(
            columns.code,
            columns.name,
            columns.organisation_type,
            columns.system_code,
            columns.system_name,
            entry.recorded_at.label("recorded_at"),
            entry.kind.label("kind"),
            SignOffLapse.cause.label("cause"),
            asked_on.label("asked_on"),
            is_answered.label("is_answered"),
        )
        .outerjoin(SignOffLapse, SignOffLapse.entry_id == entry.id)
        .where(entry.status_class == StatusClass.DONE_CLAIMED, _within(standings.organisations, reach))
    )
    if filters.system:
        select = select.where(sa.or_(columns.system_code == filters.system, columns.code == filters.system))
    if filters.organisation_type:
        select = select.where(columns.organisation_type == OrganisationType(filters.organisation_type))
    if filters.action:
        framework_code, _, number = filters.action.rpartition("/")
        wanted = (framework_code, number)
        chosen = [a.ask_id for a in catalogue.asks.values() if (a.framework_code, a.action_number) == wanted]
        select = select.where(AskContent.ask_id.in_(chosen))
    if filters.days:
        select = select.where(entry.recorded_at <= clock.end_of_day(today - timedelta(days=filters.days)))
    if filters.state:
        has_lapsed = entry.kind == EntryKind.LAPSED
        wanted_state: dict[ClaimState, sa.ColumnElement[bool]] = {
            ClaimState.LAPSED: has_lapsed,
            ClaimState.ASKED: sa.and_(asked_by.is_not(None), sa.not_(is_answered)),
            ClaimState.ANSWERED: sa.and_(asked_by.is_not(None), is_answered),
            ClaimState.NEW: sa.and_(asked_by.is_(None), sa.not_(has_lapsed)),
        }
        select = select.where(wanted_state[ClaimState(filters.state)])
    return select.order_by(*_order(sort, standings))


def questions(entry: Any) -> tuple[Any, Any, Any]:
    """When the last question about what counts was asked, its id, and whether somebody else has commented since.

    A correction of what was said before is no answer, and what was withdrawn is none any more.
    """
    question, asked, answer = aliased(ClaimQuestion), aliased(Comment), aliased(Comment)
    is_withdrawn = sa.exists().where(CommentWithdrawal.comment_id == answer.id)
    of_entry = sa.select(question).where(question.entry_id == entry.id).correlate(entry)
    asked_on = of_entry.with_only_columns(sa.func.max(question.true_on)).scalar_subquery()
    last = of_entry.with_only_columns(sa.func.max(question.comment_id)).scalar_subquery()
    is_answered = (
        sa.exists()
        .where(asked.id == last, answer.organisation_id == asked.organisation_id, answer.ask_id == asked.ask_id)
        .where(answer.id > asked.id, answer.role != asked.role, answer.corrects_id.is_(None), sa.not_(is_withdrawn))
        .correlate(entry)
    )
    return asked_on, last, is_answered


def _order(sort: Sort, standings: Standings) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by code and ask. Who has waited longest came first."""
    columns = standings.organisations.c
    ask_order = (FrameworkRevision.position, AskContent.position)
    by: dict[str, tuple[Any, ...]] = {
        "waiting": (standings.entry.recorded_at,),
        "organisation": (sa.func.lower(columns.name),),
        "system": (sa.func.coalesce(sa.func.lower(columns.system_name), ""),),
        "ask": ask_order,
    }
    is_reversed = sort.is_descending != (sort.column == "waiting")
    chosen = [part.desc() if is_reversed else part.asc() for part in by[sort.column]]
    return [*chosen, columns.code, *ask_order]


def as_claim(row: Any, catalogue: Catalogue) -> ClaimRow:
    standing = as_standing(row)
    has_lapsed = row.kind == EntryKind.LAPSED
    return ClaimRow(
        organisation_id=standing.organisation_id,
        code=row.code,
        name=row.name,
        organisation_type=row.organisation_type,
        system_code=row.system_code,
        system_name=row.system_name,
        ask=catalogue.asks[standing.ask_id],
        entry_id=standing.entry_id or 0,
        waits_since=clock.london_day(row.recorded_at),
        completed_on=standing.completed_on,
        deadline_on=standing.deadline_on,
        state=claim_state(is_lapsed=has_lapsed, is_asked=row.asked_on is not None, is_answered=bool(row.is_answered)),
        lapsed_because=LapseCause(row.cause) if row.cause else None,
        asked_on=row.asked_on,
    )
