"""Finds a name or an address in the texts of the database, and takes it out of mails; it knows no account.

Texts that people typed are theirs to change: where they name somebody is reported and never rewritten.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from tracker.db import Base, session
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import MessageState
from tracker.people.personal_texts import TEXTS, Holds

STAND_IN = "a former colleague"
ADDRESS_STAND_IN = "(address removed)"
SHORTEST_LAST_NAME = 3
BATCH = 500
_BETWEEN_WORDS = r"(?:[\s._+-]|%20)+"


@dataclass(frozen=True)
class Identity:
    """What somebody is known by: the names and addresses that are about to be removed."""

    names: frozenset[str]
    addresses: frozenset[str]

    @classmethod
    def of(cls, names: Iterator[str] | list[str], addresses: Iterator[str] | list[str]) -> Identity:
        """The same with blanks left out."""
        return cls(frozenset(filter(None, map(str.strip, names))), frozenset(filter(None, map(str.strip, addresses))))

    @cached_property
    def whole(self) -> re.Pattern[str]:
        """The full name or the address, however the words are joined."""
        return _any_of([*map(_address, self.addresses), *map(_name, self.names)])

    @cached_property
    def partly(self) -> re.Pattern[str]:
        """The same, or the last name alone: people write "Dr Ravensworth"."""
        last_names = (name.split()[-1] for name in self.names)
        return _any_of([self.whole.pattern, *(_name(each) for each in last_names if len(each) >= SHORTEST_LAST_NAME)])

    @cached_property
    def anchors(self) -> tuple[str, ...]:
        """Plain letters that every text must hold in which the pattern is found; empty where there are none.

        They let the database leave most texts out: both kinds compare plain letters without regard to capitals, and
        no others.
        """
        runs = [re.findall(r"[A-Za-z0-9]+", name.split()[-1]) for name in self.names]
        runs += [re.findall(r"[A-Za-z0-9]+", address) for address in self.addresses]
        return tuple(max(each, key=len) for each in runs) if all(runs) else ()

    def taken_out_of(self, text: str) -> str:
        """A text without the name and the address.

        >>> asha = Identity(frozenset({"Asha Whitcombe"}), frozenset({"asha@xd1.example.test"}))
        >>> asha.taken_out_of("ASHA  Whitcombe (asha@xd1.example.test) invites you. Natasha Whitcombe-Hale does not.")
        'a former colleague ((address removed)) invites you. Natasha Whitcombe-Hale does not.'
        """
        without = _any_of(list(map(_address, self.addresses))).sub(ADDRESS_STAND_IN, text)
        return _any_of(list(map(_name, self.names))).sub(STAND_IN, without)


@dataclass(frozen=True, slots=True, order=True)
class Trace:
    """One place where somebody is still named: a field of a row, and which ask of which organisation it is about."""

    table: str
    column: str
    row_id: int
    about: str

    def __str__(self) -> str:
        about = f"{self.about}: " if self.about else ""
        return f"{about}{self.column.replace('_', ' ')} ({self.table} {self.row_id})"


def traces_of(identity: Identity) -> list[Trace]:
    """Where people typed the name, the last name or the address, and audit entries that hold one against the rule."""
    if not identity.names and not identity.addresses:
        return []
    searched = [place for place, holds in TEXTS.items() if holds in (Holds.TYPED, Holds.AUDIT)]
    found = []
    for place in searched:
        table_name, _, column_name = place.partition(".")
        table = Base.metadata.tables[table_name]
        for row_id, text in _texts(table, table.c[column_name], identity):
            if identity.partly.search(text):
                found.append(Trace(table_name, column_name, row_id, _about(table, row_id)))
    return sorted(found)


def take_out_of_mails(identity: Identity) -> int:
    """Take the name and the address out of mails to other people: of those that wait, only these words; how many.

    The text of one that has left has done its work and goes altogether.
    """
    if not identity.names and not identity.addresses:
        return 0
    table = OutboxMessage.metadata.tables[OutboxMessage.__tablename__]
    fields = (table.c.subject, table.c.body, table.c.html, table.c.last_error)
    holding = {
        row_id for column in fields for row_id, text in _texts(table, column, identity) if identity.whole.search(text)
    }
    for row_id in holding:
        message = session().execute(sa.select(OutboxMessage).where(OutboxMessage.id == row_id)).scalar_one()
        is_waiting = message.state is MessageState.QUEUED
        message.subject = identity.taken_out_of(message.subject)
        message.body = identity.taken_out_of(message.body) if is_waiting else ""
        message.html = identity.taken_out_of(message.html) if is_waiting and message.html is not None else None
        message.last_error = identity.taken_out_of(message.last_error)
    session().flush()
    return len(holding)


def _texts(table: sa.Table, column: sa.Column[Any], identity: Identity) -> Iterator[tuple[int, str]]:
    """The texts of one column that may hold one of the anchors, a part at a time."""
    as_text = sa.cast(column, sa.Text) if isinstance(column.type, sa.JSON) else column
    query = sa.select(table.c.id, column).where(column.is_not(None)).order_by(table.c.id)
    if identity.anchors:
        query = query.where(sa.or_(*(as_text.icontains(anchor) for anchor in identity.anchors)))
    for row_id, value in session().execute(query.execution_options(yield_per=BATCH)):
        yield row_id, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _about(table: sa.Table, row_id: int) -> str:
    """Which ask of which organisation a row is about, in their codes, as far as the row says."""
    tables = Base.metadata.tables
    if "organisation_id" not in table.c:
        return ""
    organisation, ask, framework = tables["organisation"], tables["ask"], tables["framework"]
    if "ask_id" not in table.c:
        query = sa.select(organisation.c.code).join(table, table.c.organisation_id == organisation.c.id)
        return str(session().scalar(query.where(table.c.id == row_id)))
    row = (
        session()
        .execute(
            sa.select(organisation.c.code, framework.c.code, ask.c.ref)
            .select_from(table)
            .join(organisation, organisation.c.id == table.c.organisation_id)
            .outerjoin(ask, ask.c.id == table.c.ask_id)
            .outerjoin(framework, framework.c.id == ask.c.framework_id)
            .where(table.c.id == row_id)
        )
        .one()
    )
    return " ".join(filter(None, row))


def _name(name: str) -> str:
    words = _BETWEEN_WORDS.join(re.escape(word) for word in name.split())
    return rf"(?<![\w-]){words}(?![\w-])"


def _address(address: str) -> str:
    return rf"(?<![\w.+-]){re.escape(address)}(?![\w-]|\.\w)"


def _any_of(patterns: list[str]) -> re.Pattern[str]:
    # Nothing to look for must find nothing; an empty pattern would be found everywhere.
    return re.compile("|".join(patterns) or r"(?!)", re.IGNORECASE)
