"""Reports of mail servers about mail that did not arrive, as they are written in the wild."""

from __future__ import annotations

import pytest
from bounced_mail import delivery_report

from tracker.mail.bounces import BounceReport, NoReportError, Verdict, in_words, read_report

OURS = "<bba0e19e877a0175e8f08c1a844a127c@tracker.example.test>"


def test_a_failure_is_told_by_its_code_in_words_and_by_the_servers_own_without_addresses() -> None:
    assert read_report(delivery_report(OURS)) == BounceReport(
        (OURS,),
        Verdict.FAILED,
        "It came back: there is no such address (5.1.1). "
        "The server said: 550 5.1.1 (address): Recipient address rejected: User unknown.",
    )


@pytest.mark.parametrize("returned", ["message/rfc822", "text/rfc822-headers"])
def test_the_message_id_is_read_from_what_came_back(returned: str) -> None:
    assert read_report(delivery_report(OURS, returned=returned)).message_ids == (OURS,)


@pytest.mark.parametrize("header", ["In-Reply-To", "References"])
def test_where_nothing_came_back_it_is_read_from_what_the_report_answers_to(header: str) -> None:
    report = delivery_report(OURS, returned=None, headers={header: f"<other@example.test> {OURS}"})
    assert read_report(report).message_ids == ("<other@example.test>", OURS)


def test_what_came_back_counts_before_what_the_report_answers_to() -> None:
    report = delivery_report(OURS, headers={"In-Reply-To": "<other@example.test>", "References": OURS})
    assert read_report(report).message_ids == (OURS, "<other@example.test>")


@pytest.mark.parametrize(
    ("action", "verdict"),
    [
        ("failed", Verdict.FAILED),
        ("Failed", Verdict.FAILED),
        ("delayed", Verdict.DELAYED),
        ("delivered", Verdict.ARRIVED),
        ("relayed", Verdict.ARRIVED),
        ("expanded", Verdict.ARRIVED),
    ],
)
def test_each_action_says_what_became_of_the_message(action: str, verdict: Verdict) -> None:
    assert read_report(delivery_report(OURS, action=action)).verdict is verdict


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("5.1.1", "there is no such address"),
        ("5.2.2", "the mailbox is full"),
        ("4.4.7", "it could not be delivered in time"),
        ("5.7.26", "the receiving side does not let it in"),
        ("5.0.0", "no reason was given"),
        ("5.99.1", "no reason was given"),
    ],
)
def test_codes_are_told_in_words(code: str, words: str) -> None:
    assert in_words(code) == words


def test_a_code_that_is_none_is_not_repeated() -> None:
    report = read_report(delivery_report(OURS, status="see robin@example.test", diagnostic=""))
    assert report.reason == "It came back: no reason was given."


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe not a mail at all",
        b"Subject: Out of office\r\n\r\nI am away until Monday.\r\n",
        b"Content-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n--x\r\n\r\nHello\r\n--x--\r\n",
        b"Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.test\r\n",
        b"Content-Type: multipart/mixed; boundary=\r\n\r\n--\r\n",
    ],
)
def test_what_is_no_report_is_said_to_be_none(content: bytes) -> None:
    with pytest.raises(NoReportError, match="no delivery status notification"):
        read_report(content)
