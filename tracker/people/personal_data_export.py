"""Reads everything that is held about a person, as plain values for one JSON file; it writes nothing.

Source: UK GDPR, Article 15 (subject access). Other people's names are their own data, so they appear as numbers.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Account, Invitation, Person
from tracker.audit.models import AuditEntry
from tracker.db import Base, session
from tracker.people.personal_data import ACCOUNT, AUDIT_ABOUT_THEM, NOT_SHOWN, PERSON, SECTIONS
from tracker.people.personal_section import Section


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody an address leads to: by their account, or by how to reach a named lead."""

    person_id: int
    name: str
    has_account: bool


def find_people(email: str) -> list[FoundPerson]:
    """Everybody held under an address. A mailbox may be shared, so they may be several, told apart by their number."""
    address = email.strip().lower()
    rows = session().execute(
        sa.select(Person.id, Person.name, Account.id)
        .outerjoin(Account, Account.person_id == Person.id)
        .where(
            Person.forgotten_at.is_(None),
            sa.or_(sa.func.lower(Person.contact_email) == address, sa.func.lower(Account.sign_in_email) == address),
        )
        .order_by(Person.id)
    )
    return [FoundPerson(person_id, name, account_id is not None) for person_id, name, account_id in rows]


def everything_about(person_id: int) -> dict[str, Any]:
    """One person's part of an export, by the register of personal data."""
    words = _Words(person_id)
    account_id = session().scalar(sa.select(Account.id).where(Account.person_id == person_id))
    accounts = _rows(ACCOUNT, person_id, account_id, words)
    return {
        PERSON.name: _rows(PERSON, person_id, account_id, words)[0],
        ACCOUNT.name: accounts[0] if accounts else None,
        **{section.name: _rows(section, person_id, account_id, words) for section in SECTIONS},
        AUDIT_ABOUT_THEM.name: [
            _row(AUDIT_ABOUT_THEM, row, words) | {"by": words.person(row["person_id"])}
            for row in _about_them(person_id, account_id)
        ],
    }


def as_json(people: list[dict[str, Any]]) -> str:
    """The whole export: UTF-8, sorted, ISO dates."""
    export = {"made_at": clock.real_now(), "not_shown": list(NOT_SHOWN), "people": people}
    return json.dumps(export, default=_plain, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _plain(value: object) -> str:
    if isinstance(value, date | datetime):
        return value.isoformat()
    raise TypeError(f"An export cannot hold {type(value).__name__}.")


def _rows(section: Section, person_id: int, account_id: int | None, words: _Words) -> list[dict[str, Any]]:
    table = Base.metadata.tables[section.table]
    by = table.c[section.by]
    is_of_account = any(key.column.table.name == "account" for key in by.foreign_keys)
    query = sa.select(table).where(by == (account_id if is_of_account else person_id)).order_by(table.c.id)
    return [_row(section, row._mapping, words) for row in session().execute(query)]


def _row(section: Section, row: Mapping[Any, Any], words: _Words) -> dict[str, Any]:
    table = Base.metadata.tables[section.table]
    shown = {name.removesuffix("_id"): words.of(table.c[name], row[name]) for name in section.shown}
    return {"row": row["id"]} | shown | {said: row[name] is not None for name, said in section.said.items()}


def _about_them(person_id: int, account_id: int | None) -> list[dict[str, Any]]:
    """Entries by others that are about the person: by their subject, or by the number in what was before or after.

    The audit calls an invitation by its own number, so that it does not tell whose the address is; here it may.
    """
    invitations = session().scalars(sa.select(Invitation.id).where(Invitation.account_id == account_id))
    table = AuditEntry.metadata.tables[AuditEntry.__tablename__]
    subjects = {f"person {person_id}", *(f"invitation {number}" for number in invitations)}
    may_name = [sa.cast(column, sa.Text).like(f'%"person": {person_id}%') for column in (table.c.before, table.c.after)]
    rows = session().execute(
        sa.select(table)
        .where(
            table.c.person_id.is_distinct_from(person_id),
            sa.or_(table.c.subject.in_(sorted(subjects)), *may_name),
        )
        .order_by(table.c.recorded_at, table.c.id)
    )
    return [
        dict(row._mapping)
        for row in rows
        if row.subject in subjects or any((said or {}).get("person") == person_id for said in (row.before, row.after))
    ]


class _Words:
    """Says what an id stands for, in words that mean something outside the database; each is looked up once."""

    def __init__(self, person_id: int) -> None:
        self._person_id = person_id
        self._known: dict[tuple[str, int], str] = {}

    def person(self, person_id: int | None) -> str:
        if person_id is None:
            return "the service"
        return "this person" if person_id == self._person_id else f"person {person_id}"

    def of(self, column: sa.Column[Any], value: Any) -> Any:
        """A value as it stands, or what it refers to."""
        if isinstance(value, Enum):
            return value.value
        referred = next((key.column.table.name for key in column.foreign_keys), None)
        if referred is None or value is None:
            return value
        if referred == "person":
            return self.person(value)
        if (referred, value) not in self._known:
            self._known[referred, value] = self._look_up(referred, value)
        return self._known[referred, value]

    @staticmethod
    def _look_up(table_name: str, row_id: int) -> str:
        tables = Base.metadata.tables
        if table_name == "account":
            owner = session().scalar(sa.select(Account.person_id).where(Account.id == row_id))
            return f"person {owner}"
        if table_name == "ask":
            query = (
                sa.select(tables["framework"].c.code + " " + tables["ask"].c.ref)
                .select_from(tables["ask"].join(tables["framework"]))
                .where(tables["ask"].c.id == row_id)
            )
            return str(session().scalar(query))
        names = {"organisation": "code", "framework": "code", "audit_chain": "name"}
        if table_name not in names:
            return f"{table_name.replace('_', ' ')} {row_id}"
        table = tables[table_name]
        return str(session().scalar(sa.select(table.c[names[table_name]]).where(table.c.id == row_id)))
