"""How tests of the outbox queue messages, send them through a sender that answers as told, and see what is stored."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import session, transaction
from tracker.mail.letters import Email
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import Answer, MessageState
from tracker.mail.senders import Line, Sender
from tracker.mail.service import SendOutcome, send_due
from tracker.mail.smtp import Fate

FROM = "Tracker <tracker@tracker.example.test>"


class Crash(BaseException):
    """The process dies: nothing catches it on the way."""


class FakeSender:
    """A sender that answers as it is told, message by message, and remembers what it was given."""

    def __init__(self, *answers: Answer, before_each: Callable[[], None] = lambda: None) -> None:
        self.answers = list(answers)
        self.before_each = before_each
        self.sent: list[Email] = []
        self.lines = 0

    @contextmanager
    def line(self) -> Iterator[Line]:
        self.lines += 1
        yield self

    def send(self, email: Email) -> Fate:
        self.before_each()
        self.sent.append(email)
        return Fate(self.answers.pop(0) if self.answers else Answer.DELIVERED, "Told so.")

    @property
    def subjects(self) -> list[str]:
        return [email.subject for email in self.sent]


def address(person_id: int) -> str:
    return f"person{person_id}@example.test"


def addresses(person_ids: Collection[int]) -> Mapping[int, str]:
    return {person_id: address(person_id) for person_id in person_ids}


def send(sender: Sender) -> SendOutcome:
    return send_due(sender, addresses, mail_from=FROM)


def queue(number: int) -> list[int]:
    """So many people with a message each; their ids."""
    with transaction() as current:
        people = [Person(name="Robin Ashdown", recorded_at=clock.now()) for _ in range(number)]
        current.add_all(people)
        current.flush()
        ids = [person.id for person in people]
        queue_messages([NewMessage(i, f"For {i}", "Hello\n", f"key {i}") for i in ids], mail_from=FROM)
    return ids


def stored() -> list[OutboxMessage]:
    session().rollback()
    session().expire_all()
    return list(session().scalars(sa.select(OutboxMessage).order_by(OutboxMessage.id)))


def states() -> list[MessageState]:
    return [message.state for message in stored()]


def later(by: timedelta) -> datetime:
    return clock.real_now() + by
