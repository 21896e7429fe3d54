"""The outbox against both databases: what is queued leaves exactly once, whatever happens on the way."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from integration.mail.outboxing import FROM, FakeSender, address, addresses, later, queue, send, states, stored
from smtp_server import HOST, MailServer, free_port, running
from sqlalchemy.engine.interfaces import DBAPIConnection

from tracker import clock
from tracker.db import database, transaction
from tracker.mail import service
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import LINK_MARK, NewMessage, queue_messages
from tracker.mail.rules import Answer, MessageState
from tracker.mail.service import SendOutcome, send_due
from tracker.mail.smtp import SmtpSender

pytestmark = pytest.mark.usefixtures("app")


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


def test_a_bad_recipient_bounces_for_good_and_the_others_are_delivered(server: MailServer) -> None:
    people = queue(3)
    server.answers_to[address(people[1])] = "550 5.1.1 unknown"
    assert send(SmtpSender.from_url(server.url)) == SendOutcome(sent=2, failed=1)
    assert states() == [MessageState.SENT, MessageState.BOUNCED, MessageState.SENT]
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
    assert states() == [MessageState.FAILED, MessageState.SENT]
    assert stored()[0].last_error == "There is no address for this person any more."


def test_an_address_that_cannot_be_one_bounces_without_being_offered(server: MailServer) -> None:
    (person_id,) = queue(1)
    sender = SmtpSender.from_url(server.url)
    assert send_due(sender, lambda ids: {person_id: "two words"}, mail_from=FROM) == SendOutcome(failed=1)
    assert states() == [MessageState.BOUNCED]
    assert server.messages == []


def test_one_message_that_breaks_the_sender_does_not_hold_up_the_others() -> None:
    queue(3)
    calls = iter(range(3))

    def break_once() -> None:
        if next(calls) == 1:
            raise UnicodeError("it cannot be written")

    assert send(FakeSender(before_each=break_once)) == SendOutcome(sent=2, failed=1)


def test_text_and_html_leave_together_and_a_one_time_link_is_put_into_both(server: MailServer) -> None:
    (person_id,) = queue(1)
    message = NewMessage(
        person_id, "Set a password", f"Open {LINK_MARK}\n", "link", "password", f'<a href="{LINK_MARK}">Open</a>\n'
    )
    with transaction():
        queue_messages([message], mail_from=FROM)
    sender = SmtpSender.from_url(server.url)
    done = send_due(sender, addresses, mail_from=FROM, links=lambda link_for: f"https://t.example/{link_for}?a=1&b=2")
    assert done == SendOutcome(sent=2)
    received = server.messages[1]
    assert received.text == "Open https://t.example/password?a=1&b=2\n"
    assert received.html == '<a href="https://t.example/password?a=1&amp;b=2">Open</a>\n'
    assert server.messages[0].html is None
    assert LINK_MARK in stored()[1].html


def test_a_link_that_would_open_nothing_fails_and_is_no_bounce() -> None:
    (person_id,) = queue(1)
    with transaction():
        queue_messages([NewMessage(person_id, "Link", LINK_MARK, "link", "password")], mail_from=FROM)
    assert send(FakeSender()) == SendOutcome(sent=1, failed=1)
    assert states() == [MessageState.SENT, MessageState.FAILED]


def test_whoever_takes_over_from_a_silent_sender_is_told_that_it_may_have_left() -> None:
    queue(2)
    with transaction() as current:
        held = {"claimed_by": "killed", "claimed_until": clock.real_now()}
        current.execute(sa.update(OutboxMessage).where(OutboxMessage.id == stored()[0].id).values(**held))
    sender = FakeSender()
    send(sender)
    assert [email.may_have_left for email in sender.sent] == [True, False]


def test_a_second_try_is_told_that_the_first_may_have_left_and_one_that_was_given_back_is_not() -> None:
    queue(2)
    send(FakeSender(Answer.UNANSWERED, Answer.UNREACHABLE))
    sender = FakeSender()
    with clock.frozen(later(timedelta(hours=1))):
        send(sender)
    assert [email.may_have_left for email in sender.sent] == [True, False]
