"""Each fault of a mail server against a real one: what became of every message of a batch, and of the batch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from integration.mail.outboxing import address, later, queue, send, stored
from smtp_server import HOST, MailServer, free_port

from tracker import clock
from tracker.mail.channel import channel_state
from tracker.mail.rules import WAIT_AFTER_SILENCE, MessageState
from tracker.mail.service import SendOutcome
from tracker.mail.smtp import SmtpSender

pytestmark = pytest.mark.usefixtures("app")

NO_WAIT = timedelta(0)


@dataclass(frozen=True)
class Left:
    """How one message stands afterwards: its state, what was counted, and how long it waits."""

    state: str
    attempts: int = 0
    silences: int = 0
    wait: timedelta = NO_WAIT


SENT, BOUNCED, UNTOUCHED = Left("sent", 1), Left("bounced", 1), Left("queued")
LATER = Left("queued", 1, 0, timedelta(hours=4))
HUNG_UP = Left("queued", 1, 0, WAIT_AFTER_SILENCE)
IN_DOUBT = Left("queued", 1, 1, WAIT_AFTER_SILENCE)


def nobody_is_there(server: MailServer) -> None:
    server.port = free_port()


def is_slow(server: MailServer) -> None:
    server.hangs_for = 0.1


def hangs(server: MailServer) -> None:
    server.hangs_for = 2.0


def puts_everything_off(server: MailServer) -> None:
    server.answer_to_data = "451 4.3.0 try again later"


def refuses_everything(server: MailServer) -> None:
    server.answer_to_data = "554 5.7.1 not wanted"


def knows_one_recipient_not(server: MailServer) -> None:
    server.answers_to[address(stored()[1].person_id)] = "550 5.1.1 unknown"


def drops_one_after_it_was_handed_over(server: MailServer) -> None:
    server.drops_after_data = 1


def does_not_let_us_in(server: MailServer) -> None:
    server.answer_to_sender = "530 5.7.0 Authentication required"


def hangs_up_after_two(server: MailServer) -> None:
    server.hangs_up_after = 2


def hangs_up_at_one_recipient(server: MailServer) -> None:
    server.hangs_up_at = address(stored()[0].person_id)


@pytest.mark.parametrize(
    ("fault", "expected", "arrived", "outcome", "trouble"),
    [
        (nobody_is_there, [UNTOUCHED] * 5, 0, (0, 5), "it refused the connection"),
        (is_slow, [SENT] * 5, 5, (5, 0), ""),
        (hangs, [IN_DOUBT] * 3 + [UNTOUCHED] * 2, 3, (0, 5), "failed 3 times in a row and is left alone until 12:05"),
        (puts_everything_off, [LATER] * 5, 0, (0, 5), ""),
        (refuses_everything, [BOUNCED] * 5, 0, (0, 5), ""),
        (knows_one_recipient_not, [SENT, BOUNCED, SENT, SENT, SENT], 4, (4, 1), ""),
        (drops_one_after_it_was_handed_over, [IN_DOUBT, SENT, SENT, SENT, SENT], 5, (4, 1), ""),
        (does_not_let_us_in, [UNTOUCHED] * 5, 0, (0, 5), "does not let us in: 530"),
        (hangs_up_after_two, [SENT] * 5, 5, (5, 0), ""),
        (hangs_up_at_one_recipient, [HUNG_UP, SENT, SENT, SENT, SENT], 4, (4, 1), ""),
    ],
    ids=lambda given: given.__name__ if callable(given) else "",
)
def test_what_becomes_of_every_message_of_a_batch(
    server: MailServer,
    fault: Callable[[MailServer], None],
    expected: list[Left],
    arrived: int,
    outcome: tuple[int, int],
    trouble: str,
) -> None:
    queue(5)
    fault(server)
    sender = replace(SmtpSender(HOST, server.port), timeout=2.0, timeout_of_last_word=0.4)
    done = send(sender)
    now = clock.real_now()
    assert [
        Left(row.state.value, row.attempts, row.silences, max(row.not_before - now, NO_WAIT)) for row in stored()
    ] == expected
    assert len(server.messages) == arrived
    assert (done.sent, done.failed) == outcome
    assert trouble in done.trouble
    assert bool(trouble) is bool(done.trouble)
    assert {row.claimed_by for row in stored()} == {None}
    assert "@" not in " ".join(row.last_error for row in stored())


def test_a_server_that_hangs_costs_three_time_outs_and_then_one_in_each_rest(server: MailServer) -> None:
    queue(20)
    server.hangs_for = 1.0
    sender = replace(SmtpSender(HOST, server.port), timeout=1.0, timeout_of_last_word=0.1)
    send(sender)
    assert len(server.messages) == 3
    for _ in range(5):
        assert "is left alone until 12:05" in send(sender).trouble
    assert len(server.messages) == 3
    with clock.frozen(later(timedelta(minutes=5))):
        assert "failed 4 times in a row and is left alone until 12:15" in send(sender).trouble
        assert len(server.messages) == 4
    server.hangs_for = 0.0
    with clock.frozen(later(timedelta(minutes=20))):
        assert send(sender) == SendOutcome(sent=20)
    assert [row.state for row in stored()] == [MessageState.SENT] * 20
    assert not channel_state().is_open
