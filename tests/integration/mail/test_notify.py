"""Mail through GOV.UK Notify, from the outbox to what Notify says of it days later."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskCliRunner
from integration.mail.outboxing import FROM, address, later, queue, send, states, stored
from notify_server import KEY, TEMPLATE, NotifyServer

from tracker import clock
from tracker.config import Settings
from tracker.db import transaction
from tracker.mail import fates
from tracker.mail.fates import learn_fates
from tracker.mail.letters import Email
from tracker.mail.models import OutboxMessage
from tracker.mail.notify import NotifySender
from tracker.mail.rules import MessageState
from tracker.mail.service import SendOutcome

SENT, FAILED, BOUNCED = MessageState.SENT, MessageState.FAILED, MessageState.BOUNCED


@pytest.fixture
def settings(app: Flask, notify: NotifyServer) -> Settings:
    """The application's settings, with mail going to the test's Notify."""
    given = {"mail": "notify", "notify_api_key": KEY, "notify_template": TEMPLATE, "notify_url": notify.url}
    app.extensions["settings"] = replace(app.extensions["settings"], **given)
    return app.extensions["settings"]


def send_by_notify(settings: Settings, **changes: float) -> SendOutcome:
    return send(replace(NotifySender.from_settings(settings), **changes))


def test_what_is_taken_keeps_notifys_name_for_it(settings: Settings, notify: NotifyServer) -> None:
    people = queue(3)
    assert send_by_notify(settings) == SendOutcome(sent=3)
    assert [taken["email_address"] for taken in notify.notifications] == [address(each) for each in people]
    assert [message.channel_id for message in stored()] == [taken["id"] for taken in notify.notifications]
    assert [f"<{reference}>" for reference in notify.references] == [message.message_id for message in stored()]


def test_a_message_that_was_taken_in_silence_is_found_and_not_sent_twice(
    settings: Settings, notify: NotifyServer
) -> None:
    queue(2)
    notify.drops_after_taking = 1
    assert send_by_notify(settings) == SendOutcome(sent=1, failed=1)
    with clock.frozen(later(timedelta(hours=1))):
        assert send_by_notify(settings) == SendOutcome(sent=1)
    assert len(notify.references) == len(set(notify.references)) == 2
    assert None not in {message.channel_id for message in stored()}


def test_what_a_sender_held_when_it_died_is_looked_up_before_it_goes(settings: Settings, notify: NotifyServer) -> None:
    queue(2)
    died = stored()[0]
    with NotifySender.from_settings(settings).line() as line:
        line.send(Email(died.message_id, FROM, address(died.person_id), died.subject, died.body))
    with transaction() as current:
        current.execute(sa.update(OutboxMessage).values(claimed_by="died", claimed_until=clock.real_now()))
    assert send_by_notify(settings) == SendOutcome(sent=2)
    assert len(notify.references) == len(set(notify.references)) == 2
    assert (notify.asked("GET"), notify.asked("POST")) == (2, 2)


def test_a_key_that_is_not_let_in_costs_no_message_anything(settings: Settings, notify: NotifyServer) -> None:
    queue(3)
    notify.refuses = (403, "AuthError", "Invalid token: API key not found")
    outcome = send_by_notify(settings)
    assert outcome == SendOutcome(failed=3, trouble="GOV.UK Notify answered 403: Invalid token: API key not found.")
    assert {(message.attempts, message.state.value) for message in stored()} == {(0, "queued")}
    notify.refuses = None
    assert send_by_notify(settings) == SendOutcome(sent=3)


def test_a_refused_recipient_bounces_and_the_others_are_taken(settings: Settings, notify: NotifyServer) -> None:
    people = queue(3)
    notify.refuses_recipient[address(people[1])] = (
        400,
        "ValidationError",
        "email_address is not a valid email address",
    )
    assert send_by_notify(settings) == SendOutcome(sent=2, failed=1)
    assert states() == [SENT, BOUNCED, SENT]


def test_a_server_that_breaks_is_left_alone_after_three_messages(settings: Settings, notify: NotifyServer) -> None:
    queue(5)
    notify.refuses = (500, "Exception", "Internal server error")
    assert "is left alone until 12:05" in send_by_notify(settings).trouble
    assert notify.asked("POST") == 3


def test_what_did_not_arrive_is_learnt_later(settings: Settings, notify: NotifyServer) -> None:
    queue(5)
    send_by_notify(settings)
    ends = ("delivered", "permanent-failure", "temporary-failure", "technical-failure", "sending")
    for reference, end in zip(notify.references, ends, strict=True):
        notify.ends(reference, end)
    assert learn_fates(settings) == 3
    assert states() == [SENT, BOUNCED, FAILED, FAILED, SENT]
    assert [message.last_error for message in stored()] == [
        "",
        "GOV.UK Notify found no such address.",
        "GOV.UK Notify could not deliver it: the inbox is full, or the message was taken for spam.",
        "GOV.UK Notify could not hand it to its own mail provider.",
        "",
    ]
    assert learn_fates(settings) == 0


def test_many_ends_are_read_page_by_page_and_no_more_pages_than_allowed(
    settings: Settings, notify: NotifyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    queue(9)
    send_by_notify(settings)
    for reference in notify.references:
        notify.ends(reference, "permanent-failure")
    notify.page = 2
    monkeypatch.setattr(fates, "MOST_PAGES", 3)
    before = len(notify.requests)
    assert learn_fates(settings) == 6
    assert len(notify.requests) - before == 3 + 1 + 1
    monkeypatch.setattr(fates, "MOST_PAGES", 8)
    assert learn_fates(settings) == 3


def test_messages_of_other_services_of_the_key_are_passed_by(settings: Settings, notify: NotifyServer) -> None:
    queue(1)
    send_by_notify(settings)
    told = {"subject": "Theirs", "body": "Hello"}
    theirs = notify.take({"personalisation": told, "email_address": "x@example.test", "template_id": TEMPLATE})
    theirs["status"] = "permanent-failure"
    assert learn_fates(settings) == 0
    assert states() == [SENT]


def test_nothing_is_asked_where_nothing_is_to_be_learnt(settings: Settings, notify: NotifyServer) -> None:
    assert learn_fates(settings) == 0
    queue(1)
    send_by_notify(settings)
    with clock.frozen(later(timedelta(days=3, seconds=1))):
        assert learn_fates(settings) == 0
    assert learn_fates(replace(settings, mail="console")) == 0
    assert notify.asked("GET") == 0


@pytest.mark.parametrize("refusal", [(403, "AuthError", "Invalid token"), (500, "Exception", "Broken")])
def test_where_notify_does_not_say_nothing_changes_and_the_next_call_asks_again(
    settings: Settings, notify: NotifyServer, refusal: tuple[int, str, str]
) -> None:
    queue(1)
    send_by_notify(settings)
    notify.ends(notify.references[0], "permanent-failure")
    notify.refuses_questions = refusal
    assert learn_fates(settings) == 0
    assert states() == [SENT]
    notify.refuses_questions = None
    assert learn_fates(settings) == 1


def test_a_test_message_goes_by_notify(settings: Settings, notify: NotifyServer, runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["mail", "test", "robin@xn1.example.test"])
    assert result.exit_code == 0, result.output
    assert notify.notifications[0]["subject"] == "A test message from the health inequalities action tracker"
    notify.refuses = (403, "AuthError", "Invalid token: API key not found")
    result = runner.invoke(args=["mail", "test", "robin@xn1.example.test"])
    assert (result.exit_code, KEY in result.output) == (1, False)
    assert "Invalid token: API key not found" in result.output
