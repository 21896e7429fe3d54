"""Reads who is behind each post that the ladder names, for one ask of one organisation, in two statements.

People are found by their number: by their appointment where they may sign in and belong to the organisation, else by
the role that they hold. Whoever has no account is named and not written to: no page of this service opens to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import sqlalchemy as sa

from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import Role
from tracker.appointments import panels
from tracker.appointments.rows import InPost
from tracker.db import session
from tracker.escalations.posts import Filled, Posts, Somebody
from tracker.escalations.rules import Post
from tracker.organisations.queries import OrganisationSummary

ANSWERS = (Role.LEAD, Role.SYSTEM)
"""Who answers for an organisation where its executive lead cannot be written to: its lead, or the team of a system."""
IN_THE_ORGANISATION = (*ANSWERS, Role.CONTRIBUTOR, Role.BOARD)


def posts_of(organisation: OrganisationSummary, ask_id: int, today: date) -> Posts:
    """Who is behind every post of the ladder, for one ask of an organisation."""
    in_post = panels.panel(organisation.organisation_id, ask_id, today)
    people = _people(organisation)
    own = {each.person_id: each for role in IN_THE_ORGANISATION for each in people.get(role, ())}
    answering = tuple(_once(each for role in ANSWERS for each in people.get(role, ())))
    return {
        Post.ASK_OWNER: _by_appointment(in_post.owners, own, ()),
        Post.EXECUTIVE_LEAD: _by_appointment((in_post.lead,) if in_post.lead else (), own, answering),
        Post.BOARD: Filled(tuple(people.get(Role.BOARD, ()))),
        Post.REGION: Filled(tuple(people.get(Role.REGION, ()))),
        Post.NATIONAL: Filled(tuple(people.get(Role.NATIONAL, ()))),
    }


def _by_appointment(in_post: Iterable[InPost], own: dict[int, Somebody], otherwise: tuple[Somebody, ...]) -> Filled:
    appointed = list(in_post)
    people = tuple(_once(own[each.person_id] for each in appointed if each.person_id in own))
    named = tuple(dict.fromkeys(each.called for each in appointed if each.person_id not in own))
    return Filled(people, named) if people else Filled(otherwise, named, stands_in=bool(otherwise))


def _once(people: Iterable[Somebody]) -> Iterable[Somebody]:
    return {each.person_id: each for each in people}.values()


def _people(organisation: OrganisationSummary) -> dict[Role, list[Somebody]]:
    """Who may sign in and holds a role in the organisation, in its region, or nationally; by name."""
    place = organisation.place
    rows = session().execute(
        sa.select(Membership.role, Person.id, Person.name)
        .join(Account, Account.person_id == Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.ended_at.is_(None),
            Account.is_active,
            sa.or_(
                sa.and_(Membership.role.in_(IN_THE_ORGANISATION), Membership.organisation_id == place.organisation_id),
                sa.and_(Membership.role == Role.REGION, Membership.organisation_id == place.region_id),
                Membership.role == Role.NATIONAL,
            ),
        )
        .order_by(sa.func.lower(Person.name), Person.id)
    )
    found: dict[Role, list[Somebody]] = {}
    for role, person_id, name in rows:
        found.setdefault(role, []).append(Somebody(person_id, name))
    return found
