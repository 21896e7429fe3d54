"""The outbox against both databases: what is queued leaves exactly once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from smtp_server import HOST, MailServer, free_port, running
from sqlalchemy.engine.interfaces import DBAPIConnection

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import database, session, transaction
from tracker.mail import service
from tracker.mail.letters import Email
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import LEASE, Answer, MessageState
from tracker.mail.senders import Line, Sender
from tracker.mail.service import SendOutcome, send_due
from tracker.mail.smtp import Fate, ServerUnreachableError, SmtpSender

FROM = "Tracker <tracker@tracker.example.test>"

pytestmark = pytest.mark.usefixtures("app")


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


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started


def later(by: timedelta) -> datetime:
    return clock.real_now() + by


def test_what_is_queued_is_sent_once_over_one_connection(server: MailServer) -> None:
    people = queue(3)
    assert send(SmtpSender.from_url(server.url)) == SendOutcome(sent=3)
    assert [received.recipients for received in server.messages] == [[address(i)] for i in people]
    assert server.connections == 1
    assert send(SmtpSender.from_url(server.url)) == SendOutcome()
    assert len(server.messages) == 3


def test_the_message_id_on_the_wire_is_the_one_in_the_row(server: MailServer) -> None:
    queue(2)
    send(SmtpSender.from_url(server.url))
    assert server.message_ids == [message.message_id for message in stored()]


def test_nothing_is_queued_when_the_decision_is_taken_back() -> None:
    (person_id,) = queue(1)

    def decide_and_take_back() -> None:
        with transaction():
            queue_messages([NewMessage(person_id, "Two", "Hello\n", "another key")], mail_from=FROM)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        decide_and_take_back()
    assert len(stored()) == 1


def test_a_key_cannot_be_queued_twice() -> None:
    (person_id,) = queue(1)
    with pytest.raises(sa.exc.IntegrityError), transaction():
        queue_messages([NewMessage(person_id, "Two", "Hello\n", f"key {person_id}")], mail_from=FROM)
    assert len(stored()) == 1


def test_more_than_one_batch_is_sent_each_over_its_own_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "BATCH", 4)
    queue(10)
    sender = FakeSender()
    assert send(sender) == SendOutcome(sent=10)
    assert sender.lines == 3
    assert len(set(sender.subjects)) == 10


def test_a_batch_stays_a_batch_however_postgresql_joins(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    if database.engine.dialect.name != "postgresql":
        pytest.skip("SQLite has one way to do it.")
    monkeypatch.setattr(service, "BATCH", 4)
    queue(10)
    with nested_loops_only():
        sender = FakeSender()
        assert send(sender) == SendOutcome(sent=10)
    assert sender.lines == 3


@contextmanager
def nested_loops_only() -> Iterator[None]:
    """Let connections that PostgreSQL opens from here on compare row by row, as it may choose for a small table."""

    def forbid(connection: DBAPIConnection, _: object) -> None:
        with connection.cursor() as cursor:
            for way in ("hashjoin", "mergejoin", "hashagg", "material", "sort"):
                cursor.execute(f"SET enable_{way} = off")
        connection.commit()

    sa.event.listen(database.engine, "connect", forbid)
    database.engine.dispose()
    try:
        yield
    finally:
        sa.event.remove(database.engine, "connect", forbid)
        database.engine.dispose()


def test_a_server_that_is_down_keeps_everything_and_the_next_pass_delivers_it_with_the_same_message_ids() -> None:
    queue(3)
    port = free_port()
    sender = SmtpSender(HOST, port)
    outcome = send(sender)
    assert (outcome.sent, outcome.failed) == (0, 3)
    assert "it refused the connection" in outcome.trouble
    kept = [message.message_id for message in stored()]
    with running(port=port) as server:
        assert send(sender) == SendOutcome(sent=3)
        assert server.message_ids == kept


def test_a_server_that_goes_away_in_the_middle_keeps_the_rest() -> None:
    queue(4)
    sender = FakeSender(Answer.DELIVERED, Answer.UNREACHABLE)
    outcome = send(sender)
    assert (outcome.sent, outcome.failed) == (1, 3)
    assert states() == [MessageState.SENT, *[MessageState.QUEUED] * 3]
    assert {message.claimed_by for message in stored()} == {None}
    assert send(FakeSender()).sent == 3


def test_a_bad_recipient_fails_for_good_and_the_others_are_delivered(server: MailServer) -> None:
    people = queue(3)
    server.answers_to[address(people[1])] = "550 5.1.1 unknown"
    assert send(SmtpSender.from_url(server.url)) == SendOutcome(sent=2, failed=1)
    assert states() == [MessageState.SENT, MessageState.FAILED, MessageState.SENT]
    assert stored()[1].last_error == "The server answered 550: 5.1.1 unknown."
    server.answers_to.clear()
    with clock.frozen(later(timedelta(days=30))):
        assert send(SmtpSender.from_url(server.url)) == SendOutcome()


def test_try_later_waits_four_hours_and_goes_with_the_same_message_id(server: MailServer) -> None:
    (person_id,) = queue(1)
    sender = SmtpSender.from_url(server.url)
    server.answers_to[address(person_id)] = "451 4.3.0 later"
    assert send(sender) == SendOutcome(failed=1)
    server.answers_to.clear()
    with clock.frozen(later(timedelta(hours=4, seconds=-1))):
        assert send(sender) == SendOutcome()
    with clock.frozen(later(timedelta(hours=4))):
        assert send(sender) == SendOutcome(sent=1)
    assert server.message_ids == [stored()[0].message_id]


def test_a_message_that_may_have_arrived_is_offered_three_times_at_most() -> None:
    queue(1)
    sender = FakeSender(*[Answer.UNANSWERED] * 9)
    for number in range(9):
        with clock.frozen(later(timedelta(hours=number))):
            send(sender)
    assert states() == [MessageState.FAILED]
    assert len(sender.sent) == 3
    assert len({email.message_id for email in sender.sent}) == 1


def test_a_drop_after_the_message_repeats_it_with_the_same_message_id(server: MailServer) -> None:
    queue(1)
    server.drops_after_data = 1
    assert send(SmtpSender.from_url(server.url)) == SendOutcome(failed=1)
    with clock.frozen(later(timedelta(hours=1))):
        assert send(SmtpSender.from_url(server.url)) == SendOutcome(sent=1)
    assert len(server.messages) == 2
    assert len(set(server.message_ids)) == 1


def test_somebody_without_an_address_any_more_fails_and_the_others_are_delivered() -> None:
    people = queue(2)
    sender = FakeSender()
    outcome = send_due(sender, lambda ids: {people[1]: address(people[1])}, mail_from=FROM)
    assert outcome == SendOutcome(sent=1, failed=1)
    assert stored()[0].last_error == "There is no address for this person any more."


def test_one_message_that_breaks_the_sender_does_not_hold_up_the_others() -> None:
    queue(3)
    calls = iter(range(3))

    def break_once() -> None:
        if next(calls) == 1:
            raise UnicodeError("it cannot be written")

    assert send(FakeSender(before_each=break_once)) == SendOutcome(sent=2, failed=1)


def test_a_process_that_dies_between_two_messages_loses_none_and_repeats_none() -> None:
    queue(5)
    calls = iter(range(5))

    def die() -> None:
        if next(calls) == 2:
            raise Crash

    first, second = FakeSender(before_each=die), FakeSender()
    with pytest.raises(Crash):
        send(first)
    assert send(second) == SendOutcome(sent=3)
    assert sorted(first.subjects + second.subjects) == sorted(f"For {message.person_id}" for message in stored())


def test_what_a_killed_process_held_is_free_when_its_lease_ends_and_not_before() -> None:
    queue(1)
    with transaction() as current:
        current.execute(sa.update(OutboxMessage).values(claimed_by="killed", claimed_until=clock.real_now() + LEASE))
    sender = FakeSender()
    with clock.frozen(later(LEASE - timedelta(seconds=1))):
        assert send(sender) == SendOutcome()
    with clock.frozen(later(LEASE)):
        assert send(sender) == SendOutcome(sent=1)


def test_a_slow_server_does_not_let_the_lease_run_out_under_us() -> None:
    queue(6)
    start = clock.real_now()
    seen_by_another: list[SendOutcome] = []
    sender = FakeSender()

    class SlowSender(FakeSender):
        def send(self, email: Email) -> Fate:
            fate = super().send(email)
            passed[0] += timedelta(minutes=8)
            return fate

    passed = [timedelta()]
    slow = SlowSender()
    original = clock.real_now
    try:
        clock.real_now = lambda: start + passed[0]  # type: ignore[assignment]
        slow.before_each = lambda: seen_by_another.append(send(sender))
        assert send(slow).sent == 6
    finally:
        clock.real_now = original
    assert sender.sent == []
    assert seen_by_another == [SendOutcome()] * 6


def test_what_another_sender_took_over_while_we_slept_is_left_to_it() -> None:
    queue(2)
    other, sleeper = FakeSender(), FakeSender()
    start = clock.real_now()
    asleep = [timedelta()]

    def sleep_through_the_lease() -> None:
        if not asleep[0]:
            asleep[0] = LEASE + timedelta(minutes=1)
            send(other)

    sleeper.before_each = sleep_through_the_lease
    original = clock.real_now
    try:
        clock.real_now = lambda: start + asleep[0]  # type: ignore[assignment]
        outcome = send(sleeper)
    finally:
        clock.real_now = original
    # The message in hand went twice, which nothing can prevent; the other went once.
    assert len(other.sent) == 2
    assert sleeper.subjects == [other.subjects[0]]
    assert outcome.sent == 1
    assert states() == [MessageState.SENT] * 2


def test_being_told_to_stop_ends_after_the_message_in_hand() -> None:
    queue(5)
    sender = FakeSender()
    outcome = send_due(sender, addresses, mail_from=FROM, should_stop=lambda: len(sender.sent) >= 2)
    assert outcome == SendOutcome(sent=2)
    assert send(sender) == SendOutcome(sent=3)


def test_nothing_waiting_opens_no_line(app: Flask) -> None:
    sender = FakeSender()
    assert send(sender) == SendOutcome()
    assert sender.lines == 0


def test_an_unreachable_server_holds_nothing_for_the_length_of_a_lease() -> None:
    queue(2)

    class NoServer:
        @contextmanager
        def line(self) -> Iterator[Line]:
            raise ServerUnreachableError("The mail server could not be used.")
            yield

    assert send(NoServer()) == SendOutcome(failed=2, trouble="The mail server could not be used.")
    assert send(FakeSender()) == SendOutcome(sent=2)
