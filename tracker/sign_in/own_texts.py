"""What everybody may know of somebody, so that no password is made of it; it knows no form and no rule of passwords."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import ORGANISATION
from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.db import session

# Organisations lie above this package, so that their names are read by the table's name.
_NAME = sa.table(
    "organisation_name",
    sa.column("organisation_id", sa.BigInteger),
    sa.column("published_name", sa.String),
    sa.column("display_name", sa.String),
    sa.column("superseded_at", sa.DateTime),
)


def about(account_id: int) -> frozenset[str]:
    """Name and address of an account's owner, and the names and codes of the bodies where they hold a role or may.

    One statement: the names that a body had before count too.
    """
    bodies = _bodies_of(account_id)
    rows = session().execute(
        sa.select(Person.name, Account.sign_in_email, ORGANISATION.c.code, _NAME.c.published_name, _NAME.c.display_name)
        .select_from(Account)
        .join(Person, Person.id == Account.person_id)
        .outerjoin(bodies, sa.true())
        .outerjoin(ORGANISATION, ORGANISATION.c.id == bodies.c.organisation_id)
        .outerjoin(_NAME, sa.and_(_NAME.c.organisation_id == bodies.c.organisation_id, _NAME.c.superseded_at.is_(None)))
        .where(Account.id == account_id)
    )
    return frozenset(text for row in rows for text in row if text)


def _bodies_of(account_id: int) -> sa.Subquery:
    held = (
        sa.select(Membership.organisation_id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(Account.id == account_id, Membership.ended_at.is_(None))
    )
    offered = sa.select(Invitation.organisation_id).where(
        Invitation.account_id == account_id,
        Invitation.accepted_at.is_(None),
        Invitation.voided_at.is_(None),
        Invitation.expires_at > clock.real_now(),
    )
    return sa.union(held, offered).subquery()
