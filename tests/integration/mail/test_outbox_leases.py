"""The outbox where a process dies, sleeps or is told to stop: what it held is sent once, by whoever holds it then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from integration.mail.outboxing import FROM, Crash, FakeSender, addresses, later, queue, send, states, stored

from tracker import clock
from tracker.db import transaction
from tracker.mail.letters import Email
from tracker.mail.models import OutboxMessage
from tracker.mail.rules import LEASE, MessageState
from tracker.mail.senders import Line
from tracker.mail.service import SendOutcome, send_due
from tracker.mail.smtp import Fate, ServerUnreachableError

pytestmark = pytest.mark.usefixtures("app")


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
