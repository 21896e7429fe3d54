"""Reads the audit as a list: which chains somebody may read, one page of them, and every entry for a file.

There may be millions of entries, so nothing here reads or counts them all: a page is looked for among the first
MOST_LISTED that match, and a file is read in batches that each begin where the one before ended.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import bodies
from tracker.accounts.audit_rows import AuditFilters, AuditLine
from tracker.accounts.models import Account, Person
from tracker.accounts.rules import Permission, Viewer
from tracker.audit.models import AuditChain, AuditEntry
from tracker.audit.service import SERVICE_CHAIN
from tracker.db import read, session
from tracker.web.paging import PAGE_SIZE, Page, Sort, read_page

MOST_LISTED = 10_000
MOST_PEOPLE = 20
BATCH = 2000
DEFAULT_SORT = Sort("when", "descending")
SORTS = ("when",)
_NUMBERS = re.compile(r"(?:person )?\d{1,18}(?:,\d{1,18}){0,19}")


@dataclass(frozen=True, slots=True)
class AuditPage:
    """One page of the list; ``has_more`` where the list goes on behind its last page."""

    paging: Page[AuditLine]
    has_more: bool


def chains_of(viewer: Viewer) -> tuple[str, ...] | None:
    """The chains that somebody may read: those of their own bodies; None for all, the service's among them."""
    scope = viewer.scope(Permission.READ_AUDIT)
    if scope.is_everywhere:
        return None
    return tuple(sorted({held.organisation_code or "" for held in viewer.held if held.organisation_id in scope.own}))


def find_chain(typed: str, readable: tuple[str, ...] | None) -> str | None:
    """The chain that an ODS code, or the word "service", stands for; None where it is unknown or not to be read."""
    code = typed.strip()
    code = SERVICE_CHAIN if code.lower() == SERVICE_CHAIN else code.upper()
    if readable is not None:
        return code if code in readable else None
    return code if code == SERVICE_CHAIN or bodies.find_organisation_id(code) is not None else None


def find_people(typed: str, readable: tuple[str, ...] | None) -> list[int]:
    """The people whom a number, an address or a part of a name stands for; at most one more than MOST_PEOPLE.

    Who may read some chains only finds nobody who has not written in them, not by number either: the answer must not
    tell whether somebody is known to the service, nor what the people behind all numbers are called.
    """
    text = typed.strip()
    chosen = sa.select(Person.id).order_by(Person.id).limit(MOST_PEOPLE + 1)
    if _NUMBERS.fullmatch(text.lower()):
        numbers = text.lower().removeprefix("person ").split(",")
        chosen = chosen.where(Person.id.in_([int(number) for number in numbers]))
    elif "@" in text:
        address = text.lower()
        of_account = sa.select(Account.person_id).where(Account.sign_in_email == address)
        chosen = chosen.where(sa.or_(sa.func.lower(Person.contact_email) == address, Person.id.in_(of_account)))
    else:
        chosen = chosen.where(Person.name.icontains(text, autoescape=True), Person.name != "")
    if readable is not None:
        has_written = sa.exists().where(
            AuditEntry.person_id == Person.id, AuditEntry.chain_id.in_(_chain_ids(readable))
        )
        chosen = chosen.where(has_written)
    return list(session().scalars(chosen))


def entries_page(filters: AuditFilters, sort: Sort, query: Any) -> AuditPage:
    """The page of the list that the query string asks for, in two statements however long the list is.

    The first reads the ids of all that is listed: that is its count and its order at once.
    """
    ids = [each for (each,) in read(_listed(filters, sort, AuditEntry.id).limit(MOST_LISTED + 1))]
    total = min(len(ids), MOST_LISTED)
    number = read_page(query, total)
    wanted = ids[(number - 1) * PAGE_SIZE : min(number * PAGE_SIZE, MOST_LISTED)]
    found = {line.entry_id: line for line in _lines(_columns().where(AuditEntry.id.in_(wanted)))}
    paging = Page(items=[found[each] for each in wanted], number=number, size=PAGE_SIZE, total=total)
    return AuditPage(paging, has_more=len(ids) > MOST_LISTED)


def is_longer_than(most: int, filters: AuditFilters) -> bool:
    """Whether more entries match than a file may hold."""
    listed = _listed(filters, DEFAULT_SORT, AuditEntry.id).order_by(None).limit(most + 1).subquery()
    return (session().scalar(sa.select(sa.func.count()).select_from(listed)) or 0) > most


def newest_entry_id() -> int:
    """Up to where a file reads: what is written meanwhile, the download itself among it, is left out."""
    return session().scalar(sa.select(sa.func.max(AuditEntry.id))) or 0


def next_batch(filters: AuditFilters, sort: Sort, *, up_to: int, after: AuditLine | None) -> Sequence[AuditLine]:
    """The entries that follow one of them in the list, or its first ones; empty behind the last."""
    chosen = _listed(filters, sort, *_COLUMNS).join(AuditChain, AuditChain.id == AuditEntry.chain_id)
    chosen = chosen.where(AuditEntry.id <= up_to).limit(BATCH)
    if after is not None:
        chosen = chosen.where(_comes_after(after, filters, sort))
    return list(_lines(chosen))


def _listed(filters: AuditFilters, sort: Sort, *columns: Any) -> sa.Select[Any]:
    chosen = sa.select(*columns).select_from(AuditEntry).order_by(*_order(filters, sort))
    if filters.chains is not None:
        ids = _chain_ids(filters.chains)
        # One chain is compared by "=", so that its own index gives its entries in their order.
        chosen = chosen.where(AuditEntry.chain_id == ids[0] if len(ids) == 1 else AuditEntry.chain_id.in_(ids))
    if filters.people is not None:
        chosen = chosen.where(AuditEntry.person_id.in_(filters.people))
    if filters.verb:
        chosen = chosen.where(AuditEntry.verb == filters.verb)
    if filters.from_on is not None:
        chosen = chosen.where(AuditEntry.recorded_at > clock.end_of_day(filters.from_on - timedelta(days=1)))
    if filters.to_on is not None:
        chosen = chosen.where(AuditEntry.recorded_at <= clock.end_of_day(filters.to_on))
    if filters.request_id:
        chosen = chosen.where(AuditEntry.request_id == filters.request_id)
    return chosen


def _order(filters: AuditFilters, sort: Sort) -> list[sa.ColumnElement[Any]]:
    """By time, made stable by the id; within one chain by the number, which is the same order and has an index."""
    keys: list[Any] = [AuditEntry.number] if _is_one_chain(filters) else [AuditEntry.recorded_at, AuditEntry.id]
    return [key.desc() if sort.is_descending else key.asc() for key in keys]


def _comes_after(line: AuditLine, filters: AuditFilters, sort: Sort) -> sa.ColumnElement[bool]:
    if _is_one_chain(filters):
        return AuditEntry.number < line.number if sort.is_descending else AuditEntry.number > line.number
    at, entry_id = AuditEntry.recorded_at, AuditEntry.id
    # Written out, because the first half alone is what the index on the time can answer.
    if sort.is_descending:
        return sa.and_(at <= line.recorded_at, sa.or_(at < line.recorded_at, entry_id < line.entry_id))
    return sa.and_(at >= line.recorded_at, sa.or_(at > line.recorded_at, entry_id > line.entry_id))


def _is_one_chain(filters: AuditFilters) -> bool:
    return filters.chains is not None and len(filters.chains) == 1


def _chain_ids(names: Iterable[str]) -> list[int]:
    """The ids of chains by name; an organisation of which nothing was ever recorded has none."""
    return list(session().scalars(sa.select(AuditChain.id).where(AuditChain.name.in_(list(names)))))


_COLUMNS = (
    AuditEntry.id,
    AuditChain.name,
    AuditEntry.number,
    AuditEntry.recorded_at,
    AuditEntry.person_id,
    AuditEntry.role,
    AuditEntry.verb,
    AuditEntry.subject,
    AuditEntry.before,
    AuditEntry.after,
    AuditEntry.request_id,
    AuditEntry.entry_hash,
)


def _columns() -> sa.Select[Any]:
    return sa.select(*_COLUMNS).join(AuditChain, AuditChain.id == AuditEntry.chain_id)


def _lines(chosen: sa.Select[Any]) -> Iterator[AuditLine]:
    return (AuditLine(*row) for row in read(chosen))
