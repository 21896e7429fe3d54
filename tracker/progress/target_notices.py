"""Tells of a region's decision on another target: an entry of the ledger that goes with the next digest.

It is for whoever asked and for those who answer for the organisation. The reason stays behind the sign-in: mail is read
on many screens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import POWERS, Permission, Role
from tracker.db import session
from tracker.mail import ledger
from tracker.mail.notices import news
from tracker.mail.topics import Topic, target_answer
from tracker.progress.items import Item

ANSWERS = (Role.LEAD, Role.SYSTEM)
"""Who answers for an organisation: its lead, and the team of a system for the system's own asks."""
UPDATES = tuple(role for role, powers in POWERS.items() if Permission.UPDATE_PROGRESS in powers)


@dataclass(frozen=True, slots=True)
class Decided:
    """One request that was decided just now; ``deadline_on`` is the day the ask is judged on from now on."""

    item: Item
    request_id: int
    asked_by: int | None
    is_accepted: bool
    deadline_on: date | None

    @property
    def kind(self) -> str:
        """What the entry is called, with what was decided: the digest says it."""
        return target_answer(self.request_id, is_accepted=self.is_accepted, has_date=self.deadline_on is not None)


def tell_of_decisions(decided: Sequence[Decided]) -> None:
    """Enter them for everybody whom these decisions concern, but whoever decided."""
    ledger.enter(
        news(
            person_id,
            (each.item.organisation.organisation_id, each.item.ask.ask_id),
            Topic.TARGET,
            each.kind,
            each.deadline_on,
        )
        for person_id, told in _people(decided).items()
        for each in told
    )


def _people(decided: Sequence[Decided]) -> Mapping[int, list[Decided]]:
    """Who is told of what, by the roles that they hold now: whoever has left is told no more."""
    bodies = {each.item.organisation.organisation_id for each in decided}
    rows = session().execute(
        sa.select(Membership.person_id, Membership.organisation_id, Membership.role)
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.ended_at.is_(None),
            Account.is_active,
            Membership.role.in_(UPDATES),
            Membership.organisation_id.in_(sorted(bodies)),
        )
        .order_by(Membership.person_id, Membership.id)
    )
    found: dict[int, list[Decided]] = {}
    for person_id, organisation_id, role in rows:
        for each in decided:
            if organisation_id != each.item.organisation.organisation_id or person_id == each.item.viewer.person_id:
                continue
            told = found.setdefault(person_id, []) if role in ANSWERS or person_id == each.asked_by else None
            if told is not None and each not in told:
                told.append(each)
    return found
