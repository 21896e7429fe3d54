"""The ledger: which reminder fell due for whom about what, held to one of each by the database.

It knows no feature: an item is a pair of ids, a kind is a word. Everything here runs in the caller's
transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.db import session
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import ReminderState, Topic


@dataclass(frozen=True, slots=True, order=True)
class Series:
    """What reminders are about: a person, an ask of an organisation, a deadline. Moving it starts afresh."""

    person_id: int
    organisation_id: int
    ask_id: int
    deadline_on: date


@dataclass(frozen=True, slots=True, order=True)
class Reminder:
    """One reminder of a series, by its kind and the day on which it fell due: a row of the ledger.

    What is WAITING goes with the person's next digest; ``why`` says why it is not told, where it is not.
    """

    series: Series
    kind: str
    due_on: date
    topic: Topic
    state: ReminderState = ReminderState.WAITING
    why: str = ""


def people_told(organisation_id: int, ask_id: int, kind: str) -> set[int]:
    """Whom something was said to: who has an entry of a kind about an ask of an organisation."""
    query = sa.select(LedgerEntry.person_id).where(
        LedgerEntry.organisation_id == organisation_id, LedgerEntry.ask_id == ask_id, LedgerEntry.kind == kind
    )
    return set(session().scalars(query))


def enter(reminders: Iterable[Reminder]) -> dict[Reminder, int]:
    """Enter reminders and return those that were not there, with their ids.

    A pass that enters the same ones at the same time is waited for, and what it entered is not ours. They go
    in by the order of their keys, so that two passes can never wait for each other.
    """
    by_key = {(reminder.series, reminder.kind): reminder for reminder in sorted(reminders)}
    if not by_key:
        return {}
    rows = [
        {
            "person_id": series.person_id,
            "organisation_id": series.organisation_id,
            "ask_id": series.ask_id,
            "deadline_on": series.deadline_on,
            "kind": kind,
            "due_on": reminder.due_on,
            "topic": reminder.topic,
            "state": reminder.state,
            "why": reminder.why,
            "recorded_at": clock.now(),
        }
        for (series, kind), reminder in by_key.items()
    ]
    entered = session().execute(
        _insert_what_is_new().returning(
            LedgerEntry.id,
            LedgerEntry.kind,
            LedgerEntry.person_id,
            LedgerEntry.organisation_id,
            LedgerEntry.ask_id,
            LedgerEntry.deadline_on,
        ),
        rows,
    )
    return {
        by_key[Series(person_id, organisation_id, ask_id, deadline_on), kind]: entry_id
        for entry_id, kind, person_id, organisation_id, ask_id, deadline_on in entered
    }


def attach(message_of_entry: Mapping[int, int]) -> None:
    """Say which message carries each entry: it is told from now on."""
    if not message_of_entry:
        return
    table = LedgerEntry.metadata.tables[LedgerEntry.__tablename__]
    session().connection().execute(
        sa.update(table)
        .where(table.c.id == sa.bindparam("entry"))
        .values(message_id=sa.bindparam("message"), state=ReminderState.TOLD),
        [{"entry": entry_id, "message": message_id} for entry_id, message_id in message_of_entry.items()],
    )


def suppress(entry_ids: Collection[int], why: str) -> None:
    """Say of entries that wait that they are not told any more, and why."""
    if not entry_ids:
        return
    session().execute(
        sa.update(LedgerEntry)
        .where(LedgerEntry.id.in_(sorted(entry_ids)), LedgerEntry.state == ReminderState.WAITING)
        .values(state=ReminderState.SUPPRESSED, why=why)
        .execution_options(synchronize_session=False)
    )


def take_back(organisation_id: int, ask_id: int, kinds: Collection[str], why: str) -> None:
    """Say the same of whatever waits of some kinds about an ask: what was to be told is no more."""
    waiting = sa.select(LedgerEntry.id).where(
        LedgerEntry.organisation_id == organisation_id,
        LedgerEntry.ask_id == ask_id,
        LedgerEntry.kind.in_(kinds),
        LedgerEntry.state == ReminderState.WAITING,
    )
    suppress(session().scalars(waiting).all(), why)


def _insert_what_is_new() -> postgresql.Insert | sqlite.Insert:
    insert = sqlite.insert if session().get_bind().dialect.name == "sqlite" else postgresql.insert
    return insert(LedgerEntry).on_conflict_do_nothing(
        index_elements=["person_id", "organisation_id", "ask_id", "kind", "deadline_on"]
    )
