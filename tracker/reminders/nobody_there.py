"""Organisations that nobody answers for: what is late there is told to nobody, so the regional team is told once.

A few statements, whatever the number of organisations. It writes nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.clock import london_day
from tracker.db import read
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import Topic
from tracker.reminders.answering import ROLES_REMINDED, answering, select_holders
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate
from tracker.reminders.rules import NOBODY_THERE


def nobody_answers(day: PassDay) -> list[Candidate]:
    """For everybody of the team one line an organisation, about its earliest date that has passed; never twice.

    It is told again where somebody answered in between and does no longer.
    """
    teams: dict[int, list[int]] = {}
    for person_id, region_id in read(select_holders(frozenset({Role.REGION}))):
        teams.setdefault(region_id, []).append(person_id)
    region_of = _left_alone(day, teams) if teams else {}
    if not region_of:
        return []
    late, since = _earliest_late(day, region_of), _answered_until(region_of)
    told = _told({person_id for members in teams.values() for person_id in members})
    fresh = []
    for body, (deadline_on, ask_id) in late.items():
        kind = f"{NOBODY_THERE}{since.get(body, 'never')}"
        for person_id in teams[region_of[body]]:
            if (person_id, body, kind) not in told:
                fresh.append(Candidate(person_id, body, ask_id, Topic.UNANSWERED, deadline_on, kind, day.on))
    return fresh


def _left_alone(day: PassDay, teams: Collection[int]) -> dict[int, int]:
    """The region of each organisation that nobody answers for, and nobody owns an ask of."""
    body, people = day.source.bodies.c, answering(day.on)
    query = sa.select(body.organisation_id, body.region_id).where(
        body.region_id.in_(sorted(teams)), body.organisation_id.not_in(sa.select(people.c.organisation_id))
    )
    return {organisation_id: region_id for organisation_id, region_id in read(query)}  # noqa: C416 - as elsewhere


def _earliest_late(day: PassDay, organisation_ids: Collection[int]) -> dict[int, tuple[date, int]]:
    """The earliest date that has passed of what is open in each of them, and its ask."""
    c = day.source.c
    query = (
        sa.select(c["organisation_id"], c["deadline_on"], c["ask_id"])
        .select_from(day.source.alone)
        .where(
            c["organisation_id"].in_(sorted(organisation_ids)),
            day.source.lateness["is_open"],
            sa.func.coalesce(c["target_on"], c["national_on"]) < day.on,
        )
    )
    found: dict[int, tuple[date, int]] = {}
    for body, deadline_on, ask_id in read(query):
        found[body] = min(found.get(body, (deadline_on, ask_id)), (deadline_on, ask_id))
    return found


def _answered_until(organisation_ids: Collection[int]) -> Mapping[int, date]:
    """The day on which the last of those who answered ceased to."""
    query = (
        sa.select(Membership.organisation_id, Membership.ended_at)
        .where(Membership.organisation_id.in_(sorted(organisation_ids)), Membership.role.in_(ROLES_REMINDED))
        .order_by(Membership.ended_at)
    )
    return {body: london_day(ended_at) for body, ended_at in read(query) if ended_at is not None}


def _told(people: Collection[int]) -> set[tuple[int, int, str]]:
    query = sa.select(LedgerEntry.person_id, LedgerEntry.organisation_id, LedgerEntry.kind).where(
        LedgerEntry.person_id.in_(sorted(people)),
        LedgerEntry.topic == Topic.UNANSWERED,
        LedgerEntry.kind.startswith(NOBODY_THERE, autoescape=True),
    )
    return {tuple(row) for row in read(query)}
