"""Hands messages to GOV.UK Notify over HTTP and tells how far each one came; asks it later what became of them.

It must not know the outbox. Each message has a reference, by which one that is in doubt is found again.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import requests
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient
from urllib3.exceptions import NewConnectionError, SSLError

from tracker.config import Settings
from tracker.mail.fate import Fate, without_addresses
from tracker.mail.letters import Email, UnusableAddressError, one_line, usable_address
from tracker.mail.rules import Answer, MessageState

SECONDS_TO_CONNECT = 10.0
SECONDS_TO_WAIT = 60.0

ENDS: Mapping[str, tuple[MessageState, str]] = {
    "permanent-failure": (MessageState.BOUNCED, "GOV.UK Notify found no such address."),
    "temporary-failure": (
        MessageState.FAILED,
        "GOV.UK Notify could not deliver it: the inbox is full, or the message was taken for spam.",
    ),
    "technical-failure": (MessageState.FAILED, "GOV.UK Notify could not hand it to its own mail provider."),
}
"""What becomes of a message that Notify took and could not deliver; the words are ours."""

OF_US = ("team-only", "trial mode", "template", "personalisation", "not allowed", "suspended", "api key")
"""Words by which an answer is known to be about our key or our template and not about this message."""

# The client would write what Notify answers into the log as it stands; what may be kept of it is in the fate.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)


@dataclass(frozen=True, slots=True)
class Ended:
    """A message that did not arrive after all, by Notify's name for it."""

    channel_id: str
    state: MessageState
    reason: str


@dataclass(frozen=True, slots=True)
class NotifySender:
    """A service of GOV.UK Notify: its key, and the template that holds a subject and a body of ours."""

    api_key: str = field(repr=False)
    template_id: str
    url: str
    timeout: float = SECONDS_TO_WAIT

    @classmethod
    def from_settings(cls, settings: Settings) -> NotifySender:
        return cls(settings.notify_api_key, settings.notify_template, settings.notify_url)

    @contextmanager
    def line(self) -> Iterator[NotifyLine]:
        """One session of HTTP for a batch; nothing is sent yet, so opening never fails."""
        line = NotifyLine(self)
        try:
            yield line
        finally:
            line.close()


class NotifyLine:
    """Talks to Notify over connections that are kept open between requests."""

    def __init__(self, sender: NotifySender) -> None:
        self._sender = sender
        self._client = NotificationsAPIClient(  # type: ignore[no-untyped-call]
            sender.api_key, base_url=sender.url, timeout=(min(SECONDS_TO_CONNECT, sender.timeout), sender.timeout)
        )

    def close(self) -> None:
        self._client.request_session.close()

    def send(self, email: Email) -> Fate:
        """Offer one message; where an earlier try may have arrived, Notify is asked for it first."""
        try:
            recipient = usable_address(email.recipient)
        except UnusableAddressError as fault:
            return Fate(Answer.REFUSED, str(fault), is_of_server=False)
        reference = email.message_id.strip("<>")
        if email.may_have_left:
            found = self._ask(lambda: self._client.get_all_notifications(reference=reference), is_harmless=True)  # type: ignore[no-untyped-call]
            if isinstance(found, Fate):
                return found
            for notification in _listed(found):
                return Fate(Answer.DELIVERED, channel_id=_id_of(notification))
        taken = self._ask(
            lambda: self._client.send_email_notification(  # type: ignore[no-untyped-call]
                email_address=recipient,
                template_id=self._sender.template_id,
                personalisation={"subject": one_line(email.subject), "body": email.body},
                reference=reference,
            ),
            is_harmless=False,
        )
        return taken if isinstance(taken, Fate) else Fate(Answer.DELIVERED, channel_id=_id_of(taken))

    def ended(self, *, since: datetime, most_pages: int) -> Iterator[Ended]:
        """Which messages did not arrive after all, newest first, of so many pages for each way to fail.

        Raises NotifySilentError where Notify does not say.
        """
        for status, (state, reason) in ENDS.items():
            older_than = None
            for _ in range(most_pages):
                page = self._page(status, older_than)
                for notification in page:
                    channel_id = _id_of(notification)
                    if channel_id is not None:
                        older_than = channel_id
                        yield Ended(channel_id, state, reason)
                if not page or _is_before(page[-1], since):
                    break

    def _page(self, status: str, older_than: str | None) -> list[Mapping[str, Any]]:
        answer = self._ask(
            lambda: self._client.get_all_notifications(  # type: ignore[no-untyped-call]
                status=status, template_type="email", older_than=older_than
            ),
            is_harmless=True,
        )
        if isinstance(answer, Fate):
            raise NotifySilentError(answer.reason)
        return _listed(answer)

    def _ask(self, request: Callable[[], Any], *, is_harmless: bool) -> Any:
        """The answer of one request, or the fate of a message whose request failed.

        A request that only asks leaves nothing in doubt: what goes wrong with it says that Notify is not there.
        """
        try:
            return request()
        except APIError as fault:
            fate = _fate_of(fault)
        except requests.RequestException as fault:  # The client wraps those of sending, not those of reading JSON.
            fate = Fate(Answer.UNANSWERED, f"GOV.UK Notify did not answer in full: {type(fault).__name__}.")
        return Fate(Answer.UNREACHABLE, fate.reason) if is_harmless else fate


class NotifySilentError(Exception):
    """Notify does not say what became of messages. One plain sentence."""


def _fate_of(fault: APIError) -> Fate:
    """What a request that failed says of the message, by its status and by the kind of error that Notify names."""
    if fault.response is None:
        return _fate_of_broken_request(fault.__cause__)
    status = fault.response.status_code
    kinds, words = _errors_in(fault)
    said = f"GOV.UK Notify answered {status}{f': {words}' if words else ''}."
    if not 400 <= status < 500:
        # Broken on its side, or taken and then something that is no answer of Notify's: it may have arrived.
        return Fate(Answer.UNANSWERED, said)
    is_of_us = "AuthError" in kinds or any(word in words.lower() for word in OF_US)
    if status == 400 and not is_of_us:
        return Fate(Answer.REFUSED, said)
    if status == 403 and not is_of_us and kinds & {"ValidationError", "BadRequestError"}:
        return Fate(Answer.REFUSED, said)
    return Fate(Answer.UNREACHABLE, said)


def _fate_of_broken_request(cause: BaseException | None) -> Fate:
    """No answer at all: whether the request can have arrived depends on how far the connection came."""
    words = "it did not answer in time" if isinstance(cause, requests.Timeout) else "it closed the connection"
    inner = getattr(cause.args[0], "reason", None) if cause is not None and cause.args else None
    if isinstance(cause, requests.ConnectTimeout):
        return Fate(Answer.UNREACHABLE, "GOV.UK Notify could not be used: it did not answer in time.")
    if isinstance(cause, requests.exceptions.SSLError) or isinstance(inner, SSLError):
        return Fate(Answer.UNREACHABLE, "GOV.UK Notify could not be used: its certificate is not trusted.")
    if isinstance(cause, requests.exceptions.ProxyError) or isinstance(inner, NewConnectionError):
        return Fate(Answer.UNREACHABLE, "GOV.UK Notify could not be used: no connection was made.")
    if isinstance(cause, requests.exceptions.InvalidURL | requests.exceptions.InvalidSchema):
        return Fate(Answer.UNREACHABLE, "GOV.UK Notify could not be used: NOTIFY_URL is no address.")
    return Fate(Answer.UNANSWERED, f"GOV.UK Notify was given the message and {words}.")


def _errors_in(fault: APIError) -> tuple[frozenset[str], str]:
    """The kinds of error and the words in an answer that is written as Notify writes them, without addresses."""
    errors: Any = None
    with suppress(ValueError, AttributeError):
        errors = fault.response.json().get("errors")  # type: ignore[union-attr]
    if not isinstance(errors, list):
        return frozenset(), ""
    told = [error for error in errors if isinstance(error, dict)]
    words = "; ".join(str(error.get("message", "")) for error in told)
    return frozenset(str(error.get("error", "")) for error in told), without_addresses(words)


def _listed(answer: Any) -> list[Mapping[str, Any]]:
    found = answer.get("notifications") if isinstance(answer, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _id_of(notification: Any) -> str | None:
    """Notify's id of a message; None where the answer holds none that could be one."""
    found = notification.get("id") if isinstance(notification, dict) else None
    return found if isinstance(found, str) and 0 < len(found) <= 36 else None


def _is_before(notification: Mapping[str, Any], since: datetime) -> bool:
    try:
        made = datetime.fromisoformat(str(notification.get("created_at")))
    except ValueError:
        return False
    return made.tzinfo is not None and made < since
