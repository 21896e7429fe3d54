"""The sessions of signed-in browsers: begun, kept alive and ended on the server; none commits.

Times here are real instants, whatever day the service is set to.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import SignInSession
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role, SessionStep, SignInMethod
from tracker.accounts.tokens import new_token, token_hash
from tracker.db import session

SHORT_IDLE, LONG_IDLE = timedelta(minutes=30), timedelta(minutes=60)
LONGEST_SESSION = timedelta(hours=12)
LONGEST_SIGN_IN = timedelta(minutes=10)
"""How long a sign-in may stand between its first factor and its second."""


def begin(
    person_id: int, *, step: SessionStep, method: SignInMethod, browser: str = "", second_factor: bool = False
) -> str:
    """A new session of one browser; its token, which the table does not hold."""
    now, token = clock.real_now(), new_token()
    session().add(
        SignInSession(
            token_hash=token_hash(token),
            person_id=person_id,
            step=step,
            method=method,
            browser=browser,
            started_at=now,
            second_factor_at=now if second_factor else None,
            last_seen_at=now,
        )
    )
    session().flush()
    return token


def end(session_id: int) -> None:
    """End one session: a copied cookie is refused from the next request on."""
    _end(SignInSession.id == session_id)


def end_all(person_id: int, *, but: int | None = None) -> None:
    """End every session of a person, whatever step it has reached, leaving out one where it is named."""
    if but is None:
        _end(SignInSession.person_id == person_id)
    else:
        _end(SignInSession.person_id == person_id, SignInSession.id != but)


def _end(*which: sa.ColumnElement[bool]) -> None:
    session().execute(
        sa.update(SignInSession).where(SignInSession.ended_at.is_(None), *which).values(ended_at=clock.real_now())
    )


def touch(session_id: int, now: datetime) -> None:
    """Remember that a session was in use just now."""
    session().execute(sa.update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now))


def touch_is_due(last_seen_at: datetime, now: datetime) -> bool:
    """Whether a session's last-seen time is worth a write: once a minute is enough for time-outs."""
    return now - last_seen_at > timedelta(minutes=1)


def idle_limit(roles: frozenset[Role]) -> timedelta:
    """How long a session may rest: 30 minutes for regional teams and above, 60 for others."""
    return SHORT_IDLE if roles & NEEDS_SECOND_FACTOR else LONG_IDLE
