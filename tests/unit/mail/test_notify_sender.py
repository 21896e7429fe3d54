"""The sender for GOV.UK Notify against a real server that speaks its HTTP, and misbehaves."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from notify_server import KEY, SECRET, SERVICE, TEMPLATE, NotifyServer, notifying
from smtp_server import HOST, free_port

from tracker.mail.fate import Fate
from tracker.mail.letters import Email
from tracker.mail.notify import NotifySender
from tracker.mail.rules import Answer

LEAD = "lead@xn1.example.test"
STRANGER = "00000000-0000-4000-8000-000000000000"


def letter(number: int = 1, recipient: str = LEAD) -> Email:
    return Email(
        f"<{number}@example.test>", "Tracker <t@example.test>", recipient, f"Letter {number}", "Hello\n", "<p>Hello</p>"
    )


def sender_to(server: NotifyServer) -> NotifySender:
    return NotifySender(KEY, TEMPLATE, server.url, timeout=2.0)


def send_all(sender: NotifySender, *emails: Email) -> list[Fate]:
    with sender.line() as line:
        return [line.send(email) for email in emails]


@pytest.fixture
def server() -> Iterator[NotifyServer]:
    with notifying() as started:
        yield started


def test_a_message_is_taken_with_its_reference_and_notifys_own_name_is_kept(server: NotifyServer) -> None:
    (fate,) = send_all(sender_to(server), letter())
    (taken,) = server.notifications
    assert fate == Fate(Answer.DELIVERED, channel_id=taken["id"])
    assert (taken["email_address"], taken["subject"], taken["body"]) == (LEAD, "Letter 1", "Hello\n")
    assert taken["reference"] == "1@example.test"


def test_nothing_is_asked_before_a_first_try(server: NotifyServer) -> None:
    send_all(sender_to(server), letter(1), letter(2))
    assert (server.asked("GET"), server.asked("POST")) == (0, 2)


def test_a_message_that_may_have_left_is_looked_up_and_not_sent_again(server: NotifyServer) -> None:
    send_all(sender_to(server), letter(1))
    fates = send_all(sender_to(server), replace(letter(1), may_have_left=True))
    assert fates == [Fate(Answer.DELIVERED, channel_id=server.notifications[0]["id"])]
    assert server.asked("POST") == 1


def test_a_message_that_may_have_left_and_did_not_is_sent(server: NotifyServer) -> None:
    send_all(sender_to(server), letter(1))
    send_all(sender_to(server), replace(letter(2), may_have_left=True))
    assert server.references == ["1@example.test", "2@example.test"]


def test_a_message_is_not_sent_again_while_nobody_says_whether_it_arrived(server: NotifyServer) -> None:
    server.refuses_questions = (500, "Exception", "Internal server error")
    (fate,) = send_all(sender_to(server), replace(letter(), may_have_left=True))
    assert fate.answer is Answer.UNREACHABLE
    assert server.asked("POST") == 0


@pytest.mark.parametrize(
    ("status", "kind", "words", "expected"),
    [
        (400, "ValidationError", "email_address is not a valid email address", Answer.REFUSED),
        (400, "BadRequestError", "Emails cannot be longer than 2000000 bytes.", Answer.REFUSED),
        (400, "BadRequestError", "Can't send to this recipient using a team-only API key", Answer.UNREACHABLE),
        (400, "BadRequestError", "Can't send to this recipient when service is in trial mode", Answer.UNREACHABLE),
        (400, "BadRequestError", "Template not found", Answer.UNREACHABLE),
        (400, "BadRequestError", "Missing personalisation: body", Answer.UNREACHABLE),
        (401, "AuthError", "Unauthorized, authentication token must be provided", Answer.UNREACHABLE),
        (403, "AuthError", "Invalid token: API key not found", Answer.UNREACHABLE),
        (403, "AuthError", "Error: Your system clock must be accurate to within 30 seconds", Answer.UNREACHABLE),
        (403, "BadRequestError", "Can't send to this recipient using a team-only API key", Answer.UNREACHABLE),
        (403, "BadRequestError", "This recipient is not wanted", Answer.REFUSED),
        (404, "NoResultFound", "Not found", Answer.UNREACHABLE),
        (429, "RateLimitError", "Exceeded rate limit for key type LIVE", Answer.UNREACHABLE),
        (429, "TooManyRequestsError", "Exceeded send limits (250000) for today", Answer.UNREACHABLE),
        (500, "Exception", "Internal server error", Answer.UNANSWERED),
        (503, "Exception", "Service unavailable", Answer.UNANSWERED),
    ],
)
def test_what_each_refusal_says_of_the_message(
    server: NotifyServer, status: int, kind: str, words: str, expected: Answer
) -> None:
    server.refuses = (status, kind, words)
    (fate,) = send_all(sender_to(server), letter())
    assert fate.answer is expected
    assert fate.reason == f"GOV.UK Notify answered {status}: {words.rstrip('.')}."
    assert fate.is_of_server


def test_one_recipient_that_is_refused_does_not_hold_up_the_others(server: NotifyServer) -> None:
    server.refuses_recipient[LEAD] = (400, "ValidationError", f"{LEAD} is not a valid email address")
    fates = send_all(sender_to(server), letter(1), letter(2, "two@xn1.example.test"))
    assert [fate.answer for fate in fates] == [Answer.REFUSED, Answer.DELIVERED]
    assert "@" not in fates[0].reason


def test_an_address_that_cannot_be_one_is_never_shown_to_notify(server: NotifyServer) -> None:
    (fate,) = send_all(sender_to(server), letter(1, "two words@example.test"))
    assert (fate.answer, fate.is_of_server, server.requests) == (Answer.REFUSED, False, [])


def test_a_key_that_is_not_ours_is_not_let_in(server: NotifyServer) -> None:
    for key in (f"tracker-{SERVICE}-{STRANGER}", f"tracker-{STRANGER}-{SECRET}"):
        (fate,) = send_all(NotifySender(key, TEMPLATE, server.url), letter())
        assert fate.answer is Answer.UNREACHABLE
        assert "API key not found" in fate.reason
    assert server.notifications == []


def test_a_template_that_is_not_there_is_no_fault_of_a_message(server: NotifyServer) -> None:
    (fate,) = send_all(NotifySender(KEY, STRANGER, server.url), letter())
    assert fate == Fate(Answer.UNREACHABLE, "GOV.UK Notify answered 400: Template not found.")


def test_a_server_that_is_down_was_given_nothing() -> None:
    (fate,) = send_all(NotifySender(KEY, TEMPLATE, f"http://{HOST}:{free_port()}", timeout=1.0), letter())
    assert fate == Fate(Answer.UNREACHABLE, "GOV.UK Notify could not be used: no connection was made.")


def test_a_drop_after_the_message_leaves_it_in_doubt_and_the_next_try_finds_it(server: NotifyServer) -> None:
    server.drops_after_taking = 1
    (fate,) = send_all(sender_to(server), letter())
    assert fate == Fate(Answer.UNANSWERED, "GOV.UK Notify was given the message and it closed the connection.")
    (again,) = send_all(sender_to(server), replace(letter(), may_have_left=True))
    assert again.answer is Answer.DELIVERED
    assert server.references == ["1@example.test"]


def test_a_server_that_is_too_slow_leaves_the_message_in_doubt(server: NotifyServer) -> None:
    server.hangs_for = 0.6
    (fate,) = send_all(replace(sender_to(server), timeout=0.2), letter())
    assert fate == Fate(Answer.UNANSWERED, "GOV.UK Notify was given the message and it did not answer in time.")


def test_an_answer_that_is_none_leaves_the_message_in_doubt(server: NotifyServer) -> None:
    server.says_instead = "<html>A proxy says hello</html>"
    (fate,) = send_all(sender_to(server), letter())
    assert fate.answer is Answer.UNANSWERED


def test_the_key_is_not_shown_when_the_sender_is_printed() -> None:
    assert SECRET not in repr(NotifySender(KEY, TEMPLATE, "https://notify.example"))
