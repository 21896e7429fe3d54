"""Reads one delivery status notification (RFC 3464), as a mail server sends it back; it must not know the outbox.

It takes what anybody could have sent to the address of the sender, so it believes nothing but the codes in it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes, message_from_string
from email.message import Message
from email.policy import compat32
from enum import StrEnum

from tracker.mail.fate import without_addresses

_MESSAGE_ID = re.compile(r"<[^<>\s]{1,118}>")
_CODE = re.compile(r"[245]\.\d{1,3}\.\d{1,3}")

EXACTLY = {
    "1.1": "there is no such address",
    "1.2": "there is no such mail domain",
    "1.3": "the address cannot be one",
    "1.6": "the mailbox has moved",
    "1.10": "the domain takes no mail",
    "2.1": "the mailbox is switched off",
    "2.2": "the mailbox is full",
    "2.3": "the message is too long for the mailbox",
    "4.7": "it could not be delivered in time",
    "7.1": "the receiving side does not let it in",
}
BROADLY = {
    "0": "no reason was given",
    "1": "there is something wrong with the address",
    "2": "there is something wrong with the mailbox",
    "3": "the receiving mail system could not take it",
    "4": "it could not be carried to the receiving side",
    "5": "the mail servers did not understand each other",
    "6": "the receiving side cannot read such content",
    "7": "the receiving side does not let it in",
}
"""Status codes of RFC 3463 in our words: the last two numbers, or the middle one alone."""


class NoReportError(ValueError):
    """What was read is no delivery status notification. One plain sentence."""


class Verdict(StrEnum):
    """What a report says of the message: it came back, it is still on its way, or it arrived."""

    FAILED = "failed"
    DELAYED = "delayed"
    ARRIVED = "arrived"


@dataclass(frozen=True, slots=True)
class BounceReport:
    """What a report says: of which messages it may speak, the likeliest first, how it went, and why in words."""

    message_ids: tuple[str, ...]
    verdict: Verdict
    reason: str


def read_report(content: bytes) -> BounceReport:
    """Read a report; raises NoReportError with a sentence where it is none."""
    report = message_from_bytes(content, policy=compat32)
    blocks = [block for part in report.walk() for block in _status_blocks(part)]
    actions = [str(block.get("Action", "")).strip().lower() for block in blocks]
    if not any(actions):
        raise NoReportError("This is no delivery status notification (a message of the type multipart/report).")
    if "failed" in actions:
        verdict = Verdict.FAILED
    elif "delayed" in actions:
        verdict = Verdict.DELAYED
    else:
        verdict = Verdict.ARRIVED
    told = blocks[actions.index(verdict.value)] if verdict is not Verdict.ARRIVED else blocks[0]
    return BounceReport(tuple(dict.fromkeys(_message_ids(report))), verdict, _reason(told))


def in_words(code: str) -> str:
    """What a status code means.

    >>> in_words("5.1.1"), in_words("5.2.99"), in_words("4.9.1")
    ('there is no such address', 'there is something wrong with the mailbox', 'no reason was given')
    """
    _, _, rest = code.partition(".")
    return EXACTLY.get(rest) or BROADLY.get(rest.partition(".")[0], BROADLY["0"])


def _status_blocks(part: Message) -> Iterator[Message]:
    """The groups of fields of a status part: one of the message, then one of each recipient."""
    if part.get_content_type() != "message/delivery-status":
        return
    payload = part.get_payload()
    for block in payload if isinstance(payload, list) else ():
        if isinstance(block, Message):
            yield block


def _message_ids(report: Message) -> Iterator[str]:
    """Message-IDs of what came back, then those that the report answers to."""
    for part in report.walk():
        kind = part.get_content_type()
        if kind == "message/rfc822":
            returned = part.get_payload()
            if isinstance(returned, list) and returned and isinstance(returned[0], Message):
                yield from _ids_in(returned[0], "Message-ID")
        elif kind == "text/rfc822-headers":
            text = part.get_payload(decode=True)
            if isinstance(text, bytes):
                yield from _ids_in(message_from_string(text.decode("utf-8", "replace"), policy=compat32), "Message-ID")
    yield from _ids_in(report, "In-Reply-To")
    yield from _ids_in(report, "References")


def _ids_in(message: Message, header: str) -> Iterator[str]:
    for value in message.get_all(header, []):
        yield from _MESSAGE_ID.findall(str(value))


def _reason(block: Message) -> str:
    """Why, by the code in our words, and by what the server said of it without addresses."""
    found = _CODE.search(str(block.get("Status", "")))
    code = found.group() if found else ""
    # What stands before the semicolon is the kind of the diagnostic code ("smtp"), which tells nobody anything.
    said = without_addresses(str(block.get("Diagnostic-Code", "")).partition(";")[2])
    words = f"It came back: {in_words(code)}{f' ({code})' if code else ''}."
    return f"{words} The server said: {said}." if said else words
