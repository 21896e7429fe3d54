"""Changes to people, accounts, memberships and sessions; each is audited, none commits."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import passwords, queries
from tracker.accounts.models import Account, Membership, PasswordLink, Person, SignInSession
from tracker.accounts.queries import OpenSession
from tracker.accounts.rules import ROLES_WITHOUT_A_BODY, Role, fits_role
from tracker.audit import service as audit
from tracker.db import session

LINK_LIFETIME = timedelta(hours=48)
SHORT_IDLE, LONG_IDLE = timedelta(minutes=30), timedelta(minutes=60)
LONGEST_SESSION = timedelta(hours=12)
TRIES_BEFORE_LOCK, LOCK_TIME = 10, timedelta(minutes=15)


class AccountError(Exception):
    """An account cannot be changed as asked; the message is a sentence for the person who asked."""


def token_hash(token: str) -> str:
    """What the database keeps of a random token."""
    return hashlib.sha256(token.encode()).hexdigest()


def add_account(*, email: str, name: str) -> Account:
    """A new account with no password and no membership; or the one that already has this address."""
    address = email.strip().lower()
    account = queries.find_account_by_email(address)
    if account is not None:
        return account
    person = Person(name=name.strip(), contact_email=address, recorded_at=clock.now())
    session().add(person)
    session().flush()
    account = Account(person_id=person.id, sign_in_email=address, created_at=clock.now(), is_active=True)
    session().add(account)
    session().flush()
    audit.record(verb="account added", subject=f"person {person.id}")
    return account


def grant_membership(account: Account, role: Role, organisation_code: str | None, *, by: int | None = None) -> bool:
    """Give a role in a body (or nationally); False when it is already held, which is left as it is.

    Raises AccountError when the role needs a body and none is named, the other way about, when the code is unknown, or
    when it names a body of a type the role cannot be held in.
    """
    if (role in ROLES_WITHOUT_A_BODY) != (organisation_code is None):
        raise AccountError(
            f"The role {role.value} takes no organisation: leave the code out."
            if role in ROLES_WITHOUT_A_BODY
            else f"The role {role.value} needs the ODS code of its {_body_word(role)}."
        )
    body_id = None
    if organisation_code is not None:
        body_id = queries.find_organisation_id(organisation_code)
        if body_id is None:
            raise AccountError(
                f"There is no organisation with the code {organisation_code.strip().upper()}: "
                "check the code, or import it first."
            )
        if not fits_role(role, queries.types_of_organisation(body_id)):
            raise AccountError(
                f"The role {role.value} cannot be held in {organisation_code.strip().upper()}: "
                f"give the code of {_BODY_WANTED[role]}."
            )
    held = session().scalar(
        sa.select(Membership.id).where(
            Membership.person_id == account.person_id,
            Membership.role == role,
            Membership.organisation_id.is_(body_id) if body_id is None else Membership.organisation_id == body_id,
            Membership.ended_at.is_(None),
        )
    )
    if held is not None:
        return False
    session().add(
        Membership(
            person_id=account.person_id,
            role=role,
            organisation_id=body_id,
            granted_at=clock.now(),
            granted_by_id=by,
        )
    )
    session().flush()
    code = organisation_code.strip().upper() if organisation_code else None
    audit.record(
        verb="membership granted",
        subject=f"person {account.person_id}",
        by=by,
        organisation_code=code,
        after={"role": role.value, "body": code},
    )
    return True


_TRACKED_BODY = "an organisation that is tracked, not of a region or a national body"
_BODY_WANTED = {
    Role.LEAD: _TRACKED_BODY,
    Role.CONTRIBUTOR: _TRACKED_BODY,
    Role.BOARD: _TRACKED_BODY,
    Role.SYSTEM: "a system or an integrated care board",
    Role.REGION: "a region",
}


def _body_word(role: Role) -> str:
    return {Role.SYSTEM: "system", Role.REGION: "region"}.get(role, "organisation")


def make_password_link(account: Account) -> str:
    """A one-time token to set a password; earlier unused ones of the account are void from now."""
    now = clock.real_now()
    session().execute(
        sa.update(PasswordLink)
        .where(PasswordLink.account_id == account.id, PasswordLink.used_at.is_(None))
        .values(used_at=now)
    )
    token = secrets.token_urlsafe(32)
    session().add(
        PasswordLink(
            account_id=account.id,
            token_hash=token_hash(token),
            created_at=now,
            expires_at=now + LINK_LIFETIME,
        )
    )
    session().flush()
    return token


def set_password_by_link(token: str, password: str) -> bool:
    """Use a one-time link; False when it is unknown, used or out of date. Every open session of the account ends."""
    now = clock.real_now()
    found = queries.find_password_link(token_hash(token), now=now, lock=True)
    if found is None:
        return False
    link, account = found
    link.used_at = now
    set_password(account, password)
    audit.record(verb="password set by link", subject=f"person {account.person_id}", by=account.person_id)
    return True


def set_password(account: Account, password: str) -> None:
    """Store a new password's hash and end the account's sessions."""
    account.password_hash = passwords.hash_password(password)
    account.failed_sign_ins, account.locked_until = 0, None
    session().execute(
        sa.update(SignInSession)
        .where(SignInSession.person_id == account.person_id, SignInSession.ended_at.is_(None))
        .values(ended_at=clock.real_now())
    )


def sign_in(email: str, password: str) -> str | None:
    """A fresh session token, or None: unknown address, wrong password, inactive and locked all look the same.

    Ten wrong passwords in a row lock an account for 15 minutes, right password or not. Tries at one account queue, so
    that many at once count as many.
    """
    now = clock.real_now()
    account = queries.find_account_by_email(email, lock=True)
    is_right = passwords.is_password(account.password_hash if account else None, password)
    if account is None or not account.is_active:
        audit.record(verb="sign-in refused", subject="unknown or inactive account")
        return None
    is_locked = account.locked_until is not None and account.locked_until > now
    if not is_right or is_locked:
        if not is_locked:
            account.failed_sign_ins += 1
            if account.failed_sign_ins >= TRIES_BEFORE_LOCK:
                account.failed_sign_ins, account.locked_until = 0, now + LOCK_TIME
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}")
        return None
    account.failed_sign_ins, account.locked_until = 0, None
    token = secrets.token_urlsafe(32)
    session().add(
        SignInSession(token_hash=token_hash(token), person_id=account.person_id, started_at=now, last_seen_at=now)
    )
    audit.record(verb="signed in", subject=f"person {account.person_id}", by=account.person_id)
    return token


def sign_out(open_session: OpenSession) -> None:
    """End a session: a copied cookie is refused from the next request on."""
    session().execute(
        sa.update(SignInSession)
        .where(SignInSession.id == open_session.session_id, SignInSession.ended_at.is_(None))
        .values(ended_at=clock.real_now())
    )
    audit.record(verb="signed out", subject=f"person {open_session.person_id}", by=open_session.person_id)


def touch(open_session: OpenSession, now: datetime) -> None:
    """Remember that a session was in use just now."""
    session().execute(
        sa.update(SignInSession).where(SignInSession.id == open_session.session_id).values(last_seen_at=now)
    )


def idle_limit(roles: frozenset[Role]) -> timedelta:
    """How long a session may rest: 30 minutes for regional teams and above, 60 for others."""
    return SHORT_IDLE if roles & {Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR} else LONG_IDLE


def touch_is_due(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session's last-seen time is worth a write: once a minute is enough for time-outs."""
    return now - last_seen_at > timedelta(minutes=1)
