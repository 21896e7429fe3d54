"""How the ledger's kinds and states are said to people; plain words that know no row and no page."""

from __future__ import annotations

import re
from collections.abc import Mapping

from tracker.mail.topics import ReminderState, Topic
from tracker.reminders.rules import NOBODY_THERE
from tracker.web.wording import plural

STATES: Mapping[str, str] = {
    "waiting": "Waiting",
    "queued": "Queued",
    "sent": "Sent",
    "failed": "Failed",
    "bounced": "Bounced",
    "suppressed": "Not sent",
    "snoozed": "Snoozed",
    "gone_up": "Passed to region",
}
"""What became of a reminder, by one word: what was decided of it, and once a message carries it how that fared."""

OF_MESSAGES = ("queued", "sent", "failed", "bounced")
TROUBLE = ("failed", "bounced")
"""What did not reach anybody."""

_SLOT = re.compile(r"(?:.*_)?(before|after)_(\d{1,6})")
_WOKEN = re.compile(r"(?:.*_)?woken_\d{4}-\d{2}-\d{2}")


def state_word(state: ReminderState, of_message: str | None) -> str:
    """The one word for an entry; what was told before messages were kept beside it has been sent.

    >>> state_word(ReminderState.SNOOZED, None), state_word(ReminderState.TOLD, "failed")
    ('snoozed', 'failed')
    >>> state_word(ReminderState.TOLD, None)
    'sent'
    """
    return (of_message or "sent") if state is ReminderState.TOLD else state.value


def kind_words(topic: Topic, kind: str, quiet_days: int) -> str:
    """Which reminder of a series it is, or that it was told once.

    >>> kind_words(Topic.DEADLINE, "before_7", 120), kind_words(Topic.DEADLINE, "after_10", 120)
    ('7 days before', '10 days after')
    >>> kind_words(Topic.EVIDENCE, "evidence_31_before_1", 120), kind_words(Topic.REVIEW, "review_on_the_day", 120)
    ('1 day before', 'On the day')
    >>> kind_words(Topic.STALE, "stale_after_28", 120), kind_words(Topic.VACANCY, "vacancy_on_the_day", 120)
    ('After 148 quiet days', 'On the first day')
    >>> kind_words(Topic.DEADLINE, "woken_2020-11-20", 120), kind_words(Topic.MENTION, "mention_7", 120)
    ('When the snooze was over', 'Once')
    >>> kind_words(Topic.UNANSWERED, "unanswered_nobody_2020-11-02", 120)
    'Nobody is reminded there'
    """
    if kind.startswith(NOBODY_THERE):
        return "Nobody is reminded there"
    if not topic.is_series:
        return "Once"
    if _WOKEN.fullmatch(kind):
        return "When the snooze was over"
    slot = _SLOT.fullmatch(kind)
    days = int(slot[2]) if slot else 0
    if topic is Topic.STALE:
        return f"After {plural(quiet_days + days, 'quiet day')}"
    if slot is None:
        return "On the first day" if topic is Topic.VACANCY else "On the day"
    return f"{plural(days, 'day')} {slot[1]}"
