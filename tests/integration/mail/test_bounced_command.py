"""``flask mail bounced``: a bounce marks the message that came back, once, and nothing else changes anything."""

from __future__ import annotations

from pathlib import Path

import pytest
from bounced_mail import delivery_report
from flask.testing import FlaskCliRunner
from integration.mail.outboxing import FakeSender, queue, send, states, stored

from tracker.mail.rules import Answer, MessageState
from tracker.mail.service import SendOutcome

NOT_KNOWN = "It came back: there is no such address (5.1.1). The server said: 550 5.1.1 (address): Recipient address "


@pytest.fixture
def bounced(runner: FlaskCliRunner, tmp_path: Path):
    """Runs the command on a report."""

    def run(content: bytes):
        file = tmp_path / "report.eml"
        file.write_bytes(content)
        result = runner.invoke(args=["mail", "bounced", str(file)])
        assert len(result.output.splitlines()) == 1, result.output
        return result

    return run


def test_the_message_that_came_back_is_marked_with_the_reason(bounced) -> None:
    queue(2)
    send(FakeSender())
    result = bounced(delivery_report(stored()[1].message_id))
    assert result.exit_code == 0
    assert result.output.startswith(f"The message is marked as bounced. {NOT_KNOWN}")
    assert states() == [MessageState.SENT, MessageState.BOUNCED]
    assert stored()[1].last_error.startswith(NOT_KNOWN)
    assert stored()[1].sent_at is not None


def test_the_same_report_again_changes_nothing(bounced) -> None:
    queue(1)
    send(FakeSender())
    report = delivery_report(stored()[0].message_id)
    bounced(report)
    result = bounced(report.replace(b"5.1.1", b"5.2.2"))
    assert (result.exit_code, result.output) == (
        0,
        "The message was marked as bounced before; nothing was changed.\n",
    )
    assert stored()[0].last_error.startswith(NOT_KNOWN)


def test_it_reads_the_standard_input(runner: FlaskCliRunner) -> None:
    queue(1)
    send(FakeSender())
    report = delivery_report(stored()[0].message_id, returned="text/rfc822-headers")
    assert runner.invoke(args=["mail", "bounced", "-"], input=report).exit_code == 0
    assert states() == [MessageState.BOUNCED]


def test_a_message_in_doubt_that_came_back_is_not_sent_again(bounced) -> None:
    queue(1)
    send(FakeSender(Answer.UNANSWERED))
    assert bounced(delivery_report(stored()[0].message_id)).exit_code == 0
    assert states() == [MessageState.BOUNCED]
    assert send(FakeSender()) == SendOutcome()


@pytest.mark.parametrize(
    ("action", "says"),
    [
        ("delayed", "The message is delayed and still on its way; nothing was changed."),
        ("delivered", "The report says that the message arrived; nothing was changed."),
    ],
)
def test_a_report_of_no_failure_changes_nothing_and_says_so(bounced, action: str, says: str) -> None:
    queue(1)
    send(FakeSender())
    result = bounced(delivery_report(stored()[0].message_id, action=action))
    assert (result.exit_code, result.output) == (0, f"{says}\n")
    assert states() == [MessageState.SENT]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"Subject: Hello\r\n\r\nHow are you?\r\n", "This is no delivery status notification"),
        (delivery_report("<stranger@example.test>"), "The report is about a message that this service did not send"),
        (delivery_report("", returned=None), "The report does not say which message it is about"),
    ],
)
def test_what_is_no_bounce_of_ours_is_one_sentence_and_exit_1(bounced, app, content: bytes, says: str) -> None:
    queue(1)
    send(FakeSender())
    result = bounced(content)
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: {says}")
    assert states() == [MessageState.SENT]


def test_a_file_that_is_not_there_is_one_sentence_and_exit_1(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["mail", "bounced", "nowhere.eml"])
    assert result.exit_code == 1
    assert "nowhere.eml" in result.output
