"""Forgets a person: name, address and every way in go, what they did stays under a number; never commits.

Source: UK GDPR, Article 17 (erasure) and Article 5(1)(e) (storage limitation). History, appointments and the audit hold
ids of people only, so they stand as they are.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import queries
from tracker.accounts import service as accounts
from tracker.accounts.models import (
    Account,
    ExternalIdentity,
    Membership,
    OneTimeLink,
    Person,
    RecoveryCode,
    SignInSession,
)
from tracker.audit import service as audit
from tracker.db import Base, session
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import MessageState
from tracker.people.managing import void_offers
from tracker.people.personal_data_traces import Identity, take_out_of_mails

REMOVED = "The person's details were removed."


@dataclass(frozen=True, slots=True)
class Holding:
    """How much of somebody there is to remove; for whoever is asked whether to go on."""

    has_account: bool
    roles: int
    appointments: int
    mails_waiting: int


def holding_of(person_id: int) -> Holding:
    """What forgetting a person would end."""

    def count(table_name: str, *which: sa.ColumnElement[bool]) -> int:
        table = Base.metadata.tables[table_name]
        return session().scalar(sa.select(sa.func.count(table.c.id)).where(table.c.person_id == person_id, *which)) or 0

    return Holding(
        has_account=count("account") > 0,
        roles=count("membership", Membership.ended_at.is_(None)),
        appointments=count("appointment"),
        mails_waiting=count("outbox_message", OutboxMessage.state == MessageState.QUEUED),
    )


def identity_of(person_ids: Iterable[int]) -> Identity:
    """The names and addresses that people are held under now."""
    rows = (
        session()
        .execute(
            sa.select(Person.name, Person.contact_email, Account.sign_in_email)
            .outerjoin(Account, Account.person_id == Person.id)
            .where(Person.id.in_(list(person_ids)), Person.forgotten_at.is_(None))
        )
        .all()
    )
    return Identity.of(
        [name for name, _, _ in rows],
        [address or "" for _, contact, sign_in in rows for address in (contact, sign_in)],
    )


def forget_person(person_id: int, *, reason: str) -> bool:
    """Forget one person; False when it was done before, or there is no such person.

    Raises LastAdministrator where nobody else could look after accounts. The audit gets the number and the reason.
    """
    person = (
        session()
        .scalars(
            sa.select(Person)
            .where(Person.id == person_id, Person.forgotten_at.is_(None))
            # Two who forget the same person queue; whoever only refers to the person does not wait.
            .with_for_update(key_share=True)
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if person is None:
        return False
    identity = identity_of([person_id])
    account = queries.find_account_of_person(person_id)
    if account is not None:
        accounts.set_active(account, False)
    _end_roles(person_id)
    void_offers(person_id)
    if account is not None:
        _empty_account(account)
    session().execute(sa.delete(SignInSession).where(SignInSession.person_id == person_id))
    calendars = Base.metadata.tables["calendar_feed"]
    session().execute(sa.delete(calendars).where(calendars.c.person_id == person_id))
    person.name, person.contact_email, person.forgotten_at = "", "", clock.now()
    _stop_mails(person_id)
    take_out_of_mails(identity)
    audit.record(verb="person forgotten", subject=f"person {person_id}", after={"reason": reason})
    return True


def _end_roles(person_id: int) -> None:
    current = sa.select(Membership.id).where(Membership.person_id == person_id, Membership.ended_at.is_(None))
    for membership_id in session().scalars(current.order_by(Membership.id)).all():
        accounts.end_membership(membership_id)


def _empty_account(account: Account) -> None:
    """Leave a row that opens nothing and says nothing: what it is called now is no address, so nobody can type it."""
    account.sign_in_email = f"forgotten {account.person_id}"
    account.new_email, account.new_email_until = None, None
    account.password_hash = None
    account.totp_secret, account.totp_confirmed_at, account.totp_last_step = None, None, None
    account.failed_sign_ins, account.locked_until = 0, None
    session().flush()
    accounts.void_invitations(account.id)
    for model in (RecoveryCode, ExternalIdentity, OneTimeLink):
        session().execute(sa.delete(model).where(model.account_id == account.id))


def _stop_mails(person_id: int) -> None:
    """Empty every mail to the person; one that waits is not sent, a sender that holds it finds it taken away."""
    theirs = OutboxMessage.person_id == person_id
    session().execute(
        sa.update(OutboxMessage)
        .where(theirs, OutboxMessage.state == MessageState.QUEUED)
        .values(state=MessageState.FAILED, claimed_by=None, claimed_until=None)
    )
    session().execute(
        sa.update(OutboxMessage).where(theirs).values(body="", html=None, link_for=None, last_error=REMOVED)
    )
