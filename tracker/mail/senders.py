"""The ways a message can leave: a sender opens a line, and the line says how each message fared.

It must not know the outbox; ``service.py`` writes down what the line says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from typing import Protocol, TextIO

from tracker.config import Settings
from tracker.mail.fate import Fate
from tracker.mail.letters import Email, UnusableAddressError
from tracker.mail.notify import NotifySender
from tracker.mail.rules import Answer
from tracker.mail.smtp import SmtpSender


class Line(Protocol):
    """An open way to the recipients, for one batch of messages."""

    def send(self, email: Email) -> Fate: ...


class Sender(Protocol):
    """Something that can open a line. Opening raises ServerUnreachableError where nobody answers."""

    def line(self) -> AbstractContextManager[Line]: ...


@dataclass(frozen=True, slots=True)
class ConsoleSender:
    """Prints the text of each message instead of sending it: the default of a development machine."""

    stream: TextIO | None = None

    @contextmanager
    def line(self) -> Iterator[Line]:
        yield _Console(self.stream or sys.stdout)


@dataclass(frozen=True, slots=True)
class _Console:
    stream: TextIO

    def send(self, email: Email) -> Fate:
        try:
            message = replace(email, html=None).as_message()
        except UnusableAddressError as fault:
            return Fate(Answer.REFUSED, str(fault), is_of_server=False)
        headers = "".join(f"{name}: {value}\n" for name, value in message.items())
        self.stream.write(f"{headers}\n{email.body.rstrip()}\n\n{'-' * 40}\n")
        return Fate(Answer.DELIVERED)


def sender_from(settings: Settings) -> Sender:
    """The sender that the setting ``MAIL`` names; raises ValueError with a sentence where it names none."""
    if settings.mail == "console":
        return ConsoleSender()
    if settings.mail == "notify":
        return NotifySender.from_settings(settings)
    return SmtpSender.from_url(settings.mail)
