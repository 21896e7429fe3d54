from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest

from tracker.mail.letters import Email, UnusableAddressError, message_id_for, usable_address

FROM = "Health inequalities action tracker <tracker@tracker.example.test>"


def letter(**changes: str) -> Email:
    values = {
        "message_id": "<1@tracker.example.test>",
        "sender": FROM,
        "recipient": "lead@xn1.example.test",
        "subject": "3 actions",
        "body": "Hello\n",
    }
    return Email(**(values | changes))


def read_back(email: Email) -> EmailMessage:
    return cast(EmailMessage, message_from_bytes(email.as_bytes(), policy=default))


def test_a_message_says_who_it_is_from_to_whom_and_that_a_machine_wrote_it() -> None:
    message = read_back(letter())
    assert message["From"] == FROM
    assert message["To"] == "lead@xn1.example.test"
    assert message["Subject"] == "3 actions"
    assert message["Message-ID"] == "<1@tracker.example.test>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Date"] == "Mon, 02 Nov 2020 12:00:00 +0000"


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x85", "\x0b"])
def test_no_text_adds_a_header(break_: str) -> None:
    message = read_back(
        letter(subject=f"Two{break_}Bcc: all@example.test", sender=f"Us{break_}Bcc: x <t@example.test>")
    )
    assert "Bcc" not in message
    assert message["Subject"] == "Two Bcc: all@example.test"


def test_letters_outside_ascii_arrive_whole() -> None:
    email = letter(subject="Ymddiriedolaeth Tŷ Gŵyr – 2 gam", body="Bwrdd Tŷ Gŵyr\n.a line that starts with a dot\n")
    message = read_back(email)
    assert message["Subject"] == "Ymddiriedolaeth Tŷ Gŵyr – 2 gam"
    assert message.get_content().replace("\r\n", "\n") == "Bwrdd Tŷ Gŵyr\n.a line that starts with a dot\n"
    assert email.as_bytes().isascii()


def test_a_long_link_is_one_piece_and_no_line_on_the_wire_is_long() -> None:
    link = "https://tracker.example.test/" + "a" * 2000
    email = letter(body=f"{link}\n")
    assert link in read_back(email).get_content()
    assert max(len(line) for line in email.as_bytes().split(b"\r\n")) <= 78


def test_the_text_goes_before_the_html_that_says_the_same() -> None:
    message = read_back(letter(body="Hello Tŷ Gŵyr\n", html="<p>Hello <b>Tŷ Gŵyr</b></p>\n"))
    assert message.get_content_type() == "multipart/alternative"
    parts = [(part.get_content_type(), part.get_content().replace("\r\n", "\n")) for part in message.iter_parts()]
    assert parts == [("text/plain", "Hello Tŷ Gŵyr\n"), ("text/html", "<p>Hello <b>Tŷ Gŵyr</b></p>\n")]
    assert message["Subject"] == "3 actions"


def test_no_line_of_the_html_on_the_wire_is_long_and_a_link_in_it_stays_whole() -> None:
    link = "https://tracker.example.test/" + "a" * 2000
    email = letter(html=f'<p><a href="{link}">Open</a></p>')
    assert link in read_back(email).get_body(("html",)).get_content()
    assert max(len(line) for line in email.as_bytes().split(b"\r\n")) <= 78


def test_without_html_the_message_is_plain_text() -> None:
    assert read_back(letter()).get_content_type() == "text/plain"


@pytest.mark.parametrize(
    "address",
    [
        "",
        "lead",
        "lead@",
        "@xn1.example.test",
        "a b@example.test",
        "a@b@example.test",
        "lead@example.test\r\nRCPT TO:<x@y>",
        "Robin <lead@example.test>",
        "lead@example.test, two@example.test",
        "tŷ@example.test",
    ],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(UnusableAddressError):
        usable_address(address)


def test_the_same_key_gives_the_same_message_id_and_another_key_another() -> None:
    assert message_id_for("a", FROM) == message_id_for("a", FROM) != message_id_for("b", FROM)
    assert message_id_for("a", FROM).endswith("@tracker.example.test>")
