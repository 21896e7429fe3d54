"""Reads who has had nothing to do with the work for so long that they are to be forgotten; it writes nothing."""

from __future__ import annotations

from datetime import date, datetime, time

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.bodies import LIFE
from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.audit.models import AuditEntry
from tracker.db import Base, session


def due_after(person_id: int, first_day: date, limit: int) -> list[int]:
    """The next people to be forgotten, in the order of their ids, after one of them."""
    return list(session().scalars(due(first_day).where(Person.id > person_id).limit(limit)))


def due(first_day: date) -> sa.Select[int]:
    """People whose last day of anything is before a day: no role, no invitation, no appointment since.

    A role counts while its account is switched on and its organisation open; it is over on the day of whichever ended
    it: the role itself, the account, or the organisation.
    """
    since = datetime.combine(first_day, time.min, tzinfo=clock.LONDON)
    return (
        sa.select(Person.id)
        .where(
            Person.forgotten_at.is_(None),
            Person.recorded_at < since,
            ~_held_a_role(first_day, since),
            ~_used_an_account(since),
            ~_was_appointed(first_day, since),
        )
        .order_by(Person.id)
    )


def _held_a_role(first_day: date, since: datetime) -> sa.ColumnElement[bool]:
    """Whether a role was in effect at any time since."""
    was_open = sa.exists(
        sa.select(LIFE.c.id).where(
            LIFE.c.organisation_id == Membership.organisation_id,
            LIFE.c.superseded_at.is_(None),
            sa.or_(LIFE.c.ends_on.is_(None), LIFE.c.ends_on >= first_day),
        )
    )
    was_on = sa.or_(
        sa.exists(sa.select(Account.id).where(Account.person_id == Membership.person_id, Account.is_active)),
        # The account does not say when it was switched off; the audit does.
        (sa.literal("person ") + sa.cast(Membership.person_id, sa.String)).in_(
            sa.select(AuditEntry.subject).where(
                AuditEntry.verb == "account switched off", AuditEntry.recorded_at >= since
            )
        ),
    )
    is_in_effect = sa.and_(
        Membership.ended_at.is_(None), sa.or_(Membership.organisation_id.is_(None), was_open), was_on
    )
    return sa.exists(
        sa.select(Membership.id).where(
            Membership.person_id == Person.id, sa.or_(Membership.ended_at >= since, is_in_effect)
        )
    )


def _used_an_account(since: datetime) -> sa.ColumnElement[bool]:
    """Whether an account was made or signed in to since, or has an invitation that can be taken up still."""
    open_invitation = sa.exists(
        sa.select(Invitation.id).where(
            Invitation.account_id == Account.id,
            Invitation.accepted_at.is_(None),
            Invitation.voided_at.is_(None),
            Invitation.expires_at > clock.real_now(),
        )
    )
    return sa.exists(
        sa.select(Account.id).where(
            Account.person_id == Person.id,
            sa.or_(Account.created_at >= since, Account.last_signed_in_at >= since, open_invitation),
        )
    )


def _was_appointed(first_day: date, since: datetime) -> sa.ColumnElement[bool]:
    """Whether somebody was in a post since, and may be in it still, or a record of a post was corrected since."""
    appointment = Base.metadata.tables["appointment"]
    in_post = sa.and_(
        appointment.c.superseded_at.is_(None),
        sa.or_(appointment.c.ends_on.is_(None), appointment.c.ends_on >= first_day),
    )
    return sa.exists(
        sa.select(appointment.c.id).where(
            appointment.c.person_id == Person.id, sa.or_(in_post, appointment.c.superseded_at >= since)
        )
    )
