"""Reads one's own account: every query is about the person who asks, and none about anybody else."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker import clock
from tracker.accounts import sessions
from tracker.accounts.bodies import LIFE, ORGANISATION, is_life_on
from tracker.accounts.models import Account, Membership, Person, RecoveryCode, SignInSession
from tracker.accounts.rules import SessionStep, Viewer
from tracker.db import session
from tracker.own_account.rows import LiveSession, Profile, RoleHeld

# Organisations lie above this package, so that their names are read by the table's name, like the rest in bodies.py.
_NAME = sa.table(
    "organisation_name",
    sa.column("organisation_id", sa.BigInteger),
    sa.column("display_name", sa.String),
    sa.column("starts_on", sa.Date),
    sa.column("ends_on", sa.Date),
    sa.column("superseded_at", sa.DateTime),
)


def get_profile(person_id: int) -> Profile:
    """The account of somebody who is signed in, and so has one."""
    codes_left = (
        sa.select(sa.func.count())
        .select_from(RecoveryCode)
        .where(RecoveryCode.account_id == Account.id, RecoveryCode.used_at.is_(None))
        .scalar_subquery()
    )
    row = (
        session()
        .execute(
            sa.select(
                Account.id,
                Person.name,
                Account.sign_in_email,
                Account.password_hash.is_not(None),
                Account.totp_confirmed_at,
                codes_left,
            )
            .join(Person, Person.id == Account.person_id)
            .where(Account.person_id == person_id)
        )
        .one()
    )
    return Profile(*row)


def roles_held(person_id: int, today: date) -> list[RoleHeld]:
    """The roles somebody holds today, the oldest first, each with the name that its body has today."""
    rows = session().execute(
        sa.select(Membership.role, ORGANISATION.c.code, sa.func.max(_NAME.c.display_name), Membership.granted_at)
        .outerjoin(ORGANISATION, ORGANISATION.c.id == Membership.organisation_id)
        .outerjoin(LIFE, sa.and_(LIFE.c.organisation_id == Membership.organisation_id, is_life_on(today)))
        .outerjoin(
            _NAME,
            sa.and_(
                _NAME.c.organisation_id == Membership.organisation_id,
                _NAME.c.superseded_at.is_(None),
                sa.or_(_NAME.c.starts_on.is_(None), _NAME.c.starts_on <= today),
                sa.or_(_NAME.c.ends_on.is_(None), _NAME.c.ends_on >= today),
            ),
        )
        .where(
            Membership.person_id == person_id,
            Membership.ended_at.is_(None),
            sa.or_(Membership.organisation_id.is_(None), LIFE.c.organisation_id.is_not(None)),
        )
        .group_by(Membership.id, Membership.role, ORGANISATION.c.code, Membership.granted_at)
        .order_by(Membership.id)
    )
    return [RoleHeld(*row) for row in rows]


def live_sessions(viewer: Viewer) -> list[LiveSession]:
    """The browsers in which somebody is signed in, the last used first. A session that ran out is not one of them."""
    now = clock.real_now()
    rows = session().execute(
        sa.select(
            SignInSession.id,
            SignInSession.browser,
            SignInSession.method,
            SignInSession.started_at,
            SignInSession.last_seen_at,
        )
        .where(
            SignInSession.person_id == viewer.person_id,
            SignInSession.step == SessionStep.OPEN,
            SignInSession.ended_at.is_(None),
            SignInSession.last_seen_at >= now - sessions.idle_limit(viewer.roles),
            SignInSession.started_at > now - sessions.LONGEST_SESSION,
        )
        .order_by(SignInSession.last_seen_at.desc(), SignInSession.id.desc())
    )
    return [LiveSession(*row) for row in rows]


def find_live_session(viewer: Viewer, session_id: int) -> LiveSession | None:
    """One of one's own live sessions, or None: another person's does not exist for whoever asks."""
    return next((each for each in live_sessions(viewer) if each.session_id == session_id), None)
