"""Who answers for what now, as selects: whole organisations by role, and the asks that somebody owns."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.appointments.queries import UPDATING
from tracker.db import BIG_ID, read
from tracker.organisations.queries import holds_on

ROLES_REMINDED = frozenset({Role.LEAD, Role.SYSTEM})
"""A system team is reminded of the system's own asks only, never of its members'."""


def answering(on: date) -> sa.Subquery:
    """One row for each person and organisation that they answer for, or ask of it that they own on a day.

    ``ask_id`` is NULL where they answer for all asks; whoever does is not listed for those that they own there. Only
    people who can sign in and may update there today: to anybody else a reminder would open no page. They are found by
    the number of the person, so that nobody is told of an ask because of an address.
    """
    whole = select_holders(ROLES_REMINDED).add_columns(sa.null().cast(BIG_ID).label("ask_id"))
    member, answers = aliased(Membership), aliased(Membership)
    answers_for_all = sa.exists().where(
        answers.person_id == Appointment.person_id,
        answers.organisation_id == Appointment.organisation_id,
        answers.role.in_(ROLES_REMINDED),
        answers.ended_at.is_(None),
    )
    owned = (
        sa.select(Appointment.person_id, Appointment.organisation_id, Appointment.ask_id)
        .distinct()
        .join(Account, Account.person_id == Appointment.person_id)
        .join(
            member,
            sa.and_(
                member.person_id == Appointment.person_id,
                member.organisation_id == Appointment.organisation_id,
            ),
        )
        .where(
            Appointment.ask_id.is_not(None),
            holds_on(Appointment, on),
            Account.is_active,
            member.ended_at.is_(None),
            member.role.in_(UPDATING),
            sa.not_(answers_for_all),
        )
    )
    return sa.union_all(whole, owned).subquery("answering")


AnswersFor = Mapping[int, frozenset[int] | None]
"""The organisations somebody is reminded of: all asks of each (None), or only those that they own there."""


def recipients(on: date) -> dict[int, AnswersFor]:
    """Everybody whom a reminder can reach on a day, and what each of them answers for, in one statement."""
    return _by_person(sa.select(answering(on)))


def answers_of(person_id: int, on: date) -> AnswersFor:
    """What one person answers for on a day; nothing where no reminder can reach them."""
    people = answering(on)
    return _by_person(sa.select(people).where(people.c.person_id == person_id)).get(person_id, {})


def _by_person(rows: sa.Select[Any]) -> dict[int, AnswersFor]:
    found: dict[int, dict[int, set[int] | None]] = {}
    for person_id, organisation_id, ask_id in read(rows):
        bodies = found.setdefault(person_id, {})
        if ask_id is None:
            bodies[organisation_id] = None
        elif (asks := bodies.setdefault(organisation_id, set())) is not None:
            asks.add(ask_id)
    return {
        person_id: {body: None if asks is None else frozenset(asks) for body, asks in sorted(bodies.items())}
        for person_id, bodies in sorted(found.items())
    }


def select_holders(roles: frozenset[Role]) -> sa.Select[int, int | None]:
    """Whoever holds one of these roles in a body now and can sign in: person and organisation, each pair once."""
    return (
        sa.select(Membership.person_id, Membership.organisation_id)
        .distinct()
        .join(Account, Account.person_id == Membership.person_id)
        .where(
            Membership.role.in_(roles),
            Membership.organisation_id.is_not(None),
            Membership.ended_at.is_(None),
            Account.is_active,
        )
    )
