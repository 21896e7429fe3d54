"""Shares how an ask was done, and takes it back; audits without the words; never commits.

The position of the ask is locked, so that what is shared is of an ask that is done at that moment, and so that of two
who change the note at once exactly one wins.
"""

from __future__ import annotations

from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.progress import items
from tracker.progress.items import ChangedMeanwhile, Item, MoveNotAllowed
from tracker.shared_notes.models import SharedNote
from tracker.shared_notes.queries import find_note
from tracker.shared_notes.rows import Said

NOT_DONE = "This ask is not done any more, so there is nothing to share. What you typed is still here."


def share(item: Item, said: Said, *, expected_version: int, submission_key: str) -> bool:
    """Say how an ask was done to everybody who reads pages of asks here; False where this very form was saved before.

    Raises MoveNotAllowed where the ask is not done, ChangedMeanwhile where somebody else changed the note.
    """
    position = items.locked(item)
    if is_saved(submission_key):
        return False
    newest = find_note(item.organisation.organisation_id, item.ask.ask_id)
    number = newest.number if newest else 0
    if number != expected_version:
        raise ChangedMeanwhile
    if not position.status_class.is_done or position.entry_id is None:
        raise MoveNotAllowed(NOT_DONE)
    note_id = _add(item, number + 1, said, position.entry_id, submission_key)
    _audit(item, "note shared", note_id, number + 1)
    return True


def withdraw(item: Item) -> bool:
    """Take the note back at once, whatever anybody else has open; False where nothing is shared."""
    items.locked(item)
    newest = find_note(item.organisation.organisation_id, item.ask.ask_id)
    if newest is None or not newest.is_shared:
        return False
    entry_id = session().scalars(
        sa.select(SharedNote.entry_id).where(
            SharedNote.organisation_id == item.organisation.organisation_id,
            SharedNote.ask_id == item.ask.ask_id,
            SharedNote.number == newest.number,
        )
    )
    note_id = _add(item, newest.number + 1, None, entry_id.one(), str(uuid4()))
    _audit(item, "note withdrawn", note_id, newest.number + 1)
    return True


def is_saved(submission_key: str) -> bool:
    """Whether the form with this key was saved before: a double click, or a page sent twice."""
    return bool(session().scalar(sa.select(sa.exists().where(SharedNote.submission_key == submission_key))))


def _add(item: Item, number: int, said: Said | None, entry_id: int, submission_key: str) -> int:
    note = SharedNote(
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        number=number,
        is_shared=said is not None,
        text=said.text if said else "",
        contact_role=said.contact_role if said else "",
        contact_mailbox=said.contact_mailbox if said else "",
        entry_id=entry_id,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
        role=item.role,
        submission_key=submission_key,
    )
    session().add(note)
    session().flush()
    return note.id


def _audit(item: Item, verb: str, note_id: int, number: int) -> None:
    audit.record(
        verb=verb,
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        after={"note": note_id, "version": number},
    )
