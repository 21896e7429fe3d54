"""Hands messages to an SMTP server, one connection a batch, and tells exactly how far each one came.

It must not know the outbox. A failure before the server asked for the message leaves it untouched; one after
that leaves it in doubt, and only this module can tell the two apart.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs, unquote, urlsplit

from tracker.mail.fate import Fate, ServerUnreachableError, without_addresses
from tracker.mail.letters import Email, UnusableAddressError, one_line, usable_address
from tracker.mail.rules import Answer

SECONDS_TO_WAIT = 30.0
SECONDS_TO_WAIT_FOR_THE_LAST_WORD = 120.0
"""Servers look through a message before they take it, and one given up on too early may have arrived."""

THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})
TAKEN, TAKEN_AND_FORWARDED = 250, 251
HANGING_UP = 421
GO_ON = 354
"""The server's answer to DATA: from here on the message is in its hands."""


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """A server, as the setting ``MAIL`` names it. TLS is used wherever it is offered, and always verified."""

    host: str
    port: int
    user: str = field(default="", repr=False)
    password: str = field(default="", repr=False)
    speaks_tls_first: bool = False
    needs_tls: bool = False
    timeout: float = SECONDS_TO_WAIT
    timeout_of_last_word: float = SECONDS_TO_WAIT_FOR_THE_LAST_WORD

    @classmethod
    def from_url(cls, url: str) -> SmtpSender:
        """Read ``smtp://user:password@host:port`` or ``smtps://…``; ``?starttls=required`` insists on TLS.

        >>> SmtpSender.from_url("smtp://tracker:p%40ss@mail.example.test:2525").password
        'p@ss'
        >>> SmtpSender.from_url("smtps://mail.example.test").port
        465
        """
        try:
            parts = urlsplit(url)
            host, port = parts.hostname, parts.port
        except ValueError:
            host, port, parts = None, None, urlsplit("")
        wishes = parse_qs(parts.query)
        is_known = parts.scheme in ("smtp", "smtps") and wishes in ({}, {"starttls": ["required"]})
        if not is_known or not host:
            # The address itself is not repeated, because it may hold a password.
            raise ValueError(
                "MAIL must be console, notify, smtp://user:password@host:port or smtps://user:password@host:port."
            )
        is_tls = parts.scheme == "smtps"
        return cls(
            host=host,
            port=port or (465 if is_tls else 25),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            speaks_tls_first=is_tls,
            needs_tls=is_tls or bool(wishes),
        )

    @property
    def name(self) -> str:
        return f"{self.host}:{self.port}"

    @contextmanager
    def line(self) -> Iterator[SmtpLine]:
        """One connection, opened now and closed politely at the end; raises ServerUnreachableError."""
        line = SmtpLine(self, self.connect())
        try:
            yield line
        finally:
            line.close()

    def connect(self) -> smtplib.SMTP:
        """A connection, greeted, encrypted and signed in as asked; raises ServerUnreachableError."""
        server: smtplib.SMTP | None = None
        try:
            if self.speaks_tls_first:
                server = smtplib.SMTP_SSL(
                    self.host, self.port, timeout=self.timeout, context=ssl.create_default_context()
                )
            else:
                server = smtplib.SMTP(self.host, self.port, timeout=self.timeout)
            self._introduce(server)
        except (OSError, smtplib.SMTPException) as fault:
            if server is not None:
                server.close()
            raise ServerUnreachableError(
                f"The mail server {self.name} could not be used: {_in_words(fault)}."
            ) from fault
        except ServerUnreachableError:
            if server is not None:
                server.close()
            raise
        return server

    def _introduce(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        is_encrypted = self.speaks_tls_first
        if not is_encrypted and server.has_extn("starttls"):
            server.starttls(context=ssl.create_default_context())
            server.ehlo()
            is_encrypted = True
        offers_none = f"The mail server {self.name} offers no STARTTLS"
        if self.needs_tls and not is_encrypted:
            raise ServerUnreachableError(f"{offers_none}, and MAIL requires it.")
        if self.user:
            if not is_encrypted and self.host not in THIS_MACHINE:
                raise ServerUnreachableError(
                    f"{offers_none}, and the password in MAIL would travel in clear. "
                    "Use smtps:// or a server that offers STARTTLS."
                )
            server.login(self.user, self.password)


class SmtpLine:
    """One connection for a batch; renewed when a server that was taking messages hangs up between two."""

    def __init__(self, sender: SmtpSender, server: smtplib.SMTP) -> None:
        self._sender = sender
        self._server: smtplib.SMTP | None = server
        self._handled_here = 0

    def send(self, email: Email) -> Fate:
        """Offer one message and say how it fared; where that is harmless, a second connection is tried."""
        try:
            content = email.as_bytes()
            recipient = usable_address(email.recipient)
        except UnusableAddressError as fault:
            return Fate(Answer.REFUSED, str(fault), is_of_server=False)
        had_taken_some = self._handled_here > 0
        fate = self._offer(email.envelope_sender, recipient, content)
        if fate.answer is Answer.HUNG_UP or (fate.answer is Answer.UNREACHABLE and had_taken_some):
            # Some servers hang up after so many messages; nothing of this one was taken, so it goes again.
            again = self._offer(email.envelope_sender, recipient, content)
            # Where there is no server any more, that is what this message did to it.
            fate = fate if fate.answer is Answer.HUNG_UP and again.answer is Answer.UNREACHABLE else again
        return fate

    def close(self) -> None:
        if self._server is not None:
            with suppress(OSError, smtplib.SMTPException):
                self._server.quit()
            self._hang_up()

    def _hang_up(self) -> None:
        if self._server is not None:
            self._server.close()
        self._server = None
        self._handled_here = 0

    def _offer(self, envelope_sender: str, recipient: str, content: bytes) -> Fate:
        if self._server is None:
            try:
                self._server = self._sender.connect()
            except ServerUnreachableError as fault:
                return Fate(Answer.UNREACHABLE, str(fault))
        server, was_named, was_handed_over = self._server, False, False
        try:
            code, text = server.docmd(f"MAIL FROM:<{envelope_sender}>")
            if 500 <= code < 600:
                return self._not_let_in(code, text)
            if code == TAKEN:
                was_named = True
                code, text = server.docmd(f"RCPT TO:<{recipient}>")
            if code in (TAKEN, TAKEN_AND_FORWARDED):
                code, text = server.docmd("DATA")
            if code == GO_ON:
                was_handed_over = True
                server.send(with_dots_doubled(content) + b".\r\n")
                if server.sock is not None:
                    server.sock.settimeout(self._sender.timeout_of_last_word)
                code, text = server.getreply()
                if server.sock is not None:
                    server.sock.settimeout(self._sender.timeout)
        except (OSError, smtplib.SMTPException) as fault:
            self._hang_up()
            if was_handed_over:
                reason = f"The connection ended before the server answered: {_in_words(fault)}."
                return Fate(Answer.UNANSWERED, reason)
            reason = f"The mail server {self._sender.name} hung up: {_in_words(fault)}."
            # Over this message, so that it must not stand before all others for ever. Silence is the server's own.
            is_over_this = was_named and not isinstance(fault, TimeoutError)
            return Fate(Answer.HUNG_UP if is_over_this else Answer.UNREACHABLE, reason)
        self._handled_here += 1
        if was_handed_over and 200 <= code < 300:
            return Fate(Answer.DELIVERED)
        return self._turned_away(code, text)

    def _not_let_in(self, code: int, text: bytes) -> Fate:
        """A "never" to our own address, or for want of a sign-in, is no fault of a message: it is kept."""
        self._hang_up()
        words = f"{code}{_said(text)}"
        return Fate(Answer.UNREACHABLE, f"The mail server {self._sender.name} does not let us in: {words}.")

    def _turned_away(self, code: int, text: bytes) -> Fate:
        """The server said no to this message; with 421 it hangs up too, else the line is cleared."""
        if code == HANGING_UP or code < 0 or self._server is None:
            self._hang_up()
        else:
            try:
                self._server.rset()
            except (OSError, smtplib.SMTPException):
                self._hang_up()
        answer = Answer.REFUSED if 500 <= code < 600 else Answer.TRY_LATER
        return Fate(answer, f"The server answered {code}{_said(text)}.")


def with_dots_doubled(content: bytes) -> bytes:
    r"""The message as DATA wants it: a dot at the start of a line doubled, and a line end at its end.

    >>> with_dots_doubled(b"one\r\n.two")
    b'one\r\n..two\r\n'
    """
    doubled = re.sub(rb"(?m)^\.", b"..", content)
    return doubled if doubled.endswith(b"\r\n") else doubled + b"\r\n"


def _in_words(fault: Exception) -> str:
    """What went wrong, in a few words without a traceback, an address or a password."""
    # smtplib reports a time-out as a closed connection and keeps the time-out behind it.
    if isinstance(fault, TimeoutError) or isinstance(fault.__context__, TimeoutError):
        return "it did not answer in time"
    if isinstance(fault, smtplib.SMTPServerDisconnected):
        return "it closed the connection"
    if isinstance(fault, socket.gaierror):
        return "no such server is known"
    if isinstance(fault, ConnectionRefusedError):
        return "it refused the connection"
    if isinstance(fault, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({fault.verify_message})"
    if isinstance(fault, smtplib.SMTPAuthenticationError):
        return "it did not accept the user and password in MAIL"
    if isinstance(fault, smtplib.SMTPResponseException):
        text = fault.smtp_error if isinstance(fault.smtp_error, bytes) else fault.smtp_error.encode()
        return f"it answered {fault.smtp_code}{_said(text)}"
    return one_line(str(fault)).rstrip(".") or type(fault).__name__


def _said(text: bytes) -> str:
    """What a server said behind its code, as far as it may be kept."""
    words = without_addresses(text.decode("utf-8", "replace"))
    return f": {words}" if words else ""
