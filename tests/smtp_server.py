"""A real SMTP server for tests, in a thread of its own, that keeps what it is given and misbehaves when asked to."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default as modern
from typing import Any, cast

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

HOST = "127.0.0.1"


@dataclass
class Received:
    """One message as the server took it."""

    sender: str
    recipients: list[str]
    message: EmailMessage
    connection: int

    @property
    def subject(self) -> str:
        return str(self.message["Subject"])

    @property
    def message_id(self) -> str:
        return str(self.message["Message-ID"])

    @property
    def text(self) -> str:
        return self._part("plain") or ""

    @property
    def html(self) -> str | None:
        return self._part("html")

    def _part(self, kind: str) -> str | None:
        part = self.message.get_body((kind,))
        if part is None:
            return None
        content: str = part.get_content()
        return content.replace("\r\n", "\n")


@dataclass
class MailServer:
    """What the server took, and how it is told to misbehave.

    Answers are whole lines such as "451 4.3.0 try again later". ``answers_to`` holds answers for a recipient,
    ``answer_to_data`` one for every message, ``answer_to_sender`` one for every MAIL FROM. ``drops_after_data``
    counts messages that are taken and never answered, ``hangs_for`` delays the last answer by seconds, and
    ``hangs_up_after`` ends each connection after so many messages, and ``hangs_up_at`` at a recipient. ``on_step`` is
    told "sender", "recipient" and "taken" as each is reached, before the answer goes.
    """

    port: int = 0
    messages: list[Received] = field(default_factory=list)
    answers_to: dict[str, str] = field(default_factory=dict)
    answer_to_data: str | None = None
    answer_to_sender: str | None = None
    drops_after_data: int = 0
    hangs_for: float = 0.0
    hangs_up_after: int | None = None
    hangs_up_at: str = ""
    connections: int = 0
    was_encrypted: list[bool] = field(default_factory=list)
    on_step: Callable[[str], None] = lambda step: None

    @property
    def url(self) -> str:
        return f"smtp://{HOST}:{self.port}"

    @property
    def subjects(self) -> list[str]:
        return [received.subject for received in self.messages]

    @property
    def message_ids(self) -> list[str]:
        return [received.message_id for received in self.messages]

    def to(self, address: str) -> list[Received]:
        return [received for received in self.messages if address in received.recipients]

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's own name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.on_step("sender")
        if self.answer_to_sender is not None:
            return self.answer_to_sender
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        self.on_step("recipient")
        if address == self.hangs_up_at:
            assert server.transport is not None
            server.transport.abort()
        answer = self.answers_to.get(address, "250 OK")
        if answer.startswith("250"):
            envelope.rcpt_tos.append(address)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        if self.answer_to_data is not None:
            return self.answer_to_data
        connection = cast(int, session.number)  # type: ignore[attr-defined]
        parsed = message_from_bytes(cast(bytes, envelope.content), policy=modern)
        self.messages.append(
            Received(str(envelope.mail_from), list(envelope.rcpt_tos), cast(EmailMessage, parsed), connection)
        )
        assert server.transport is not None
        self.was_encrypted.append(server.transport.get_extra_info("sslcontext") is not None)
        self.on_step("taken")
        if self.drops_after_data:
            self.drops_after_data -= 1
            server.transport.abort()
        if self.hangs_for:
            await asyncio.sleep(self.hangs_for)
        return "250 OK"


class _Talk(SMTP):
    """One connection: numbered, and ended after so many messages where the server says so."""

    def __init__(self, mail_server: MailServer, *args: Any, **options: Any) -> None:
        super().__init__(mail_server, *args, **options)
        self._mail_server = mail_server
        self._taken = 0

    def _create_session(self) -> Session:
        session = super()._create_session()
        self._mail_server.connections += 1
        session.number = self._mail_server.connections  # type: ignore[attr-defined]
        return session

    async def smtp_MAIL(self, arg: str) -> None:  # noqa: N802
        limit = self._mail_server.hangs_up_after
        if limit is not None and self._taken >= limit:
            assert self.transport is not None
            self.transport.abort()
            return
        self._taken += 1
        await super().smtp_MAIL(arg)


class _Controller(Controller):
    def __init__(self, mail_server: MailServer, **options: Any) -> None:
        self._options = options
        super().__init__(
            mail_server, hostname=HOST, port=free_port(), ssl_context=options.pop("tls_from_the_start", None)
        )

    def factory(self) -> SMTP:
        with warnings.catch_warnings():
            # The server warns that passwords travel in clear; here they go from this machine to itself.
            warnings.simplefilter("ignore")
            return _Talk(self.handler, loop=self.loop, ident="test", hostname="test.invalid", **self._options)


@contextmanager
def running(
    *,
    port: int | None = None,
    starttls: ssl.SSLContext | None = None,
    tls_from_the_start: ssl.SSLContext | None = None,
    login: tuple[str, str] | None = None,
) -> Iterator[MailServer]:
    """Start a server and end it: plain, with STARTTLS, or TLS from the start; perhaps with a user and password."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
    server = MailServer()
    options: dict[str, Any] = {}
    if tls_from_the_start is not None:
        options["tls_from_the_start"] = tls_from_the_start
    if starttls is not None:
        options["tls_context"] = starttls
    if login is not None:
        expected = tuple(part.encode() for part in login)

        def is_known(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: Any) -> AuthResult:
            given = (data.login, data.password) if isinstance(data, LoginPassword) else None
            return AuthResult(success=given == expected, handled=False)

        options |= {"authenticator": is_known, "auth_required": True, "auth_require_tls": False}
    controller = _Controller(server, **options)
    if port is not None:
        controller.port = port
    controller.start()
    server.port = controller.port
    server.connections = 0  # Starting made one of its own, to see that it answers.
    try:
        yield server
    finally:
        controller.stop()


def free_port() -> int:
    """A port on which nobody listens: for a server that is about to start, or one that is down."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until(is_so: Callable[[], object], seconds: float = 10.0) -> None:
    """Wait for something that another process or thread brings about."""
    ends = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < ends, "It did not happen in time."
        time.sleep(0.02)
