"""Signing in and out: the first factor, the second, and a password by link; each is audited, none commits.

What the person who signs in is told of a refusal is the same whatever its reason; the audit says which it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from tracker import clock
from tracker.accounts import links, passwords, queries, sessions, vault, viewers
from tracker.accounts import service as accounts
from tracker.accounts.models import Account
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, LinkPurpose, SessionStep, SignInMethod
from tracker.accounts.viewers import OpenSession, UnfinishedSignIn
from tracker.audit import service as audit
from tracker.db import session
from tracker.sign_in import recovery, totp

TRIES_BEFORE_LOCK, LOCK_TIME = 10, timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class FirstFactor:
    """What became of a first factor: a session's token and its step, or nothing; ``has_role`` is False for somebody
    whose password is right and who holds no role any more.
    """

    token: str | None = None
    step: SessionStep | None = None
    has_role: bool = True


def sign_in(email: str, password: str, *, browser: str = "") -> FirstFactor:
    """Check a password. Unknown address, wrong password, switched off and locked all look the same, and take as long.

    Ten wrong passwords or codes in a row lock an account for 15 minutes, right ones or not. Tries at one account queue,
    so that many at once count as many.
    """
    now = clock.real_now()
    account = queries.find_account_by_email(email, lock=True)
    is_right = passwords.is_password(account.password_hash if account else None, password)
    if account is None or not account.is_active:
        audit.record(verb="sign-in refused", subject="unknown or inactive account")
        return FirstFactor()
    if is_locked(account, now) or not is_right:
        count_failure(account, now)
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}")
        return FirstFactor()
    return begin(account, SignInMethod.PASSWORD, browser=browser)


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
    token = sessions.begin(
        account.person_id, step=step, method=method, browser=browser, second_factor=has_second_factor
    )
    if step is SessionStep.OPEN:
        _let_in(account, method)
    return FirstFactor(token, step)


def give_code(unfinished: UnfinishedSignIn, code: str, *, browser: str = "") -> str | None:
    """Check the second factor, an app's code or a recovery code; the fresh token of an open session, or None."""
    now = clock.real_now()
    account = queries.find_account(unfinished.account_id, lock=True)
    if account is None or not account.is_active or unfinished.step is not SessionStep.SECOND_FACTOR:
        return None
    if is_locked(account, now) or not _take_code(account, code, now):
        count_failure(account, now)
        audit.record(verb="sign-in refused", subject=f"person {account.person_id}", after={"reason": "wrong code"})
        return None
    return open_fully(account, unfinished, browser=browser)


def open_fully(account: Account, unfinished: UnfinishedSignIn, *, browser: str = "") -> str:
    """Exchange a sign-in whose second factor was right for an open session with a token of its own."""
    sessions.end(unfinished.session_id)
    token = sessions.begin(
        account.person_id, step=SessionStep.OPEN, method=unfinished.method, browser=browser, second_factor=True
    )
    _let_in(account, unfinished.method)
    return token


def is_locked(account: Account, now: datetime) -> bool:
    """Whether an account takes no sign-in at this instant, because of wrong ones before."""
    return account.locked_until is not None and account.locked_until > now


def count_failure(account: Account, now: datetime) -> None:
    """Count one wrong password or code; the tenth in a row locks."""
    if is_locked(account, now):
        return
    account.failed_sign_ins += 1
    if account.failed_sign_ins >= TRIES_BEFORE_LOCK:
        account.failed_sign_ins, account.locked_until = 0, now + LOCK_TIME


def _let_in(account: Account, method: SignInMethod) -> None:
    account.failed_sign_ins, account.locked_until = 0, None
    account.last_signed_in_at = clock.real_now()
    session().flush()
    audit.record(
        verb="signed in",
        subject=f"person {account.person_id}",
        by=account.person_id,
        after={"method": method.value},
    )


def _take_code(account: Account, code: str, now: datetime) -> bool:
    if account.totp_secret is None:
        return False
    step = totp.matching_step(vault.unseal(account.totp_secret), code, now, account.totp_last_step)
    if step is None:
        return recovery.take(account.id, code)
    account.totp_last_step = step
    return True


def sign_out(open_session: OpenSession) -> None:
    """End a session: a copied cookie is refused from the next request on."""
    sessions.end(open_session.session_id)
    audit.record(verb="signed out", subject=f"person {open_session.person_id}", by=open_session.person_id)


def set_password_by_link(token: str, password: str) -> bool:
    """Use a one-time link; False when it is unknown, used or out of date. Every open session of the account ends.

    The second factor stays as it is: a mailbox alone must not open an account that has one.
    """
    link = links.find_link(token, LinkPurpose.SET_PASSWORD, lock=True)
    account = None if link is None else queries.find_account(link.account_id, lock=True)
    if account is None or not account.is_active:
        return False
    accounts.set_password(account, password)
    audit.record(verb="password set by link", subject=f"person {account.person_id}", by=account.person_id)
    return True
