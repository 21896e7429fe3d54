"""The mail that tells of a region's decision on another target: which asks, what was decided, and where; queued only.

It goes to whoever asked and to those who answer for the organisation: one mail a person, however many requests were
decided together. The reason stays behind the sign-in: mail is read on many screens.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

import sqlalchemy as sa
from flask import current_app

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import POWERS, Permission, Role
from tracker.config import Settings
from tracker.db import session
from tracker.mail.ledger import Reminder, Series
from tracker.mail.letters import one_line
from tracker.mail.notices import queue_notices
from tracker.mail.outbox import NewMessage
from tracker.mail.topics import Topic
from tracker.progress.items import Item
from tracker.web.wording import day

ANSWERS = (Role.LEAD, Role.SYSTEM)
"""Who answers for an organisation: its lead, and the team of a system for the system's own asks."""
UPDATES = tuple(role for role, powers in POWERS.items() if Permission.UPDATE_PROGRESS in powers)


@dataclass(frozen=True, slots=True)
class Decided:
    """One request that was decided just now; ``deadline_on`` is the day the ask is judged on from now on."""

    item: Item
    request_id: int
    asked_by: int | None
    wanted_on: date | None
    is_accepted: bool
    deadline_on: date | None


@dataclass(frozen=True, slots=True)
class DecisionLetter:
    """What one person is told; ``base_url`` is the service's own address."""

    decided: tuple[Decided, ...]
    base_url: str

    @property
    def word(self) -> str:
        return "accepted" if self.decided[0].is_accepted else "declined"

    def organisation(self, one: Decided) -> str:
        return f"{one_line(one.item.organisation.name)} ({one.item.organisation.code})"

    def ask(self, one: Decided) -> str:
        return f"{one.item.ask.ref} {one_line(one.item.ask.wording)}"

    def outcome(self, one: Decided) -> str:
        """What was asked for, and what the ask is judged on from now on."""
        asked = day(one.wanted_on) if one.wanted_on else "no target any more"
        now = f"It is judged on {day(one.deadline_on)}." if one.deadline_on else "It has no date now."
        return f"Asked for: {asked}. {'Accepted' if one.is_accepted else 'Declined'}. {now}"

    def link(self, one: Decided) -> str:
        parts = (one.item.organisation.code, one.item.ask.framework_code, one.item.ask.ref)
        return "/".join((self.base_url, "organisations", *(quote(part, safe="") for part in parts)))

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/target_decision``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/target_decision/{part}.txt").render(letter=self)
            for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"


def tell_of_decisions(decided: Sequence[Decided]) -> None:
    """Put a mail into the outbox for everybody whom these decisions concern, but whoever decided."""
    settings: Settings = current_app.extensions["settings"]
    notices = {}
    for person_id, told in _people(decided).items():
        subject, body = DecisionLetter(tuple(told), settings.base_url).render()
        key = f"target request {told[0].request_id} and {len(told) - 1} more for {person_id}"
        notices[NewMessage(person_id, subject, body, key)] = [
            Reminder(
                Series(person_id, each.item.organisation.organisation_id, each.item.ask.ask_id, each.deadline_on),
                f"target_request_{each.request_id}",
                clock.today(),
                Topic.TARGET,
            )
            for each in told
            if each.deadline_on is not None
        ]
    queue_notices(notices, mail_from=settings.mail_from)


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
