"""Sends what waits in the outbox, links and all; it decides nothing."""

from __future__ import annotations

from collections.abc import Callable

from tracker.accounts.links import make_for_mail, recipient_of
from tracker.accounts.queries import addresses_of
from tracker.config import Settings
from tracker.mail.senders import Sender, sender_from
from tracker.mail.service import SendOutcome, send_due


def send_waiting(
    settings: Settings,
    *,
    sender: Sender | None = None,
    should_stop: Callable[[], bool] = lambda: False,
    on_progress: Callable[[str, int], None] = lambda what, done: None,
) -> SendOutcome:
    """Send what waits in the outbox and decide nothing: invitations, and the retries between two passes."""

    def address_of_link(link_for: str) -> str | None:
        path = make_for_mail(link_for)
        return None if path is None else settings.base_url + path

    return send_due(
        sender or sender_from(settings),
        addresses_of,
        mail_from=settings.mail_from,
        links=address_of_link,
        recipients=recipient_of,
        should_stop=should_stop,
        on_progress=lambda done: on_progress("messages handled", done),
    )
