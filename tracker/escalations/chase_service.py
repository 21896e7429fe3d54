"""Sends a planned message to many through the outbox and the ledger of reminders, once for each form; audited without
its words, never commits, and delivers nothing itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import HeldRole, Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.escalations.chase_history import KIND
from tracker.escalations.chase_plan import Plan, Words
from tracker.escalations.models import Chase
from tracker.mail.ledger import Reminder, Series
from tracker.mail.notices import queue_notices
from tracker.mail.outbox import NewMessage
from tracker.mail.topics import Topic


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends it, through which membership."""

    viewer: Viewer
    held: HeldRole


def send_chase(plan: Plan, words: Words, by: Sender, *, submission_key: str, mail_from: str) -> int | None:
    """Queue every letter and enter it into the ledger, all or nothing; how many, None where this form was sent before.

    In the ledger it stands as what was said of each ask on this day, so that the digest of the day does not say it too.
    """
    chase_id = _begun(words, by, submission_key)
    if chase_id is None:
        return None
    notices = {
        NewMessage(letter.person_id, letter.subject, letter.body, f"chase {chase_id} {index}"): [
            Reminder(
                Series(letter.person_id, row.organisation_id, row.ask.ask_id, row.deadline_on),
                f"{KIND}{chase_id}",
                clock.today(),
                Topic.CHASE,
            )
            for row in letter.rows
        ]
        for index, letter in enumerate(plan.letters)
    }
    queue_notices(notices, mail_from=mail_from)
    audit.record(
        verb="message to many sent",
        subject=f"chase {chase_id}",
        by=by.viewer.person_id,
        role=by.held.role.value,
        organisation_code=by.held.organisation_code,
        after={"messages": len(notices), "organisations": plan.organisations, "asks_unreached": len(plan.unreached)},
    )
    return len(notices)


def _begun(words: Words, by: Sender, submission_key: str) -> int | None:
    """The number of the message, None where its form was sent before; another who sends it at once is waited for."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    chase_id: int | None = session().scalar(
        insert(Chase)
        .values(
            subject=words.subject,
            text=words.text,
            true_on=clock.today(),
            recorded_at=clock.now(),
            person_id=by.viewer.person_id,
            role=by.held.role.value,
            body_id=by.held.organisation_id,
            submission_key=submission_key,
        )
        .on_conflict_do_nothing(index_elements=["submission_key"])
        .returning(Chase.id)
    )
    return chase_id
