"""Makes and revokes calendars, and takes away those that nobody may read any more; audits, never commits."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.queries import find_membership
from tracker.accounts.rules import Viewer
from tracker.accounts.tokens import new_token, token_hash
from tracker.audit import service as audit
from tracker.calendars.models import CalendarFeed
from tracker.calendars.queries import CalendarNotFound
from tracker.calendars.reach import held_for
from tracker.calendars.rows import LiveCalendar
from tracker.calendars.rules import MOST_CALENDARS, CalendarOf
from tracker.db import session
from tracker.organisations.queries import OrganisationSummary


class TooManyCalendars(Exception):
    """This person has as many calendars as anybody may have."""


def make_calendar(
    viewer: Viewer, calendar_of: CalendarOf, body: OrganisationSummary | None, submission_key: str
) -> str | None:
    """A new calendar; its token, which the table does not hold, or None where this very form was saved before.

    It hangs on the role through which it is made. Raises CalendarNotFound where there is none, which a page has asked
    before, and TooManyCalendars.
    """
    # Of two that one person makes at once, one waits here for the other.
    session().execute(sa.select(Person.id).where(Person.id == viewer.person_id).with_for_update(key_share=True))
    held = held_for(viewer, body)
    membership_id = find_membership(viewer.person_id, held.role, held.organisation_id) if held else None
    if held is None or membership_id is None:
        raise CalendarNotFound
    is_made = session().scalar(sa.select(CalendarFeed.id).where(CalendarFeed.submission_key == submission_key))
    if is_made is not None:
        return None
    theirs = sa.select(sa.func.count(CalendarFeed.id)).where(CalendarFeed.person_id == viewer.person_id)
    if (session().scalar(theirs) or 0) >= MOST_CALENDARS:
        raise TooManyCalendars
    token = new_token()
    made = CalendarFeed(
        person_id=viewer.person_id,
        membership_id=membership_id,
        calendar_of=calendar_of,
        organisation_id=body.organisation_id if body else None,
        token_hash=token_hash(token),
        made_at=clock.now(),
        submission_key=submission_key,
    )
    session().add(made)
    session().flush()
    audit.record(
        verb="calendar made",
        subject=f"calendar {made.id}",
        by=viewer.person_id,
        role=held.role.value,
        organisation_code=body.code if body else held.organisation_code,
        after={"calendar": made.id, "calendar_of": calendar_of.value, "body": body.code if body else None},
    )
    return token


def revoke_calendar(viewer: Viewer, own: LiveCalendar) -> None:
    """Let an address open nothing any more. Raises CalendarNotFound where that is so already."""
    gone = session().scalars(
        sa.delete(CalendarFeed)
        .where(CalendarFeed.id == own.calendar_id, CalendarFeed.person_id == viewer.person_id)
        .returning(CalendarFeed.id)
    )
    if gone.one_or_none() is None:
        raise CalendarNotFound
    audit.record(
        verb="calendar revoked",
        subject=f"calendar {own.calendar_id}",
        by=viewer.person_id,
        role=own.held.role.value,
        organisation_code=own.body_code or own.held.organisation_code,
        before={"calendar": own.calendar_id, "calendar_of": own.calendar_of.value, "body": own.body_code},
    )


def remove_dead(person_id: int) -> None:
    """Take away for good what hangs on a role that has ended, and everything where the account is off."""
    session().flush()
    has_ended = sa.exists().where(Membership.id == CalendarFeed.membership_id, Membership.ended_at.is_not(None))
    is_on = sa.exists().where(Account.person_id == CalendarFeed.person_id, Account.is_active)
    session().execute(
        sa.delete(CalendarFeed)
        .where(CalendarFeed.person_id == person_id, sa.or_(has_ended, sa.not_(is_on)))
        .execution_options(synchronize_session=False)
    )
