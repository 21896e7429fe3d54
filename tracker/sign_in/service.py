"""Signing in and out: the first factor, the second or its setting up, a password by link; audited, none commits.

What the person who signs in is told of a refusal is the same whatever its reason; the audit says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm.attributes import set_committed_value

from tracker import clock
from tracker.accounts import links, passwords, queries, sessions, vault, viewers
from tracker.accounts import service as accounts
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, SessionStep, SignInMethod
from tracker.accounts.viewers import OpenSession, UnfinishedSignIn
from tracker.audit import service as audit
from tracker.db import session
from tracker.sign_in import authenticators, elsewhere, recovery
from tracker.sign_in.acting import role_of

TRIES_BEFORE_LOCK, LOCK_TIME = 10, timedelta(minutes=15)
NOBODY = 0
"""The id of no account."""


@dataclass(frozen=True, slots=True)
class FirstFactor:
    """What became of a first factor: a session's token and its step, or nothing.

    Of somebody whose password is right, ``has_role`` is False where they hold no role any more, and ``goes_elsewhere``
    is True where their second factor is with the provider of single sign-on, so that they must sign in there.
    """

    token: str | None = None
    step: SessionStep | None = None
    has_role: bool = True
    goes_elsewhere: bool = False


class CodeRefusal(StrEnum):
    """Why a code was not taken, as the audit keeps it."""

    LOCKED = "locked"
    WRONG = "wrong code"
    UNREADABLE = "authenticator sealed by another key"


@dataclass(frozen=True, slots=True)
class TakenCode:
    """What became of a code: used up where there is no refusal."""

    refusal: CodeRefusal | None = None
    is_recovery_code: bool = False


@dataclass(frozen=True, slots=True)
class SecondFactor:
    """What became of a second factor: the token of an open session, or nothing.

    ``codes_left`` where a recovery code was used up; ``is_unreadable`` where the service has lost the key to the
    authenticator, so that no code of it can ever be right.
    """

    token: str | None = None
    codes_left: int | None = None
    is_unreadable: bool = False


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A second factor that was set up: the token of an open session, and the recovery codes, shown once."""

    token: str
    recovery_codes: tuple[str, ...]


def sign_in(email: str, password: str, *, browser: str = "") -> FirstFactor:
    """Check a password. Unknown address, wrong password, switched off and locked all look the same, and take as long.

    Ten wrong passwords or codes in a row lock an account for 15 minutes, right ones or not. Tries at one account queue,
    so that many at once count as many. A refusal costs one check of a hash and the same statements in every case.
    """
    now = clock.real_now()
    account = queries.find_account_by_email(email, lock=True)
    is_right = passwords.is_password(account.password_hash if account else None, password)
    if account is None or not account.is_active:
        count_failure(None, now)
        audit.record(verb="sign-in refused", subject="unknown or inactive account")
        return FirstFactor()
    if is_locked(account, now) or not is_right:
        count_failure(account, now)
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}")
        return FirstFactor()
    renew_hash(account, password)
    return begin(account, SignInMethod.PASSWORD, browser=browser)


def renew_hash(account: Account, password: str) -> None:
    """Keep a password that was right just now by the present parameters, where it is kept by others.

    It is the same password: no session ends, no link is void, and nothing is to be told.
    """
    renewed = passwords.hash_to_renew(account.password_hash or "", password)
    if renewed is not None:
        account.password_hash = renewed
        session().flush()


def begin(account: Account, method: SignInMethod, *, browser: str = "", has_second_factor: bool = False) -> FirstFactor:
    """Begin a session for somebody whose first factor was right; what it opens depends on the second.

    ``has_second_factor``: the provider of a single sign-on says that it asked for one.
    """
    roles = viewers.roles_held(account.person_id)
    if not roles:
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}", after={"reason": "no role"})
        return FirstFactor(has_role=False)
    if has_second_factor:
        step = SessionStep.OPEN
    elif account.totp_confirmed_at is not None:
        step = SessionStep.SECOND_FACTOR
    else:
        step = SessionStep.ENROLMENT if roles & NEEDS_SECOND_FACTOR else SessionStep.OPEN
    if step is SessionStep.ENROLMENT and method is SignInMethod.PASSWORD and elsewhere.is_elsewhere(account):
        reason = {"reason": "second factor with the provider"}
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}", after=reason)
        return FirstFactor(goes_elsewhere=True)
    token = sessions.begin(
        account.person_id, step=step, method=method, browser=browser, second_factor=has_second_factor
    )
    if step is SessionStep.OPEN:
        _let_in(account, method)
    return FirstFactor(token, step)


def give_code(unfinished: UnfinishedSignIn, code: str, *, browser: str = "") -> SecondFactor:
    """Check the second factor, an app's code or a recovery code; right ones open a session with a fresh token."""
    account = queries.find_account(unfinished.account_id, lock=True)
    if account is None or not account.is_active or unfinished.step is not SessionStep.SECOND_FACTOR:
        return SecondFactor()
    taken = take_code(account, code)
    if taken.refusal is not None:
        reason = {"reason": taken.refusal.value}
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}", after=reason)
        return SecondFactor(is_unreadable=taken.refusal is CodeRefusal.UNREADABLE)
    left = recovery.how_many_left(account.id) if taken.is_recovery_code else None
    return SecondFactor(open_fully(account, unfinished, browser=browser, codes_left=left), left)


def take_code(account: Account, code: str) -> TakenCode:
    """Use up a code of an account's authenticator, or one of its recovery codes; a wrong one counts towards the lock.

    The account must be locked for update. While it takes no sign-in it takes no code either. An authenticator that the
    service can no longer read is not the person's mistake, and no code of it could be guessed: that counts for nothing.
    """
    now = clock.real_now()
    if is_locked(account, now):
        return TakenCode(CodeRefusal.LOCKED)
    refusal = CodeRefusal.WRONG
    try:
        if authenticators.take_code(account, code):
            return TakenCode()
    except vault.SealedByAnotherKey:
        refusal = CodeRefusal.UNREADABLE
    if recovery.take(account.id, code):
        return TakenCode(is_recovery_code=True)
    if refusal is CodeRefusal.WRONG:
        count_failure(account, now)
    return TakenCode(refusal)


def enrol(unfinished: UnfinishedSignIn, secret: str, code: str, *, browser: str = "") -> Enrolled | None:
    """Set up the second factor that a role needs, and let its owner in; None when the code is not the app's.

    An account that has a second factor by now, set up in another browser, gets no other for a password alone.
    """
    account = queries.find_account(unfinished.account_id, lock=True)
    step = authenticators.step_of_first_code(secret, code)
    may = account is not None and account.is_active and account.totp_confirmed_at is None
    if account is None or not may or unfinished.step is not SessionStep.ENROLMENT or step is None:
        return None
    authenticators.set_up(account, secret, last_step=step)
    codes = recovery.renew(account.id)
    audit.record(
        verb="second factor set up",
        subject=f"person {account.person_id}",
        by=account.person_id,
        role=role_of(account.person_id),
    )
    # Whatever else was opened with the first factor alone is shut.
    sessions.end_all(account.person_id)
    return Enrolled(open_fully(account, unfinished, browser=browser), tuple(codes))


def open_fully(
    account: Account, unfinished: UnfinishedSignIn, *, browser: str = "", codes_left: int | None = None
) -> str:
    """Exchange a sign-in whose second factor was right for an open session with a token of its own.

    ``codes_left``: how many recovery codes there are still, where one was used up.
    """
    sessions.end(unfinished.session_id)
    token = sessions.begin(
        account.person_id, step=SessionStep.OPEN, method=unfinished.method, browser=browser, second_factor=True
    )
    _let_in(account, unfinished.method, codes_left)
    return token


def is_locked(account: Account, now: datetime) -> bool:
    """Whether an account takes no sign-in at this instant, because of wrong ones before."""
    return account.locked_until is not None and account.locked_until > now


def count_failure(account: Account | None, now: datetime) -> None:
    """Count one wrong password or code; the tenth in a row locks, and more do not make the lock longer.

    One statement in every case, also for no account and for a locked one, so that its time tells nothing.
    """
    tries, locked_until = 0, None
    if account is not None:
        tries, locked_until = account.failed_sign_ins, account.locked_until
        if not is_locked(account, now):
            tries += 1
        if tries >= TRIES_BEFORE_LOCK:
            tries, locked_until = 0, now + LOCK_TIME
    session().execute(
        sa.update(Account)
        .where(Account.id == (account.id if account is not None else NOBODY))
        .values(failed_sign_ins=tries, locked_until=locked_until)
        .execution_options(synchronize_session=False)
    )
    if account is not None:
        set_committed_value(account, "failed_sign_ins", tries)
        set_committed_value(account, "locked_until", locked_until)


def _let_in(account: Account, method: SignInMethod, codes_left: int | None = None) -> None:
    account.failed_sign_ins, account.locked_until = 0, None
    account.last_signed_in_at = clock.real_now()
    session().flush()
    left = {} if codes_left is None else {"recovery_codes_left": codes_left}
    audit.record(
        verb="signed in",
        subject=f"person {account.person_id}",
        by=account.person_id,
        role=role_of(account.person_id),
        after={"method": method.value, **left},
    )


def sign_out(open_session: OpenSession) -> None:
    """End a session: a copied cookie is refused from the next request on."""
    sessions.end(open_session.session_id)
    person_id = open_session.person_id
    audit.record(verb="signed out", subject=f"person {person_id}", by=person_id, role=role_of(person_id))


def set_password_by_link(token: str, password: str) -> bool:
    """Use a one-time link; False when it is unknown, used or out of date. Every open session of the account ends.

    The second factor stays as it is: a mailbox alone must not open an account that has one.
    """
    link = links.find_link(token, LinkPurpose.SET_PASSWORD, lock=True)
    account = None if link is None else queries.find_account(link.account_id, lock=True)
    if account is None or not account.is_active:
        return False
    accounts.set_password(account, password)
    person_id = account.person_id
    audit.record(verb="password set by link", subject=f"person {person_id}", by=person_id, role=role_of(person_id))
    return True
