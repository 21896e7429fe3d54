"""The mail that tells both sides that an assurance has lapsed: which, why and where; queued, and never sent from here.

It goes to whoever answers for the organisation and to the body that assured it: one mail a person for each ask that a
change touches. A framework that is reworded is one change, and one mail lists all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import quote

import sqlalchemy as sa
from flask import current_app

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.assurance.rules import LapseCause
from tracker.config import Settings
from tracker.db import session
from tracker.mail.letters import one_line
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.organisations.queries import organisations_as_at
from tracker.progress.rows import Told

ANSWERS = (Role.LEAD, Role.SYSTEM)
"""Who answers for an organisation: its lead, and the team of a system for the system's own asks."""
ASSURES = (Role.REGION, Role.SYSTEM)
MOST_LISTED = 50
"""Asks that one mail lists; a framework that is reworded may let thousands lapse."""


@dataclass(frozen=True, slots=True)
class Lapsed:
    """One assurance that has lapsed, of which ask and why; ``body_id`` is the body that had assured it."""

    sign_off_id: int
    body_id: int | None
    told: Told
    cause: LapseCause


@dataclass(frozen=True, slots=True)
class LapseLine:
    """One of them in words."""

    organisation: str
    ref: str
    ask: str
    why: str
    link: str


@dataclass(frozen=True, slots=True)
class LapseLetter:
    """What one person is told."""

    lines: tuple[LapseLine, ...]
    left_out: int

    def render(self) -> tuple[str, str]:
        """Subject and text, from the templates in ``templates/email/assurance_lapsed``."""
        templates = current_app.jinja_env
        subject, body = (
            templates.get_template(f"email/assurance_lapsed/{part}.txt").render(letter=self)
            for part in ("subject", "body")
        )
        return subject.strip(), body.strip() + "\n"


def tell_both_sides(lapsed: Sequence[Lapsed]) -> None:
    """Put a mail into the outbox for everybody whom one of these concerns, but whoever changed it themselves."""
    if not lapsed:
        return
    settings: Settings = current_app.extensions["settings"]
    names, messages = _names(lapsed), []
    for person_id, told in _people(lapsed).items():
        lines = tuple(_line(each, names, settings.base_url) for each in told[:MOST_LISTED])
        subject, body = LapseLetter(lines, len(told) - len(lines)).render()
        key = f"lapse of sign-off {told[0].sign_off_id} and {len(told) - 1} more for {person_id}"
        messages.append(NewMessage(person_id, subject, body, key))
    queue_messages(messages, mail_from=settings.mail_from)


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


def _names(lapsed: Sequence[Lapsed]) -> dict[int, str]:
    organisations = organisations_as_at(clock.today()).c
    wanted = sorted({each.told.organisation_id for each in lapsed})
    rows = session().execute(
        sa.select(organisations.organisation_id, organisations.name).where(organisations.organisation_id.in_(wanted))
    )
    return {organisation_id: one_line(name) for organisation_id, name in rows}


def _line(lapsed: Lapsed, names: Mapping[int, str], base_url: str) -> LapseLine:
    told = lapsed.told
    parts = (told.organisation_code, told.ask.framework_code, told.ask.ref)
    name = names.get(told.organisation_id, "An organisation that has closed")
    return LapseLine(
        organisation=f"{name} ({told.organisation_code})",
        ref=told.ask.ref,
        ask=f"{told.ask.ref} {one_line(told.ask.wording)}",
        why=lapsed.cause.label,
        link="/".join((base_url, "organisations", *(quote(part, safe="") for part in parts))),
    )
