from __future__ import annotations

from dataclasses import replace
from io import StringIO

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from smtp_server import HOST, free_port, running

from tracker.db import transaction
from tracker.mail import channel
from tracker.mail.letters import Email
from tracker.mail.senders import ConsoleSender

ADDRESS = "robin@xn1.example.test"


def use_mail(app: Flask, mail: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], mail=mail)


def test_a_test_message_arrives(app: Flask, runner: FlaskCliRunner) -> None:
    with running() as server:
        use_mail(app, server.url)
        result = runner.invoke(args=["mail", "test", ADDRESS])
    assert result.exit_code == 0, result.output
    (received,) = server.messages
    assert received.recipients == [ADDRESS]
    assert "This is a test." in received.text
    assert result.output == f"The test message to {ADDRESS} was taken. Message-ID: {received.message_id}\n"


def test_the_console_prints_the_message_instead(app: Flask, runner: FlaskCliRunner) -> None:
    use_mail(app, "console")
    result = runner.invoke(args=["mail", "test", ADDRESS])
    assert result.exit_code == 0
    assert f"To: {ADDRESS}\n" in result.output
    assert "Subject: A test message from the health inequalities action tracker\n" in result.output
    assert "You need do nothing." in result.output


def test_the_console_prints_the_text_and_no_html() -> None:
    printed = StringIO()
    with ConsoleSender(printed).line() as line:
        line.send(Email("<1@example.test>", "t@example.test", ADDRESS, "Two actions", "Hello\n", "<p>Hello</p>"))
    assert "Subject: Two actions\n" in printed.getvalue()
    assert "text/plain" in printed.getvalue()
    assert "<p>" not in printed.getvalue()


def test_a_server_that_is_down_is_one_sentence_and_exit_1(app: Flask, runner: FlaskCliRunner) -> None:
    port = free_port()
    use_mail(app, f"smtp://us:secret@{HOST}:{port}")
    result = runner.invoke(args=["mail", "test", ADDRESS])
    assert result.exit_code == 1
    assert result.output == f"Error: The mail server {HOST}:{port} could not be used: it refused the connection.\n"


def test_a_refusal_is_one_sentence_with_the_servers_reason(app: Flask, runner: FlaskCliRunner) -> None:
    with running() as server:
        server.answers_to[ADDRESS] = "550 5.7.1 relaying denied"
        use_mail(app, server.url)
        result = runner.invoke(args=["mail", "test", ADDRESS])
    assert result.exit_code == 1
    assert result.output.strip().endswith("was not taken. The server answered 550: 5.7.1 relaying denied.")


def test_a_server_that_is_left_alone_is_tried_all_the_same(app: Flask, runner: FlaskCliRunner) -> None:
    for _ in range(3):
        with transaction():
            channel.has_failed("It refused the connection.", was_trial=False)
    with running() as server:
        use_mail(app, server.url)
        assert runner.invoke(args=["mail", "test", ADDRESS]).exit_code == 0
    assert len(server.messages) == 1
    assert channel.channel_state().is_open


@pytest.mark.parametrize("address", ["robin", "robin@", "two words@example.test", "a@b.test\nBcc: c@d.test"])
def test_what_is_no_address_is_refused_before_any_connection(runner: FlaskCliRunner, address: str) -> None:
    result = runner.invoke(args=["mail", "test", address])
    assert result.exit_code == 1
    assert "is not an email address" in result.output
