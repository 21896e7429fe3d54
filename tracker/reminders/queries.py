"""Reads what waits for a person's next digest and who has had one; it writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.db import read, session
from tracker.mail.letters import message_id_for
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState
from tracker.organisations.queries import organisations_as_at
from tracker.progress.models import Progress
from tracker.reminders.rows import Line, Waiting


def digest_key(person_id: int, on: date) -> str:
    """What makes a person's digest of a day one: a second one cannot be put into the outbox."""
    return f"reminder digest of {person_id} on {on.isoformat()}"


def have_had_a_digest(person_ids: Collection[int], on: date, mail_from: str) -> set[int]:
    """Which of these people have had their digest of a day."""
    by_id = {message_id_for(digest_key(person_id, on), mail_from): person_id for person_id in person_ids}
    found = session().scalars(sa.select(OutboxMessage.message_id).where(OutboxMessage.message_id.in_(by_id)))
    return {by_id[message_id] for message_id in found}


def lock_people(person_ids: Collection[int]) -> None:
    """Let no other pass decide for the same people meanwhile. SQLite is locked whole by the transaction."""
    query = sa.select(Account.id).where(Account.person_id.in_(sorted(person_ids))).order_by(Account.id)
    session().execute(query.with_for_update(key_share=True))


def people_waiting() -> set[int]:
    """Everybody for whom something waits in the ledger."""
    query = sa.select(LedgerEntry.person_id).where(LedgerEntry.state == ReminderState.WAITING).distinct()
    return set(session().scalars(query))


def waiting_for(person_ids: Collection[int], on: date) -> list[Waiting]:
    """What waits for these people, whether it still concerns them, and whether the ask is open now."""
    organisations, held = organisations_as_at(on), aliased(Membership)
    sees = sa.exists().where(
        held.person_id == LedgerEntry.person_id,
        held.ended_at.is_(None),
        sa.or_(
            held.organisation_id == organisations.c.organisation_id,
            held.organisation_id == organisations.c.system_id,
            held.organisation_id == organisations.c.region_id,
            held.role == Role.NATIONAL,
        ),
    )
    rows = read(
        sa.select(
            LedgerEntry.id,
            LedgerEntry.person_id,
            LedgerEntry.organisation_id,
            LedgerEntry.ask_id,
            LedgerEntry.topic,
            LedgerEntry.kind,
            LedgerEntry.deadline_on,
            sa.and_(organisations.c.organisation_id.is_not(None), Account.id.is_not(None), sees),
            Progress.status_class,
        )
        .outerjoin(organisations, organisations.c.organisation_id == LedgerEntry.organisation_id)
        .outerjoin(
            Progress,
            sa.and_(Progress.organisation_id == LedgerEntry.organisation_id, Progress.ask_id == LedgerEntry.ask_id),
        )
        .outerjoin(Account, sa.and_(Account.person_id == LedgerEntry.person_id, Account.is_active))
        .where(LedgerEntry.state == ReminderState.WAITING, LedgerEntry.person_id.in_(sorted(person_ids)))
        .order_by(LedgerEntry.id)
    )
    return [
        Waiting(entry_id, person_id, Line(*line), bool(concerns), status_class is None or status_class.is_open)
        for entry_id, person_id, *line, concerns, status_class in rows
    ]


def names_on(organisation_ids: Collection[int], on: date) -> dict[int, tuple[str, str]]:
    """The code and name of each of these organisations that is open on a day."""
    organisations = organisations_as_at(on).c
    rows = read(
        sa.select(organisations.organisation_id, organisations.code, organisations.name).where(
            organisations.organisation_id.in_(sorted(organisation_ids))
        )
    )
    return {organisation_id: (code, name) for organisation_id, code, name in rows}
