"""What a reminder is about and what became of it, as the ledger stores them; plain words that know no feature."""

from __future__ import annotations

from enum import StrEnum


class Topic(StrEnum):
    """What somebody is told of. Each ask has one line in a digest: the topic that stands first here speaks for it."""

    RETURNED = "returned"
    UNANSWERED = "unanswered"
    DEADLINE = "deadline"
    VACANCY = "vacancy"
    EVIDENCE = "evidence"
    REVIEW = "review"
    STALE = "stale"
    LAPSE = "lapse"
    ASSURED = "assured"
    TARGET = "target"
    MENTION = "mention"
    ESCALATION = "escalation"
    CHASE = "chase"

    @property
    def label(self) -> str:
        return _TOPIC_LABELS[self]

    @property
    def is_series(self) -> bool:
        """Whether it comes again by the days that have gone by; all others are told once, of something done."""
        return self in {Topic.DEADLINE, Topic.VACANCY, Topic.EVIDENCE, Topic.REVIEW, Topic.STALE}

    @property
    def may_be_switched_off(self) -> bool:
        """Whether a person may do without it. What is late, or comes back, or is asked by somebody, must be read."""
        return self in {Topic.EVIDENCE, Topic.REVIEW, Topic.STALE, Topic.ASSURED, Topic.TARGET, Topic.MENTION}


_TOPIC_LABELS = {
    Topic.RETURNED: "A claim was returned",
    Topic.UNANSWERED: "No answer to reminders",
    Topic.DEADLINE: "A date that comes or has passed",
    Topic.VACANCY: "Nobody leads",
    Topic.EVIDENCE: "Evidence is about to expire",
    Topic.REVIEW: "A review is due",
    Topic.STALE: "Nothing said for months",
    Topic.LAPSE: "An assurance has lapsed",
    Topic.ASSURED: "A claim was assured",
    Topic.TARGET: "A request for another target was answered",
    Topic.MENTION: "Somebody named you in a comment",
    Topic.ESCALATION: "Escalated",
    Topic.CHASE: "A message from a team",
}

SPEAK_OF_A_DATE = frozenset({Topic.DEADLINE, Topic.CHASE, Topic.ESCALATION})
"""What was said of a deadline in one of these is not said again on the same day in another."""


def target_answer(request_id: int, *, is_accepted: bool, has_date: bool) -> str:
    """The kind under which the answer to a request for another target stands in the ledger; it says what was decided.

    >>> target_answer(7, is_accepted=True, has_date=False)
    'target_request_7_accepted_undated'
    """
    return f"target_request_{request_id}_{'accepted' if is_accepted else 'declined'}{'' if has_date else '_undated'}"


class ReminderState(StrEnum):
    """What was decided about a reminder that fell due."""

    WAITING = "waiting"  # it goes with the person's next digest
    TOLD = "told"  # a message carries it: how that fared stands with the message
    SUPPRESSED = "suppressed"
    SNOOZED = "snoozed"
    GONE_UP = "gone_up"  # nobody answered for weeks: somebody else was told, and the series rests until there is a word
