"""Who may comment on the asks of one organisation now: the people whom a comment there may name; it writes nothing."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import LIFE, ORGANISATION, is_life_on
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import POWERS, Permission, Place, Reach
from tracker.comments.rows import Commenter
from tracker.db import session


def commenters(place: Place) -> list[Commenter]:
    """Everybody who may comment there and sign in, by name, each once."""
    found: dict[int, Commenter] = {}
    rows = session().execute(
        sa.select(Person.id, Person.name, Membership.role, ORGANISATION.c.code, Membership.granted_at)
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .join(Account, Account.person_id == Membership.person_id)
        .join(ORGANISATION, ORGANISATION.c.id == Membership.organisation_id)
        .join(LIFE, sa.and_(LIFE.c.organisation_id == Membership.organisation_id, is_life_on(clock.today())))
        .where(_may_comment(place), Person.name != "")
        .order_by(sa.func.lower(Person.name), Person.id, Membership.id)
    )
    for person_id, name, role, code, granted_at in rows:
        found.setdefault(person_id, Commenter(person_id, name, role.label, code, clock.london_day(granted_at)))
    return list(found.values())


def still_commenting(place: Place, person_ids: Collection[int]) -> set[int]:
    """Which of these people may comment there, their roles locked until the end of the transaction.

    Somebody's role may end while a comment that names them is being written; whoever is first has it.
    """
    if not person_ids:
        return set()
    rows = session().scalars(
        sa.select(Membership.person_id)
        .join(Account, Account.person_id == Membership.person_id)
        .join(LIFE, sa.and_(LIFE.c.organisation_id == Membership.organisation_id, is_life_on(clock.today())))
        .where(_may_comment(place), Membership.person_id.in_(sorted(person_ids)))
        .order_by(Membership.id)
        .with_for_update(read=True, of=Membership)
    )
    return set(rows)


def _may_comment(place: Place) -> sa.ColumnElement[bool]:
    """Whether a membership that is held now lets its holder comment in a place: the SQL twin of ``HeldRole.reaches``.

    No role comments everywhere, so every membership that does is held in a body.
    """
    above = {Reach.OWN: None, Reach.SYSTEM: place.system_id, Reach.REGION: place.region_id}
    reaching = [
        sa.and_(
            Membership.role == role,
            Membership.organisation_id.in_(sorted({place.organisation_id, above[reach] or place.organisation_id})),
        )
        for role, powers in POWERS.items()
        if (reach := powers.get(Permission.COMMENT)) in above
    ]
    return sa.and_(Membership.ended_at.is_(None), Account.is_active, sa.or_(sa.false(), *reaching))
