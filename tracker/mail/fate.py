"""How one message fared on its way out, in words that may be kept; it must not know any way out."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tracker.mail.letters import one_line
from tracker.mail.rules import Answer

LONGEST_WORDS = 200


class ServerUnreachableError(Exception):
    """Nobody to hand a message to: refused, silent, unknown, untrusted, closed to us. One plain sentence."""


@dataclass(frozen=True, slots=True)
class Fate:
    """How one message fared, and in a few words why; the words hold no address.

    ``is_of_server`` is false where no server was asked, so that nothing is learnt of it. ``channel_id`` is what
    whoever took the message calls it, where its end can be asked for later.
    """

    answer: Answer
    reason: str = ""
    is_of_server: bool = True
    channel_id: str | None = None


def without_addresses(text: str) -> str:
    """A server's own words, on one line and shortened, with the addresses that servers like to repeat left out.

    >>> without_addresses("<robin@xn1.example.test> is unknown here.")
    '(address) is unknown here'
    """
    words = re.sub(r"<?[^\s<>]+@[^\s<>]+>?", "(address)", one_line(text))
    return words[:LONGEST_WORDS].rstrip(". ")
