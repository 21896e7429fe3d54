"""Reads people, accounts and memberships; every read of a password or a session token is by hash."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Account, Membership, PasswordLink, Person, SignInSession
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import read, session

# The tables of organisations lie above this package; codes and types are read through their names alone.
_ORGANISATION = sa.table("organisation", sa.column("id", sa.BigInteger), sa.column("code", sa.String))
_ORGANISATION_KIND = sa.table(
    "organisation_kind",
    sa.column("organisation_id", sa.BigInteger),
    sa.column("organisation_type", sa.String),
    sa.column("superseded_at", sa.DateTime),
)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser: its row, whose it is and when it was last seen."""

    session_id: int
    person_id: int
    last_seen_at: datetime


@dataclass(frozen=True, slots=True)
class Holder:
    """A person who holds a role in one body now and may sign in."""

    person_id: int
    role: Role
    organisation_id: int | None


def find_account_by_email(email: str, *, lock: bool = False) -> Account | None:
    """The account that signs in with an address; locked where its count of failed tries is about to change."""
    query = sa.select(Account).where(Account.sign_in_email == email.strip().lower())
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def find_person_of_account(email: str) -> Person | None:
    """The person who signs in with an address, for commands that take ``--by EMAIL``."""
    return (
        session()
        .scalars(
            sa.select(Person)
            .join(Account, Account.person_id == Person.id)
            .where(Account.sign_in_email == email.strip().lower())
        )
        .one_or_none()
    )


# Built once: it runs on every request, and building it takes longer than running it.
_VIEWER_BY_SESSION = (
    sa.select(
        SignInSession.id,
        SignInSession.person_id,
        SignInSession.last_seen_at,
        Person.name,
        Membership.role,
        Membership.organisation_id,
        _ORGANISATION.c.code,
    )
    .join(Account, Account.person_id == SignInSession.person_id)
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.ended_at.is_(None)))
    .outerjoin(_ORGANISATION, _ORGANISATION.c.id == Membership.organisation_id)
    .where(
        SignInSession.token_hash == sa.bindparam("token_hash"),
        SignInSession.ended_at.is_(None),
        SignInSession.last_seen_at > sa.bindparam("idle_since"),
        SignInSession.started_at > sa.bindparam("started_since"),
        Account.is_active,
    )
    .order_by(Membership.id)
)


def find_viewer_by_session(
    token_hash: str, *, idle_since: datetime, started_since: datetime
) -> tuple[Viewer, OpenSession] | None:
    """Who a session token stands for: one statement, on every request.

    None when the session has ended, idled or grown too old, when the account is not active, or when no membership is
    left: a right that is removed is gone on the next request.
    """
    parameters = {"token_hash": token_hash, "idle_since": idle_since, "started_since": started_since}
    rows = read(_VIEWER_BY_SESSION, parameters).all()
    if not rows:
        return None
    session_id, person_id, last_seen_at, name, *_ = rows[0]
    held = tuple(HeldRole(row[4], row[5], row[6]) for row in rows if row[4] is not None)
    return Viewer(person_id=person_id, name=name, held=held), OpenSession(session_id, person_id, last_seen_at)


def holders_of(roles: Collection[Role]) -> list[Holder]:
    """Everybody who holds one of these roles now and whose account is active, in a stable order."""
    rows = session().execute(
        sa.select(Membership.person_id, Membership.role, Membership.organisation_id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(Membership.role.in_(roles), Membership.ended_at.is_(None), Account.is_active)
        .order_by(Membership.person_id, Membership.organisation_id)
    )
    return [Holder(person_id, role, organisation_id) for person_id, role, organisation_id in rows]


def addresses_of(person_ids: Iterable[int]) -> dict[int, str]:
    """The address mail goes to, for each person who may still sign in."""
    wanted = list(person_ids)
    rows = session().execute(
        sa.select(Account.person_id, Account.sign_in_email).where(Account.person_id.in_(wanted), Account.is_active)
    )
    return {person_id: text for person_id, text in rows}  # noqa: C416 - dict() takes a Result for a mapping


def names_of(person_ids: Iterable[int]) -> dict[int, str]:
    """Names for the screen; a forgotten person has none and is left out."""
    rows = session().execute(sa.select(Person.id, Person.name).where(Person.id.in_(set(person_ids)), Person.name != ""))
    return {person_id: text for person_id, text in rows}  # noqa: C416 - dict() takes a Result for a mapping


def find_organisation_id(code: str) -> int | None:
    """The id behind an ODS code: the one fact about organisations that a membership needs."""
    return session().scalar(sa.select(_ORGANISATION.c.id).where(_ORGANISATION.c.code == code.strip().upper()))


def types_of_organisation(organisation_id: int) -> frozenset[str]:
    """Every type a body is known to have had or to get, as stored words: what decides which roles it can be held in."""
    kinds = sa.select(_ORGANISATION_KIND.c.organisation_type).where(
        _ORGANISATION_KIND.c.organisation_id == organisation_id, _ORGANISATION_KIND.c.superseded_at.is_(None)
    )
    return frozenset(session().scalars(kinds))


def find_password_link(token_hash: str, *, now: datetime, lock: bool = False) -> tuple[PasswordLink, Account] | None:
    """The unused, unexpired link with this token and its account; locked where it is about to be used."""
    query = (
        sa.select(PasswordLink, Account)
        .join(Account, Account.id == PasswordLink.account_id)
        .where(
            PasswordLink.token_hash == token_hash,
            PasswordLink.used_at.is_(None),
            PasswordLink.expires_at > now,
        )
    )
    row = session().execute(query.with_for_update() if lock else query).one_or_none()
    return (row[0], row[1]) if row else None
