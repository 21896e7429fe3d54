"""Whether it is really they who change how they sign in, and a fresh token for their browser after it; none commits.

An open session shows that somebody signed in here, not who sits there now.
"""

from __future__ import annotations

from datetime import timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import passwords, sessions
from tracker.accounts.models import Account, SignInSession
from tracker.accounts.rules import SessionStep
from tracker.accounts.tokens import new_token, token_hash
from tracker.accounts.viewers import OpenSession
from tracker.audit import service as audit
from tracker.db import session
from tracker.sign_in import service
from tracker.sign_in.acting import role_of
from tracker.sign_in.service import CodeRefusal

RECENT = timedelta(minutes=15)
"""Who has no password here shows who they are by having signed in not longer ago than this."""


def is_recent(open_session: OpenSession) -> bool:
    """Whether a session began so lately that the same person will still be there."""
    return clock.real_now() - open_session.started_at <= RECENT


def is_really(account: Account, open_session: OpenSession, password: str) -> bool:
    """Whether the person at a session knows the account's password, or without one has signed in lately.

    The account must be locked. A wrong password counts like one at the sign-in page, and a locked account takes none.
    """
    if account.password_hash is None:
        return is_recent(open_session)
    now = clock.real_now()
    is_right = passwords.is_password(account.password_hash, password)
    if is_right and not service.is_locked(account, now):
        service.renew_hash(account, password)
        return True
    service.count_failure(account, now)
    person_id = account.person_id
    audit.record(verb="confirmation refused", subject=f"person {person_id}", by=person_id, role=role_of(person_id))
    return False


def refusal_of_code(account: Account, code: str) -> CodeRefusal | None:
    """Why a code of the account's second factor does not do; None where it is right, and used up.

    For what takes that factor away or makes another way round it. The account must be locked. A wrong code counts, and
    a locked account takes none, as at the sign-in page. An account that has no second factor is asked for none.
    """
    if account.totp_confirmed_at is None:
        return None
    refusal = service.take_code(account, code).refusal
    if refusal is not None:
        audit.record(
            verb="confirmation refused",
            subject=f"person {account.person_id}",
            by=account.person_id,
            role=role_of(account.person_id),
            after={"reason": refusal.value},
        )
    return refusal


def go_on_alone(open_session: OpenSession, *, gave_second_factor: bool = False) -> str:
    """End every session of a person and go on in this browser under a fresh token, which is returned.

    The twelve hours of a session count from when it began, not from here: this was no whole sign-in.
    """
    now, token = clock.real_now(), new_token()
    browser = session().scalar(sa.select(SignInSession.browser).where(SignInSession.id == open_session.session_id))
    sessions.end_all(open_session.person_id)
    session().add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=open_session.person_id,
            step=SessionStep.OPEN,
            method=open_session.method,
            browser=browser or "",
            started_at=open_session.started_at,
            second_factor_at=now if gave_second_factor else open_session.second_factor_at,
            last_seen_at=now,
        )
    )
    session().flush()
    return token
