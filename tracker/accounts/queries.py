"""Reads people, accounts and memberships; it writes nothing, and locks only where it says so."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import LIFE, ORGANISATION, is_life_on
from tracker.accounts.models import Account, ExternalIdentity, Invitation, Membership, Person
from tracker.accounts.rules import HeldRole, Role
from tracker.db import session
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import MessageState


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


def find_person(person_id: int, *, lock: bool = False) -> Person | None:
    """Somebody who was not forgotten; locked where their name is about to change."""
    query = sa.select(Person).where(Person.id == person_id, Person.forgotten_at.is_(None))
    if lock:
        query = query.with_for_update(key_share=True).execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def find_account(account_id: int, *, lock: bool = False) -> Account | None:
    """An account by its id; locked where it is about to change."""
    query = sa.select(Account).where(Account.id == account_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def find_account_of_person(person_id: int, *, lock: bool = False) -> Account | None:
    """The account of a person, who may have none; locked where it is about to change."""
    query = sa.select(Account).where(Account.person_id == person_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def find_account_id(person_id: int) -> int | None:
    """The id of a person's account, or None."""
    return session().scalar(sa.select(Account.id).where(Account.person_id == person_id))


def find_membership(person_id: int, role: Role, organisation_id: int | None) -> int | None:
    """The id of a membership that somebody holds now, or None."""
    return session().scalar(
        sa.select(Membership.id).where(
            Membership.person_id == person_id,
            Membership.role == role,
            Membership.organisation_id.is_not_distinct_from(organisation_id),
            Membership.ended_at.is_(None),
        )
    )


def find_membership_by_id(membership_id: int, *, lock: bool = False) -> Membership | None:
    """A membership, ended or not; locked where it is about to end."""
    query = sa.select(Membership).where(Membership.id == membership_id)
    if lock:
        query = query.with_for_update().execution_options(populate_existing=True)
    return session().scalars(query).one_or_none()


def roles_in_force(person_id: int) -> tuple[HeldRole, ...]:
    """What somebody who is not asking may do now: none where the account is off, none in a body that has closed."""
    rows = session().execute(
        sa.select(Membership.role, Membership.organisation_id, ORGANISATION.c.code)
        .join(Account, Account.person_id == Membership.person_id)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == Membership.organisation_id)
        .outerjoin(LIFE, sa.and_(LIFE.c.organisation_id == Membership.organisation_id, is_life_on(clock.today())))
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            Account.is_active,
            sa.or_(Membership.organisation_id.is_(None), LIFE.c.id.is_not(None)),
        )
        .order_by(Membership.id)
    )
    return tuple(HeldRole(role, organisation_id, code) for role, organisation_id, code in rows)


def lock_administrators() -> set[int]:
    """The people who are administrators and can sign in, their rows locked until the end of the transaction.

    Who has neither a password nor a single sign-on yet cannot: an invitation that was taken up half-way, or a link that
    nobody used, must not count as somebody who could put things right.

    Locked in one order, so that two who would each leave one administrator queue, and the second sees what the first
    did: lock nothing of an administrator before this. On SQLite the transaction has the write lock already.
    """
    locked = session().execute(
        sa.select(Account.id)
        .join(Membership, Membership.person_id == Account.person_id)
        .where(Membership.role == Role.ADMINISTRATOR, Membership.ended_at.is_(None), Account.is_active)
        .order_by(Membership.id)
        .with_for_update()
    )
    # Asked for once they are locked: what somebody else changed while this waited counts.
    has_identity = sa.exists().where(ExternalIdentity.account_id == Account.id)
    rows = session().scalars(
        sa.select(Account.person_id).where(
            Account.id.in_([account_id for (account_id,) in locked]),
            sa.or_(Account.password_hash.is_not(None), has_identity),
        )
    )
    return set(rows)


def has_waiting_mail(link_for: str) -> bool:
    """Whether a mail waits in the outbox whose link is for what begins with these words."""
    query = sa.select(OutboxMessage.id).where(
        OutboxMessage.link_for.startswith(link_for, autoescape=True), OutboxMessage.state == MessageState.QUEUED
    )
    return session().scalar(query.limit(1)) is not None


def lock_open_invitations(*which: sa.ColumnElement[bool]) -> list[int]:
    """The ids of invitations that were neither accepted nor voided, their rows locked in the order of their ids.

    Whoever changes several takes them in this order, after the accounts: two who do queue, and never wait in a circle.
    """
    rows = session().scalars(
        sa.select(Invitation.id)
        .where(Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None), *which)
        .order_by(Invitation.id)
        .with_for_update()
    )
    return list(rows)


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
