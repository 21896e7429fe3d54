"""The lines of the list of people as one select: roles, invitations, and for administrators accounts with neither."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.accounts.rules import Role, Scope
from tracker.db import UtcDateTime, stored_enum
from tracker.organisations.queries import in_scope
from tracker.people.bodies import bodies_known_on
from tracker.people.rows import LineKind
from tracker.people.rules import PersonState


def all_lines(scope: Scope, today: date, now: datetime) -> sa.Subquery:
    """Roles and invitations in scope, and for whom everything is in scope the accounts that have neither.

    Its columns are the fields of ``rows.Line``.
    """
    bodies = bodies_known_on(today)
    parts = [_roles(bodies, scope), _invitations(bodies, scope, now)]
    if scope.is_everywhere:
        parts.append(_accounts_without_a_role())
    return sa.union_all(*parts).subquery("lines")


def _roles(bodies: sa.Subquery, scope: Scope) -> sa.Select[Any]:
    has_closed = sa.and_(Membership.organisation_id.is_not(None), sa.not_(sa.func.coalesce(bodies.c.is_open, False)))
    state = sa.case(
        (sa.not_(Account.is_active), PersonState.SWITCHED_OFF.value),
        (bodies.c.is_to_open, PersonState.ORGANISATION_TO_OPEN.value),
        (has_closed, PersonState.ORGANISATION_CLOSED.value),
        else_=PersonState.ACTIVE.value,
    )
    return (
        sa.select(
            *_who(LineKind.ROLE, Membership.id, Person.name),
            Membership.role.label("role"),
            *_body(Membership.organisation_id, bodies),
            Account.last_signed_in_at.label("last_signed_in_at"),
            _nothing(UtcDateTime(), "expires_at"),
            state.label("state"),
        )
        .select_from(Membership)
        .join(Account, Account.person_id == Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .outerjoin(bodies, bodies.c.organisation_id == Membership.organisation_id)
        .where(Membership.ended_at.is_(None), in_scope(bodies, scope))
    )


def _invitations(bodies: sa.Subquery, scope: Scope, now: datetime) -> sa.Select[Any]:
    """Invitations that are open or have expired. Nothing here tells an account that was there before from a new one."""
    name = Person.name if scope.is_everywhere else sa.literal("", sa.String(200))
    has_closed = sa.and_(Invitation.organisation_id.is_not(None), sa.not_(sa.func.coalesce(bodies.c.is_open, False)))
    state = sa.case(
        (Invitation.expires_at <= now, PersonState.EXPIRED.value),
        (bodies.c.is_to_open, PersonState.ORGANISATION_TO_OPEN.value),
        # Nobody can accept it: the role would give nothing.
        (has_closed, PersonState.ORGANISATION_CLOSED.value),
        else_=PersonState.INVITED.value,
    )
    return (
        sa.select(
            *_who(LineKind.INVITATION, Invitation.id, name),
            Invitation.role.label("role"),
            *_body(Invitation.organisation_id, bodies),
            _nothing(UtcDateTime(), "last_signed_in_at"),
            Invitation.expires_at.label("expires_at"),
            state.label("state"),
        )
        .select_from(Invitation)
        .join(Account, Account.id == Invitation.account_id)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(bodies, bodies.c.organisation_id == Invitation.organisation_id)
        .where(Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None), in_scope(bodies, scope))
    )


def _accounts_without_a_role() -> sa.Select[Any]:
    holds = sa.exists().where(Membership.person_id == Account.person_id, Membership.ended_at.is_(None))
    is_invited = sa.exists().where(
        Invitation.account_id == Account.id, Invitation.accepted_at.is_(None), Invitation.voided_at.is_(None)
    )
    state = sa.case((Account.is_active, PersonState.NO_ROLE.value), else_=PersonState.SWITCHED_OFF.value)
    return (
        sa.select(
            *_who(LineKind.ACCOUNT, Account.id, Person.name),
            _nothing(stored_enum(Role), "role"),
            *_body(sa.cast(sa.null(), sa.BigInteger), None),
            Account.last_signed_in_at.label("last_signed_in_at"),
            _nothing(UtcDateTime(), "expires_at"),
            state.label("state"),
        )
        .select_from(Account)
        .join(Person, Person.id == Account.person_id)
        .where(Person.forgotten_at.is_(None), sa.not_(holds), sa.not_(is_invited))
    )


def _who(kind: LineKind, key: Any, name: Any) -> list[sa.ColumnElement[Any]]:
    return [
        sa.literal(kind.value).label("kind"),
        key.label("key"),
        Account.person_id.label("person_id"),
        name.label("name"),
        Account.sign_in_email.label("email"),
    ]


def _body(organisation_id: Any, bodies: sa.Subquery | None) -> list[sa.ColumnElement[Any]]:
    if bodies is None:
        texts = [_nothing(sa.String(200), name) for name in ("organisation_code", "organisation_name")]
        parents = [_nothing(sa.BigInteger(), name) for name in ("system_id", "region_id")]
    else:
        texts = [bodies.c.code.label("organisation_code"), bodies.c.name.label("organisation_name")]
        parents = [bodies.c.system_id.label("system_id"), bodies.c.region_id.label("region_id")]
    return [organisation_id.label("organisation_id"), *texts, *parents]


def _nothing(of_type: Any, name: str) -> sa.ColumnElement[Any]:
    """An empty column of a type, which PostgreSQL asks of every part of a union."""
    return sa.cast(sa.null(), of_type).label(name)
