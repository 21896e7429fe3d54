"""Tells both sides that an assurance has lapsed: an entry of the ledger for each, which goes with the next digest.

It is for whoever answers for the organisation and for the body that assured it. The page of the ask says what changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.mail import ledger
from tracker.mail.notices import news
from tracker.mail.topics import Topic
from tracker.progress.rows import Told

ANSWERS = (Role.LEAD, Role.SYSTEM)
"""Who answers for an organisation: its lead, and the team of a system for the system's own asks."""
ASSURES = (Role.REGION, Role.SYSTEM)


@dataclass(frozen=True, slots=True)
class Lapsed:
    """One assurance that has lapsed, and of which ask; ``body_id`` is the body that had assured it."""

    sign_off_id: int
    body_id: int | None
    told: Told


def tell_both_sides(lapsed: Sequence[Lapsed]) -> None:
    """Enter it for everybody whom one of these concerns, but whoever changed it themselves."""
    if not lapsed:
        return
    ledger.enter(
        news(person_id, (each.told.organisation_id, each.told.ask.ask_id), Topic.LAPSE, f"lapse_{each.sign_off_id}")
        for person_id, told in _people(lapsed).items()
        for each in told
    )


def _people(lapsed: Sequence[Lapsed]) -> dict[int, list[Lapsed]]:
    """Who is told of what, by the roles that they hold now."""
    own = {each.told.organisation_id for each in lapsed}
    assuring = {each.body_id for each in lapsed if each.body_id is not None}
    rows = session().execute(
        sa.select(Membership.person_id, Membership.organisation_id, Membership.role)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.ended_at.is_(None),
            Account.is_active,
            sa.or_(
                sa.and_(Membership.role.in_(ANSWERS), Membership.organisation_id.in_(own)),
                sa.and_(Membership.role.in_(ASSURES), Membership.organisation_id.in_(assuring)),
            ),
        )
        .order_by(Membership.person_id)
    )
    of_own, of_body = _by(lapsed, lambda each: each.told.organisation_id), _by(lapsed, lambda each: each.body_id)
    places: dict[int, set[int]] = {}
    for person_id, organisation_id, role in rows:
        concerned = of_own.get(organisation_id, []) if role in ANSWERS else []
        concerned = concerned + (of_body.get(organisation_id, []) if role in ASSURES else [])
        others = {place for place in concerned if lapsed[place].told.person_id != person_id}
        if others:
            places.setdefault(person_id, set()).update(others)
    return {person_id: [lapsed[place] for place in sorted(chosen)] for person_id, chosen in places.items()}


def _by(lapsed: Sequence[Lapsed], key: Callable[[Lapsed], int | None]) -> dict[int | None, list[int]]:
    """At which places those of one organisation or body stand: of thousands, each person is led to theirs at once."""
    found: dict[int | None, list[int]] = {}
    for place, each in enumerate(lapsed):
        found.setdefault(key(each), []).append(place)
    return found
