"""Says who a browser's token stands for, on every request: one statement, and never a right that has ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import LIFE, ORGANISATION, is_life_on
from tracker.accounts.models import Account, Membership, Person, SignInSession
from tracker.accounts.rules import HeldRole, Role, SessionStep, SignInMethod, Viewer
from tracker.db import read, session


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser: its row, whose it is and when it was last seen."""

    session_id: int
    person_id: int
    last_seen_at: datetime
    started_at: datetime
    second_factor_at: datetime | None
    method: SignInMethod


@dataclass(frozen=True, slots=True)
class UnfinishedSignIn:
    """A browser that has given the first factor and owes the second."""

    session_id: int
    account_id: int
    person_id: int
    step: SessionStep
    method: SignInMethod


# Built once: it runs on every request, and building it takes longer than running it.
_VIEWER_BY_SESSION = (
    sa.select(
        SignInSession.id,
        SignInSession.person_id,
        SignInSession.last_seen_at,
        SignInSession.started_at,
        SignInSession.second_factor_at,
        SignInSession.method,
        Person.name,
        Membership.role,
        Membership.organisation_id,
        ORGANISATION.c.code,
        LIFE.c.id.label("life_id"),
    )
    .join(Account, Account.person_id == SignInSession.person_id)
    .join(Person, Person.id == SignInSession.person_id)
    .outerjoin(Membership, sa.and_(Membership.person_id == Person.id, Membership.ended_at.is_(None)))
    .outerjoin(ORGANISATION, ORGANISATION.c.id == Membership.organisation_id)
    .outerjoin(
        LIFE,
        sa.and_(
            LIFE.c.organisation_id == Membership.organisation_id, is_life_on(sa.bindparam("today", type_=sa.Date()))
        ),
    )
    .where(
        SignInSession.token_hash == sa.bindparam("token_hash"),
        SignInSession.step == SessionStep.OPEN,
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

    None when the session has ended, idled or grown too old, or when the account is not active. A right that is removed
    is gone on the next request, and so is one in an organisation that has closed: it is closed from the day after its
    close date.
    """
    parameters = {
        "token_hash": token_hash,
        "idle_since": idle_since,
        "started_since": started_since,
        "today": clock.today(),
    }
    rows = read(_VIEWER_BY_SESSION, parameters).all()
    if not rows:
        return None
    first = rows[0]
    held = tuple(
        HeldRole(row.role, row.organisation_id, row.code)
        for row in rows
        if row.role is not None and (row.organisation_id is None or row.life_id is not None)
    )
    open_session = OpenSession(
        session_id=first.id,
        person_id=first.person_id,
        last_seen_at=first.last_seen_at,
        started_at=first.started_at,
        second_factor_at=first.second_factor_at,
        method=first.method,
    )
    return Viewer(person_id=first.person_id, name=first.name, held=held), open_session


def find_unfinished_sign_in(token_hash: str, *, started_since: datetime) -> UnfinishedSignIn | None:
    """The sign-in that waits for its second factor under this token, begun since an instant."""
    row = (
        session()
        .execute(
            sa.select(
                SignInSession.id,
                Account.id,
                SignInSession.person_id,
                SignInSession.step,
                SignInSession.method,
            )
            .join(Account, Account.person_id == SignInSession.person_id)
            .where(
                SignInSession.token_hash == token_hash,
                SignInSession.step != SessionStep.OPEN,
                SignInSession.ended_at.is_(None),
                SignInSession.started_at > started_since,
                Account.is_active,
            )
        )
        .one_or_none()
    )
    return None if row is None else UnfinishedSignIn(*row)


def roles_held(person_id: int) -> frozenset[Role]:
    """The roles a person holds today, in bodies that are open or in none."""
    rows = session().execute(
        sa.select(Membership.role)
        .outerjoin(LIFE, LIFE.c.organisation_id == Membership.organisation_id)
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            sa.or_(Membership.organisation_id.is_(None), is_life_on(clock.today())),
        )
    )
    return frozenset(role for (role,) in rows)
