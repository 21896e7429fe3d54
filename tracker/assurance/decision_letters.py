"""The mail that tells of a decision on a claim: which ask, assured or returned, and where; queued, and never sent here.

It goes to whoever made the claim and to those who answer for the organisation. The reason stays behind the sign-in:
mail is read on many screens.
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa
from flask import current_app

from tracker.accounts.models import Account, Membership
from tracker.assurance.letters import ANSWERS
from tracker.assurance.saying import role_words
from tracker.config import Settings
from tracker.db import session
from tracker.mail.letters import one_line
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.progress.items import Item


@dataclass(frozen=True, slots=True)
class ClaimDecided:
    """One claim that was decided on just now by the entry with this id; ``claimed_by`` is whoever made it."""

    item: Item
    entry_id: int
    claimed_by: int | None
    is_assured: bool


@dataclass(frozen=True, slots=True)
class ClaimLetter:
    """What each of them is told; ``base_url`` is the service's own address."""

    decided: ClaimDecided
    base_url: str

    @property
    def organisation(self) -> str:
        found = self.decided.item.organisation
        return f"{one_line(found.name)} ({found.code})"

    @property
    def ref(self) -> str:
        return self.decided.item.ask.ref

    @property
    def ask(self) -> str:
        return f"{self.ref} {one_line(self.decided.item.ask.wording)}"

    @property
    def team(self) -> str:
        return role_words(self.decided.item.role)

    @property
    def link(self) -> str:
        parts = (self.decided.item.organisation.code, self.decided.item.ask.framework_code, self.ref)
        return "/".join((self.base_url, "organisations", *(quote(part, safe="") for part in parts)))

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/claim_decision``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/claim_decision/{part}.txt").render(letter=self)
            for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"


def tell_of_decision(decided: ClaimDecided) -> None:
    """Put a mail into the outbox for everybody whom this decision concerns, but whoever decided."""
    settings: Settings = current_app.extensions["settings"]
    subject, body = ClaimLetter(decided, settings.base_url).render()
    messages = [
        NewMessage(person_id, subject, body, f"decision on claim {decided.entry_id} for {person_id}")
        for person_id in _people(decided)
    ]
    queue_messages(messages, mail_from=settings.mail_from)


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
