"""A server that fails again and again is left alone by every process, tried by one, and believed when it answers."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
from integration.mail.outboxing import FROM, FakeSender, later, queue, send, states

from tracker import clock
from tracker.db import transaction
from tracker.mail import channel
from tracker.mail.channel import ChannelState, channel_state
from tracker.mail.fate import ServerUnreachableError
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import SHORTEST_LEASE_LEFT, Answer, MessageState
from tracker.mail.senders import Line
from tracker.mail.service import SendOutcome, send_due

pytestmark = pytest.mark.usefixtures("app")

DOWN = "The mail server could not be used."


class NoServer:
    """A server that is down, and counts who tries it."""

    def __init__(self) -> None:
        self.tries = 0

    @contextmanager
    def line(self) -> Iterator[Line]:
        self.tries += 1
        raise ServerUnreachableError(DOWN)
        yield


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def open_the_circuit() -> NoServer:
    """Fail three times, now."""
    nobody = NoServer()
    for _ in range(3):
        send(nobody)
    return nobody


def say_more(person_id: int, key: str) -> None:
    with transaction():
        queue_messages([NewMessage(person_id, "Next", "Hello\n", key)], mail_from=FROM)


def test_nothing_is_wrong_with_a_server_that_was_never_tried() -> None:
    assert channel_state() == ChannelState()


def test_a_success_is_written_down_with_its_instant() -> None:
    queue(2)
    send(FakeSender())
    assert channel_state() == ChannelState(last_success_at=clock.real_now())


def test_three_failures_in_a_row_across_passes_leave_it_alone_for_five_minutes() -> None:
    queue(2)
    nobody = NoServer()
    assert send(nobody).trouble == send(nobody).trouble == DOWN
    assert not channel_state().is_open
    assert send(nobody).trouble == f"The mail server failed 3 times in a row and is left alone until 12:05. {DOWN}"
    for _ in range(4):
        assert send(nobody) == SendOutcome(
            failed=2, trouble=f"The mail server failed 3 times in a row and is left alone until 12:05. {DOWN}"
        )
    assert nobody.tries == 3
    now = clock.real_now()
    assert channel_state() == ChannelState(True, now, now + minutes(5), 3, DOWN, None)


def test_a_success_between_two_failures_makes_no_row_of_them() -> None:
    nobody = NoServer()
    (person_id,) = queue(1)
    for number in range(4):
        send(nobody)
        send(nobody)
        send(FakeSender())
        say_more(person_id, f"next {number}")
    assert not channel_state().is_open


def test_silences_in_one_batch_count_as_failures_and_end_it() -> None:
    queue(6)
    sender = FakeSender(*[Answer.UNANSWERED] * 6)
    outcome = send(sender)
    assert len(sender.sent) == 3
    assert (outcome.sent, outcome.failed) == (0, 6)
    assert "is left alone until 12:05" in outcome.trouble


def test_messages_that_break_us_and_people_without_an_address_say_nothing_of_the_server() -> None:
    queue(5)

    def break_always() -> None:
        raise UnicodeError("it cannot be written")

    send(FakeSender(before_each=break_always))
    assert channel_state() == ChannelState()
    with clock.frozen(later(minutes(20))):
        assert send_due(FakeSender(), lambda ids: {}, mail_from=FROM) == SendOutcome(failed=5)
    assert channel_state() == ChannelState()


def test_an_answer_that_is_no_is_an_answer() -> None:
    queue(3)
    nobody = NoServer()
    send(nobody)
    send(nobody)
    send(FakeSender(Answer.TRY_LATER, Answer.REFUSED, Answer.TRY_LATER))
    assert (channel_state().failures, channel_state().last_success_at) == (0, None)


def test_after_the_rest_one_message_tries_and_a_failure_doubles_the_rest_up_to_an_hour() -> None:
    queue(9)
    open_the_circuit()
    waited = timedelta()
    for rest, following in ((5, 10), (10, 20), (20, 40), (40, 60), (60, 60), (60, 60)):
        waited += minutes(rest)
        with clock.frozen(later(waited - timedelta(seconds=1))):
            too_early = NoServer()
            send(too_early)
            assert too_early.tries == 0
        with clock.frozen(later(waited)):
            hanging = FakeSender(*[Answer.UNANSWERED] * 9)
            send(hanging)
            assert len(hanging.sent) == 1
            state = channel_state()
            assert state.rests_until == clock.real_now() + minutes(following)


def test_a_trial_that_succeeds_closes_it_and_the_batch_goes_on() -> None:
    queue(4)
    open_the_circuit()
    with clock.frozen(later(minutes(5))):
        assert send(FakeSender()) == SendOutcome(sent=4)
        assert channel_state() == ChannelState(last_success_at=clock.real_now())


def test_while_one_tries_the_others_wait() -> None:
    queue(3)
    open_the_circuit()
    others: list[SendOutcome] = []
    another = FakeSender()
    with clock.frozen(later(minutes(5))):
        trying = FakeSender(before_each=lambda: others.append(send(another)) if not others else None)
        assert send(trying).sent == 3
    assert another.sent == []
    assert others[0].sent == 0


def test_a_trial_that_nobody_hears_of_again_is_given_up() -> None:
    queue(2)
    open_the_circuit()
    with clock.frozen(later(minutes(5))), transaction():
        assert channel.take_trial(channel.health())
    with clock.frozen(later(minutes(5) + SHORTEST_LEASE_LEFT - timedelta(seconds=1))):
        assert send(FakeSender()).sent == 0
    with clock.frozen(later(minutes(5) + SHORTEST_LEASE_LEFT)):
        assert send(FakeSender()).sent == 2


def test_only_one_of_two_that_saw_the_end_of_the_rest_makes_the_trial() -> None:
    queue(1)
    open_the_circuit()
    with clock.frozen(later(minutes(5))), transaction():
        seen = channel.health()
        assert [channel.take_trial(seen), channel.take_trial(seen)] == [True, False]


def test_a_trial_that_asked_no_server_leaves_the_trial_to_the_next() -> None:
    (person_id,) = queue(1)
    open_the_circuit()
    with clock.frozen(later(minutes(6))):
        send_due(FakeSender(), lambda ids: {}, mail_from=FROM)
        assert states() == [MessageState.FAILED]
        say_more(person_id, "next")
        assert send(FakeSender()).sent == 1


def test_a_failure_of_who_was_under_way_makes_the_rest_no_longer() -> None:
    queue(1)
    open_the_circuit()
    before = channel_state().rests_until
    with clock.frozen(later(minutes(1))), transaction():
        channel.has_failed(DOWN, was_trial=False)
    assert channel_state().rests_until == before


def test_a_success_from_before_it_was_opened_does_not_close_it() -> None:
    queue(1)
    open_the_circuit()
    with transaction():
        channel.has_answered(clock.real_now() - minutes(1), has_taken=True)
    assert channel_state().is_open


def test_an_empty_outbox_is_no_trouble_while_it_is_open() -> None:
    queue(1)
    open_the_circuit()
    with clock.frozen(later(minutes(5))):
        send(FakeSender())
    for _ in range(3):
        with transaction():
            channel.has_failed(DOWN, was_trial=False)
    assert channel_state().is_open
    assert send(FakeSender()) == SendOutcome()


def test_opening_is_an_alert_each_time_and_closing_is_told(caplog: pytest.LogCaptureFixture) -> None:
    queue(1)
    with caplog.at_level(logging.INFO, "tracker.mail.channel"):
        nobody = open_the_circuit()
        with clock.frozen(later(minutes(5))):
            send(nobody)
        with clock.frozen(later(minutes(15))):
            send(FakeSender())
    told = [record for record in caplog.records if record.name == "tracker.mail.channel"]
    assert [(record.levelname, record.getMessage()) for record in told] == [
        ("ERROR", f"Alert: mail is left alone for 5 minutes after 3 failures in a row. {DOWN}"),
        ("ERROR", f"Alert: mail is left alone for 10 minutes after 4 failures in a row. {DOWN}"),
        ("INFO", "The mail server answers again; mail had been left alone since 2020-11-02T12:00:00+00:00."),
    ]
