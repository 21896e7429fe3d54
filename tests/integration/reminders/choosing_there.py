"""How tests look at the pages of reminders, and choose there as a person would."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import make
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.reminders.passing import ask_id
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState, Topic
from tracker.organisations.queries import get_open_organisation
from tracker.reminders import choosing
from tracker.reminders.models import Snooze

ASK = "/organisations/XN1/8ua-2020/6.1"


def day_boxes(on: date, name: str = "until_on") -> dict[str, str]:
    return {f"{name}-day": str(on.day), f"{name}-month": str(on.month), f"{name}-year": str(on.year)}


def post(client: FlaskClient, path: str, **sent: object) -> TestResponse:
    token = make.csrf_token(client, "/organisations")
    return client.post(path, data={"csrf_token": token, "submission_key": str(uuid4()), **sent})


def text_of(client: FlaskClient, path: str, status: int = 200) -> str:
    """A page as it is read, in one line."""
    answer = client.get(path)
    assert answer.status_code == status, f"{path}: {answer.status}"
    return words_of(answer)


def words_of(answer: TestResponse) -> str:
    return " ".join(re.sub(r"<[^>]*>", " ", answer.text.partition("<main")[2].partition("</main>")[0]).split())


def snoozed(person_id: int, until_on: date, *, ref: str = "6.1", code: str = "XN1", key: str = "") -> None:
    """Somebody snoozes an ask of their organisation, by the service."""
    organisation = get_open_organisation(code)
    viewer = Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, organisation.organisation_id, code),))
    with transaction():
        item = tell.item(viewer, ref, code)
        choosing.snooze(item, until_on, "The board meets later", submission_key=key or str(uuid4()))


def snoozes() -> list[Snooze]:
    session().rollback()
    return list(session().scalars(sa.select(Snooze).order_by(Snooze.id)))


def audited(verb: str) -> list[AuditEntry]:
    session().rollback()
    return list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))


def entered(
    person_id: int,
    organisation_id: int,
    *,
    ref: str = "6.1",
    kind: str = "after_3",
    due_on: date = date(2020, 11, 2),
    topic: Topic = Topic.DEADLINE,
    state: ReminderState = ReminderState.TOLD,
    of_message: str = "sent",
    why: str = "",
    last_error: str = "",
) -> int:
    """One entry of the ledger, with a message that carries it where it was told; its id."""
    with transaction() as current:
        message_id = None
        if state is ReminderState.TOLD:
            message = OutboxMessage(
                person_id=person_id,
                message_id=f"<{uuid4()}@example.nhs.uk>",
                subject="Yours",
                body="Yours",
                state=of_message,
                queued_at=clock.now(),
                not_before=clock.real_now(),
                sent_at=clock.now() if of_message == "sent" else None,
                last_error=last_error,
            )
            current.add(message)
            current.flush()
            message_id = message.id
        entry = LedgerEntry(
            person_id=person_id,
            organisation_id=organisation_id,
            ask_id=ask_id(ref),
            topic=topic,
            kind=kind,
            deadline_on=date(2020, 9, 21),
            due_on=due_on,
            state=state,
            why=why,
            recorded_at=clock.now(),
            message_id=message_id,
        )
        current.add(entry)
        current.flush()
        return entry.id
