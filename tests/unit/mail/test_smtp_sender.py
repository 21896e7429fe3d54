"""The SMTP sender against a real server that behaves and misbehaves."""

from __future__ import annotations

import socket
import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import which

import pytest
from smtp_server import HOST, MailServer, free_port, running

from tracker.mail.letters import Email
from tracker.mail.rules import Answer
from tracker.mail.smtp import Fate, ServerUnreachableError, SmtpSender

LEAD = "lead@xn1.example.test"


def letter(number: int = 1, recipient: str = LEAD) -> Email:
    return Email(f"<{number}@example.test>", "Tracker <tracker@example.test>", recipient, f"Letter {number}", "Hello\n")


def impatient(server: MailServer) -> SmtpSender:
    return replace(SmtpSender.from_url(server.url), timeout=2.0, timeout_of_last_word=2.0)


def send_all(sender: SmtpSender, *emails: Email) -> list[Fate]:
    with sender.line() as line:
        return [line.send(email) for email in emails]


def answers(fates: list[Fate]) -> list[Answer]:
    return [fate.answer for fate in fates]


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started


def test_a_batch_goes_over_one_connection(server: MailServer) -> None:
    assert answers(send_all(impatient(server), letter(1), letter(2), letter(3))) == [Answer.DELIVERED] * 3
    assert server.subjects == ["Letter 1", "Letter 2", "Letter 3"]
    assert server.connections == 1
    assert server.messages[0].sender == "tracker@example.test"


def test_a_line_of_one_dot_does_not_end_the_message(server: MailServer) -> None:
    send_all(impatient(server), replace(letter(), body="before\n.\n..\nafter\n"))
    assert server.messages[0].text == "before\n.\n..\nafter\n"


def test_a_refused_recipient_does_not_hold_up_the_others(server: MailServer) -> None:
    server.answers_to["gone@xn1.example.test"] = "550 5.1.1 <gone@xn1.example.test> unknown"
    fates = send_all(impatient(server), letter(1), letter(2, "gone@xn1.example.test"), letter(3))
    assert answers(fates) == [Answer.DELIVERED, Answer.REFUSED, Answer.DELIVERED]
    assert server.connections == 1


def test_the_reason_kept_for_a_refusal_holds_no_address(server: MailServer) -> None:
    server.answers_to[LEAD] = f"550 5.1.1 <{LEAD}> is unknown here"
    (fate,) = send_all(impatient(server), letter())
    assert fate.reason == "The server answered 550: 5.1.1 (address) is unknown here."


@pytest.mark.parametrize(
    ("to_recipient", "to_data", "expected"),
    [
        ("451 4.3.0 later", None, Answer.TRY_LATER),
        ("421 4.3.2 closing", None, Answer.TRY_LATER),
        ("552 5.2.2 mailbox full", None, Answer.REFUSED),
        (None, "452 4.3.1 no space", Answer.TRY_LATER),
        (None, "554 5.7.1 not wanted", Answer.REFUSED),
    ],
)
def test_4xx_means_later_and_5xx_means_never(
    server: MailServer, to_recipient: str | None, to_data: str | None, expected: Answer
) -> None:
    if to_recipient:
        server.answers_to[LEAD] = to_recipient
    server.answer_to_data = to_data
    fates = send_all(impatient(server), letter(1))
    assert answers(fates) == [expected]
    server.answers_to.clear()
    server.answer_to_data = None
    assert answers(send_all(impatient(server), letter(2))) == [Answer.DELIVERED]


def test_a_server_that_does_not_take_our_own_address_loses_no_message(server: MailServer) -> None:
    server.answer_to_sender = "530 5.7.0 Authentication required"
    (fate,) = send_all(impatient(server), letter())
    assert fate.answer is Answer.UNREACHABLE
    assert "530: 5.7.0 Authentication required" in fate.reason


def test_an_unusable_address_is_refused_and_never_shown_to_the_server(server: MailServer) -> None:
    fates = send_all(impatient(server), letter(1, f"{LEAD}>\r\nRCPT TO:<x@example.test"), letter(2))
    assert answers(fates) == [Answer.REFUSED, Answer.DELIVERED]


def test_a_server_that_is_down_is_named_in_a_sentence() -> None:
    port = free_port()
    with pytest.raises(ServerUnreachableError) as caught:
        send_all(SmtpSender(HOST, port), letter())
    assert str(caught.value) == f"The mail server {HOST}:{port} could not be used: it refused the connection."


def test_a_server_that_never_greets_is_given_up_on() -> None:
    with socket.create_server((HOST, 0)) as silent:
        sender = SmtpSender(HOST, silent.getsockname()[1], timeout=0.3)
        with pytest.raises(ServerUnreachableError, match="it did not answer in time"):
            send_all(sender, letter())


def test_a_drop_after_the_message_leaves_it_in_doubt_and_the_next_goes_over_a_new_connection(
    server: MailServer,
) -> None:
    server.drops_after_data = 1
    fates = send_all(impatient(server), letter(1), letter(2))
    assert answers(fates) == [Answer.UNANSWERED, Answer.DELIVERED]
    assert server.connections == 2


def test_a_hang_after_the_message_leaves_it_in_doubt(server: MailServer) -> None:
    server.hangs_for = 5.0
    sender = replace(impatient(server), timeout_of_last_word=0.3)
    (fate,) = send_all(sender, letter())
    assert fate.answer is Answer.UNANSWERED


def test_a_server_that_takes_two_messages_a_connection_gets_all_of_them_once(server: MailServer) -> None:
    server.hangs_up_after = 2
    fates = send_all(impatient(server), *(letter(number) for number in range(5)))
    assert answers(fates) == [Answer.DELIVERED] * 5
    assert server.subjects == [f"Letter {number}" for number in range(5)]


def test_a_server_that_hangs_up_before_every_message_is_not_asked_for_ever(server: MailServer) -> None:
    server.hangs_up_after = 0
    assert answers(send_all(impatient(server), letter())) == [Answer.UNREACHABLE]


def test_user_and_password_are_decoded_and_used() -> None:
    with running(login=("tracker@example.test", "p@ss:/word")) as server:
        url = f"smtp://tracker%40example.test:p%40ss%3A%2Fword@{HOST}:{server.port}"
        assert answers(send_all(SmtpSender.from_url(url), letter())) == [Answer.DELIVERED]
        wrong = SmtpSender.from_url(f"smtp://tracker%40example.test:guess@{HOST}:{server.port}")
        with pytest.raises(ServerUnreachableError, match="did not accept the user and password in MAIL") as caught:
            send_all(wrong, letter())
        assert "guess" not in str(caught.value)


def test_a_password_is_not_shown_when_the_sender_is_printed() -> None:
    assert "secret" not in repr(SmtpSender.from_url("smtp://us:secret@mail.example.test"))


def test_a_password_does_not_travel_in_clear_to_another_machine(
    server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.mail.smtp.THIS_MACHINE", frozenset())
    sender = replace(impatient(server), user="us", password="secret")
    with pytest.raises(ServerUnreachableError, match="would travel in clear"):
        send_all(sender, letter())


def test_encryption_that_is_required_and_not_offered_stops_everything(server: MailServer) -> None:
    with pytest.raises(ServerUnreachableError, match="offers no STARTTLS, and MAIL requires it"):
        send_all(SmtpSender.from_url(f"{server.url}?starttls=required"), letter())


@pytest.mark.parametrize(
    "url", ["smtp://", "http://mail.example.test", "smtp://us:secret@mail:port", "smtp://mail?starttls=maybe", "smtp://mail?x=1"]
)  # fmt: skip
def test_an_address_that_names_no_server_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(ValueError, match="MAIL must be console") as caught:
        SmtpSender.from_url(url)
    assert "secret" not in str(caught.value)


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, ssl.SSLContext]:
    """A certificate for this machine, made for this test, and the server's side of it."""
    if which("openssl") is None:
        pytest.skip("The program openssl, which makes the test's certificate, is not installed.")
    key, public = tmp_path / "key.pem", tmp_path / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=test", "-addext", f"subjectAltName=IP:{HOST}", "-keyout", str(key), "-out", str(public)],
        check=True,
        capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(public, key)
    return public, context


@pytest.mark.parametrize("kind", ["starttls", "tls_from_the_start"])
def test_tls_is_used_where_it_is_offered_and_the_certificate_is_checked(
    certificate: tuple[Path, ssl.SSLContext], kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    public, context = certificate
    scheme = "smtp" if kind == "starttls" else "smtps"
    with running(**{kind: context}) as server:  # type: ignore[arg-type]
        sender = SmtpSender.from_url(f"{scheme}://{HOST}:{server.port}")
        with pytest.raises(ServerUnreachableError, match="its certificate is not trusted"):
            send_all(sender, letter())
        monkeypatch.setenv("SSL_CERT_FILE", str(public))
        assert answers(send_all(sender, letter())) == [Answer.DELIVERED]
        assert server.was_encrypted == [True]
