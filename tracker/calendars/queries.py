"""Reads which calendars somebody has, and for whom and of what an address is one; it writes nothing.

A calendar is live while the very membership it was made through has not ended and the account is on.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import sqlalchemy as sa
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.queries import roles_in_force
from tracker.accounts.rules import HeldRole, Viewer
from tracker.accounts.tokens import token_hash
from tracker.calendars.models import CalendarFeed
from tracker.calendars.reach import covered_by, find_body
from tracker.calendars.rows import Covered, LiveCalendar
from tracker.calendars.rules import CalendarOf
from tracker.db import read
from tracker.organisations.models import Organisation
from tracker.organisations.queries import organisations_as_at


class CalendarNotFound(NotFound):
    """No such calendar of one's own, or none that can be read any more: from outside they look alike, a 404."""


def open_calendar(token: str, today: date) -> Covered:
    """Whose dates the address with this token opens. Raises CalendarNotFound.

    The powers are those that the person has now, and the role it was made through must be among them.
    """
    feed = CalendarFeed
    row = read(
        _live(
            feed.person_id, feed.calendar_of, feed.organisation_id, Membership.role, Membership.organisation_id
        ).where(feed.token_hash == token_hash(token))
    ).one_or_none()
    if row is None:
        raise CalendarNotFound
    person_id, calendar_of, body_id, role, held_in = row
    viewer = Viewer(person_id, "", roles_in_force(person_id))
    if not any((held.role, held.organisation_id) == (role, held_in) for held in viewer.held):
        raise CalendarNotFound
    body = find_body(body_id, today)
    if (body is None) is not (calendar_of is CalendarOf.PERSON):
        raise CalendarNotFound
    covered = covered_by(viewer, calendar_of, body, today)
    if covered is None:
        raise CalendarNotFound
    return covered


def calendars_of(person_id: int, today: date) -> list[LiveCalendar]:
    """The calendars of one's own that are live, the newest first; one of a body that has closed has no name."""
    feed, bodies, held_in = CalendarFeed, organisations_as_at(today), sa.orm.aliased(Organisation)
    rows = read(
        _live(feed.id, feed.calendar_of, Organisation.code, bodies.c.name)
        .add_columns(Membership.role, Membership.organisation_id, held_in.code, feed.made_at)
        .outerjoin(Organisation, Organisation.id == feed.organisation_id)
        .outerjoin(bodies, bodies.c.organisation_id == feed.organisation_id)
        .outerjoin(held_in, held_in.id == Membership.organisation_id)
        .where(feed.person_id == person_id)
        .order_by(feed.id.desc())
    )
    found = []
    for calendar_id, calendar_of, code, name, role, body_id, body_code, made_at in rows:
        held = HeldRole(role, body_id, body_code)
        found.append(LiveCalendar(calendar_id, calendar_of, code, name, held, made_at))
    return found


def get_own(person_id: int, calendar_id: int, today: date) -> LiveCalendar:
    """One of them. Raises CalendarNotFound, for anybody else's too."""
    found = next((each for each in calendars_of(person_id, today) if each.calendar_id == calendar_id), None)
    if found is None:
        raise CalendarNotFound
    return found


def _live(*columns: Any) -> sa.Select[Any]:
    return (
        sa.select(*columns)
        .select_from(CalendarFeed)
        .join(Membership, sa.and_(Membership.id == CalendarFeed.membership_id, Membership.ended_at.is_(None)))
        .join(Account, sa.and_(Account.person_id == CalendarFeed.person_id, Account.is_active))
        .join(Person, sa.and_(Person.id == CalendarFeed.person_id, Person.forgotten_at.is_(None)))
    )
