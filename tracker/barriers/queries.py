"""Reads an organisation's register: a page of it, all of it, one entry with its history; it writes nothing.

A page costs two statements for the entries whatever their number. Which organisation may be read is asked before.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import fields
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Person
from tracker.barriers.models import Barrier, BarrierAsk, BarrierRevision
from tracker.barriers.rows import AskChoice, RegisterFilters, Revision, Said
from tracker.barriers.rules import BarrierStatus, Kind, Severity
from tracker.db import read, session
from tracker.frameworks.catalogue import AskFacts, is_in_effect, is_known_revision, read_catalogue
from tracker.frameworks.models import AskContent, AskScope, FrameworkRevision
from tracker.frameworks.rules import OrganisationType
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

DEFAULT_SORT = Sort("urgency")
SORTS = ("urgency", "title", "theme", "status", "review")
MOST_ENTRIES = 10**9
"""More than a register ever has: which page is asked for is known before how many there are."""


class BarrierNotFound(NotFound):
    """No such barrier or enabler in this organisation."""

    description = "There is no such barrier or enabler in this organisation. Check the address."


def register_page(
    organisation_id: int, filters: RegisterFilters, sort: Sort, query: Mapping[str, str]
) -> Page[Revision]:
    """The page of the register that the query string asks for; page 1 where there is no such page."""
    statement = _sorted(organisation_id, filters, sort).add_columns(sa.func.count().over().label("total"))
    statement = statement.limit(PAGE_SIZE)
    number = read_page(query, MOST_ENTRIES)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number = 1
        rows = session().execute(statement).all()
    return Page(_revisions(rows), number, PAGE_SIZE, rows[0].total if rows else 0)


def register_entries(organisation_id: int, filters: RegisterFilters, sort: Sort) -> Sequence[Revision]:
    """Every entry of the list, for a file."""
    return _revisions(session().execute(_sorted(organisation_id, filters, sort)).all())


def get_barrier(organisation_id: int, barrier_id: int) -> Revision:
    """An entry as it stands. Raises BarrierNotFound, a 404, for one of another organisation too."""
    rows = session().execute(_current(organisation_id).where(Barrier.id == barrier_id)).all()
    if not rows:
        raise BarrierNotFound
    return _revisions(rows)[0]


def history_of(organisation_id: int, barrier_id: int) -> list[Revision]:
    """Everything that was said of an entry, newest first. Raises BarrierNotFound, a 404."""
    query = _all(organisation_id).where(Barrier.id == barrier_id).order_by(BarrierRevision.number.desc())
    found = _revisions(session().execute(query).all())
    if not found:
        raise BarrierNotFound
    return found


def asks_for(organisation_type: OrganisationType, on: date, *, besides: Collection[int] = ()) -> list[AskChoice]:
    """The asks and steps of every framework in force that are asked of this type of body, adopted or not.

    ``besides`` are asks that an entry touches already, which stay to be chosen whatever became of them.
    """
    asks = read_catalogue().asks
    scoped = set(read(_asks_of_type(on), {"organisation_type": organisation_type}).scalars())
    return [_choice(ask) for ask in asks.values() if ask.ask_id in scoped or ask.ask_id in besides]


def asks_touched(organisation_id: int) -> frozenset[int]:
    """The asks that entries of the register touch now, whether or not they are asked of this body still."""
    touched = sa.select(BarrierAsk.ask_id).join(BarrierRevision).join(Barrier, Barrier.id == BarrierRevision.barrier_id)
    return frozenset(session().scalars(touched.where(Barrier.organisation_id == organisation_id, is_current())))


def asks_by_id() -> Mapping[int, AskChoice]:
    """Every ask that is known now, by its id, in order: what stands behind the links of an entry."""
    return {ask_id: _choice(ask) for ask_id, ask in read_catalogue().asks.items()}


def _choice(ask: AskFacts) -> AskChoice:
    return AskChoice(ask.ask_id, ask.framework_code, ask.framework_title, ask.ref, ask.wording)


@lru_cache(maxsize=4)
def _asks_of_type(on: date) -> sa.Select[int]:
    return (
        sa.select(AskContent.ask_id)
        .join(AskScope, AskScope.content_id == AskContent.id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(
            is_known_revision(None), is_in_effect(on), AskScope.organisation_type == sa.bindparam("organisation_type")
        )
    )


def _all(organisation_id: int) -> sa.Select[Any]:
    columns: tuple[Any, ...] = (BarrierRevision, Person.name)
    return (
        sa.select(*columns)
        .join(Barrier, Barrier.id == BarrierRevision.barrier_id)
        .join(Person, Person.id == BarrierRevision.person_id)
        .where(Barrier.organisation_id == organisation_id)
    )


def is_current() -> sa.ColumnElement[bool]:
    """Whether a revision is what its entry says now."""
    return BarrierRevision.number == Barrier.version


def _current(organisation_id: int) -> sa.Select[Any]:
    return _all(organisation_id).where(is_current())


def _sorted(organisation_id: int, filters: RegisterFilters, sort: Sort) -> sa.Select[Any]:
    query = _current(organisation_id)
    if filters.kind:
        query = query.where(BarrierRevision.kind == Kind(filters.kind))
    if filters.status:
        query = query.where(BarrierRevision.status == BarrierStatus(filters.status))
    if filters.theme:
        query = query.where(BarrierRevision.theme == filters.theme)
    if filters.ask:
        wanted = [ask_id for ask_id, ask in asks_by_id().items() if ask.code == filters.ask]
        touching = sa.select(BarrierAsk.revision_id).where(BarrierAsk.ask_id.in_(wanted))
        query = query.where(BarrierRevision.id.in_(touching))
    return query.order_by(*order_of(sort))


def order_of(sort: Sort) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by title and number; what has no value stands last in either direction.

    Urgency: what is not settled first, barriers before enablers, the worst first.
    """
    revision: Any = BarrierRevision
    title = sa.func.lower(revision.title)
    by: dict[str, list[Any]] = {
        "urgency": [
            revision.status.in_([each for each in BarrierStatus if each.is_settled]),
            _position(revision.severity, list(Severity)),
        ],
        "title": [title],
        "theme": [revision.theme],
        "status": [_position(revision.status, list(BarrierStatus))],
        "review": [revision.next_review_on],
    }
    chosen = by[sort.column]
    directed = [each.desc() if sort.is_descending else each.asc() for each in chosen]
    # Only the last part can be empty; an empty one stands behind the others of its group.
    return [*directed[:-1], chosen[-1].is_(None), directed[-1], title, revision.barrier_id]


def _position(column: Any, values: Sequence[Any]) -> sa.ColumnElement[int]:
    return sa.case(*((column == value, number) for number, value in enumerate(values)))


_SAID = tuple(each.name for each in fields(Said) if each.name != "asks")


def _revisions(rows: Sequence[Any]) -> list[Revision]:
    links = (
        sa.select(BarrierAsk.revision_id, BarrierAsk.ask_id)
        .where(BarrierAsk.revision_id.in_([row.BarrierRevision.id for row in rows]))
        .order_by(BarrierAsk.id)
    )
    touched: dict[int, set[int]] = {}
    for revision_id, ask_id in session().execute(links):
        touched.setdefault(revision_id, set()).add(ask_id)
    return [
        Revision(
            barrier_id=stored.barrier_id,
            revision_id=stored.id,
            number=stored.number,
            said=Said(**{name: getattr(stored, name) for name in _SAID}, asks=frozenset(touched.get(stored.id, ()))),
            reason=stored.reason,
            true_on=stored.true_on,
            recorded_at=stored.recorded_at,
            person_name=row.name,
            role=stored.role,
        )
        for row in rows
        if (stored := row.BarrierRevision) is not None
    ]
