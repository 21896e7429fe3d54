"""Tells of a decision on a claim, assured or returned: an entry of the ledger that goes with the next digest.

It is for whoever made the claim and for those who answer for the organisation. The reason stays behind the sign-in:
mail is read on many screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Account, Membership
from tracker.assurance.lapse_notices import ANSWERS
from tracker.db import session
from tracker.mail import ledger
from tracker.mail.notices import news
from tracker.mail.topics import Topic
from tracker.progress.items import Item


@dataclass(frozen=True, slots=True)
class ClaimDecided:
    """One claim that was decided on just now by the entry with this id; ``claimed_by`` is whoever made it.

    ``deadline_on`` is the day the ask is judged on, where it has one.
    """

    item: Item
    entry_id: int
    claimed_by: int | None
    is_assured: bool
    deadline_on: date | None


def tell_of_decision(decided: ClaimDecided) -> None:
    """Enter it for everybody whom this decision concerns, but whoever decided."""
    place = (decided.item.organisation.organisation_id, decided.item.ask.ask_id)
    topic = Topic.ASSURED if decided.is_assured else Topic.RETURNED
    kind = f"claim_{decided.entry_id}"
    ledger.enter(news(person_id, place, topic, kind, decided.deadline_on) for person_id in _people(decided))


def _people(decided: ClaimDecided) -> list[int]:
    """Who is told, by the roles that they hold here now: whoever has left is told no more."""
    concerns = sa.or_(Membership.role.in_(ANSWERS), Membership.person_id == decided.claimed_by)
    people = session().scalars(
        sa.select(Membership.person_id)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.ended_at.is_(None),
            Account.is_active,
            Membership.organisation_id == decided.item.organisation.organisation_id,
            Membership.person_id != decided.item.viewer.person_id,
            concerns,
        )
        .distinct()
        .order_by(Membership.person_id)
    )
    return list(people)
