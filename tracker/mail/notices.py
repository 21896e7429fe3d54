"""What is said of an ask when something is done: in a message of its own, or with the next digest; it knows no feature.

What was said of an ask on a day stands in the ledger, so that the digest of the day does not say it too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from tracker import clock
from tracker.mail import ledger
from tracker.mail.ledger import Reminder, Series
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.topics import Topic


def queue_notices(notices: Mapping[NewMessage, Sequence[Reminder]], *, mail_from: str) -> None:
    """Queue every message and enter what it says, all or nothing, in the caller's transaction."""
    message_ids = queue_messages(list(notices), mail_from=mail_from)
    carried_by = {said: message_ids[message.key] for message, all_said in notices.items() for said in all_said}
    entries = ledger.enter(carried_by)
    ledger.attach({entry: carried_by[said] for said, entry in entries.items()})


def news(person_id: int, place: tuple[int, int], topic: Topic, kind: str, deadline_on: date | None = None) -> Reminder:
    """What was done today of an ask of an organisation, for the person's next digest, once it is entered.

    What has no deadline stands under the day on which it was done.
    """
    today = clock.today()
    return Reminder(Series(person_id, *place, deadline_on or today), kind, today, topic)
