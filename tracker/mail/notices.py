"""Messages that say something of an ask: queued and entered into the ledger together; it knows no feature.

What was said of an ask on a day stands in the ledger, so that the digest of the day does not say it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tracker.mail import ledger
from tracker.mail.ledger import Reminder
from tracker.mail.outbox import NewMessage, queue_messages


def queue_notices(notices: Mapping[NewMessage, Sequence[Reminder]], *, mail_from: str) -> None:
    """Queue every message and enter what it says, all or nothing, in the caller's transaction."""
    message_ids = queue_messages(list(notices), mail_from=mail_from)
    carried_by = {said: message_ids[message.key] for message, all_said in notices.items() for said in all_said}
    entries = ledger.enter(carried_by)
    ledger.attach({entry: carried_by[said] for said, entry in entries.items()})
