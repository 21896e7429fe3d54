"""What is late and told to nobody, because nobody answers for it: the regional team is told once.

A few statements, whatever the number of organisations. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.rules import Role
from tracker.db import read
from tracker.frameworks.rules import OrganisationType
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import Topic
from tracker.organisations.queries import tracked_types
from tracker.reminders.answering import answering, select_holders
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate
from tracker.reminders.rules import NOBODY_THERE

WATCHED_BY_SYSTEMS = frozenset({OrganisationType.PRACTICE, OrganisationType.PCN})
"""A region has thousands of these, and assures none of them."""


def nobody_answers(day: PassDay) -> list[Candidate]:
    """For everybody of the team one line an organisation: its earliest date that has passed and nobody answers for.

    It is told again only where somebody was reminded of that ask in between, and nobody is now.
    """
    teams: dict[int, list[int]] = {}
    for person_id, region_id in read(select_holders(frozenset({Role.REGION}))):
        teams.setdefault(region_id, []).append(person_id)
    region_of = _without_a_lead(day, teams) if teams else {}
    late = _earliest_late(day, region_of) if region_of else {}
    if not late:
        return []
    told = _told({person_id for members in teams.values() for person_id in members})
    kind = f"{NOBODY_THERE}{day.on}"
    return [
        Candidate(person_id, body, ask_id, Topic.UNANSWERED, deadline_on, kind, day.on)
        for body, (deadline_on, ask_id) in late.items()
        for person_id in teams[region_of[body]]
        if (person_id, body) not in told
    ]


def _without_a_lead(day: PassDay, teams: Collection[int]) -> dict[int, int]:
    """The region of each organisation in which nobody answers for all that it is asked."""
    body, people = day.source.bodies.c, answering(day.on)
    answered = sa.select(people.c.organisation_id).where(people.c.ask_id.is_(None))
    query = sa.select(body.organisation_id, body.region_id).where(
        body.region_id.in_(sorted(teams)),
        body.organisation_type.in_(sorted(tracked_types() - WATCHED_BY_SYSTEMS)),
        body.organisation_id.not_in(answered),
    )
    return {organisation_id: region_id for organisation_id, region_id in read(query)}  # noqa: C416 - as elsewhere


def _earliest_late(day: PassDay, organisation_ids: Collection[int]) -> dict[int, tuple[date, int]]:
    """The earliest date that has passed in each of them of what is open and nobody owns, and its ask."""
    c, people = day.source.c, answering(day.on)
    is_owned = sa.exists().where(people.c.organisation_id == c["organisation_id"], people.c.ask_id == c["ask_id"])
    query = (
        sa.select(c["organisation_id"], c["deadline_on"], c["ask_id"])
        .select_from(day.source.alone)
        .where(
            c["organisation_id"].in_(sorted(organisation_ids)),
            day.source.lateness["is_open"],
            sa.func.coalesce(c["target_on"], c["national_on"]) < day.on,
            sa.not_(is_owned),
        )
    )
    found: dict[int, tuple[date, int]] = {}
    for body, deadline_on, ask_id in read(query):
        found[body] = min(found.get(body, (deadline_on, ask_id)), (deadline_on, ask_id))
    return found


def _told(people: Collection[int]) -> set[tuple[int, int]]:
    """Who was told of which organisation, and nobody was reminded of the ask since."""
    later = aliased(LedgerEntry)
    was_answered_for = sa.exists().where(
        later.organisation_id == LedgerEntry.organisation_id,
        later.ask_id == LedgerEntry.ask_id,
        later.topic == Topic.DEADLINE,
        later.id > LedgerEntry.id,
    )
    query = sa.select(LedgerEntry.person_id, LedgerEntry.organisation_id).where(
        LedgerEntry.person_id.in_(sorted(people)),
        LedgerEntry.topic == Topic.UNANSWERED,
        LedgerEntry.kind.startswith(NOBODY_THERE, autoescape=True),
        sa.not_(was_answered_for),
    )
    return {tuple(row) for row in read(query)}
