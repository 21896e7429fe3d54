"""One message as it goes over the wire: headers, text, perhaps the same as HTML; it knows no server and no table."""

from __future__ import annotations

from dataclasses import dataclass
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from hashlib import sha256

from tracker import clock


class UnusableAddressError(ValueError):
    """The text is no address that mail can be sent to."""


@dataclass(frozen=True, slots=True)
class Email:
    """What is said to one address, with the Message-ID that every repeat of it carries.

    ``may_have_left`` says that an earlier try was not seen to its end: whoever can look first whether it arrived, does.
    """

    message_id: str
    sender: str
    recipient: str
    subject: str
    body: str
    html: str | None = None
    may_have_left: bool = False

    @property
    def envelope_sender(self) -> str:
        return parseaddr(self.sender)[1]

    def as_message(self) -> EmailMessage:
        """The message with its headers. No text can add a header: each is one line, whatever was put into it.

        The recipient stands without a name, so that no name leaves the one table that holds names.
        """
        name, address = parseaddr(self.sender)
        message = EmailMessage(policy=SMTP)
        message["From"] = Address(one_line(name), addr_spec=usable_address(address))
        message["To"] = Address(addr_spec=usable_address(self.recipient))
        message["Subject"] = one_line(self.subject)
        message["Date"] = format_datetime(clock.real_now())
        message["Message-ID"] = self.message_id
        # RFC 3834; and Exchange, which NHSmail is, keeps its out-of-office replies to itself for the second.
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        # Quoted-printable keeps long links and every letter whole, whatever the servers on the way can carry.
        message.set_content(self.body, cte="quoted-printable")
        if self.html is not None:
            # Of alternatives the last is what is shown where it can be, so the text stands first (RFC 2046, 5.1.4).
            message.add_alternative(self.html, subtype="html", cte="quoted-printable")
        return message

    def as_bytes(self) -> bytes:
        return self.as_message().as_bytes()


def one_line(text: str) -> str:
    r"""A text without line ends and other characters that do not show.

    >>> one_line("Two actions\r\nBcc: everybody@example.test")
    'Two actions Bcc: everybody@example.test'
    """
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())


def usable_address(text: str) -> str:
    """The address, if mail can be sent to it over any server; raises UnusableAddressError where it cannot.

    >>> usable_address("lead@xa1.example.test")
    'lead@xa1.example.test'
    """
    try:
        address = Address(addr_spec=text)
    except (HeaderParseError, ValueError, IndexError) as fault:
        raise UnusableAddressError("It is not an email address.") from fault
    if not address.username or not address.domain or one_line(text) != text or " " in text:
        raise UnusableAddressError("It is not an email address.")
    if not text.isascii():
        raise UnusableAddressError("It has letters that most mail servers cannot take.")
    return text


def message_id_for(key: str, sender: str) -> str:
    """The Message-ID of the message with this key: the same for the same key, and telling nothing of it.

    >>> message_id_for("digest 7", "Tracker <tracker@example.test>")
    '<bba0e19e877a0175e8f08c1a844a127c@example.test>'
    """
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{sha256(key.encode()).hexdigest()[:32]}@{domain}>"
