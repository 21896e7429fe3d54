"""Why an assurance lapses, and where a claim stands while it waits; plain Python.

The meanings are the service's own (README, "Decisions"): somebody from another body signed for what they saw, so what
changes afterwards was not signed for.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class LapseCause(StrEnum):
    """What changed of that which an assurer saw."""

    STATUS_MOVED = "status_moved"
    EVIDENCE_ADDED = "evidence_added"
    EVIDENCE_REPLACED = "evidence_replaced"
    EVIDENCE_WITHDRAWN = "evidence_withdrawn"
    EVIDENCE_EXPIRED = "evidence_expired"
    LEAD_CHANGED = "lead_changed"
    ASK_REWORDED = "ask_reworded"

    @property
    def label(self) -> str:
        """Why, as it stands after "The assurance lapsed because"."""
        return _WHY[self]


_WHY: Mapping[LapseCause, str] = MappingProxyType(
    {
        LapseCause.STATUS_MOVED: "the organisation changed the status",
        LapseCause.EVIDENCE_ADDED: "evidence was added",
        LapseCause.EVIDENCE_REPLACED: "evidence has a newer version",
        LapseCause.EVIDENCE_WITHDRAWN: "evidence does not serve this ask any more",
        LapseCause.EVIDENCE_EXPIRED: "evidence has expired",
        LapseCause.LEAD_CHANGED: "the named executive lead has changed",
        LapseCause.ASK_REWORDED: "the wording of what is asked was revised",
    }
)


class ClaimState(StrEnum):
    """Where a claim stands while it waits for its assurer."""

    NEW = "new"
    LAPSED = "lapsed"
    ASKED = "asked"
    ANSWERED = "answered"

    @property
    def label(self) -> str:
        return {
            ClaimState.NEW: "Not looked at yet",
            ClaimState.LAPSED: "Assurance lapsed",
            ClaimState.ASKED: "Question asked",
            ClaimState.ANSWERED: "Question answered",
        }[self]


def claim_state(*, is_lapsed: bool, is_asked: bool, is_answered: bool) -> ClaimState:
    """The one word for a claim that waits: a question that was asked of it counts before why it waits.

    >>> claim_state(is_lapsed=True, is_asked=True, is_answered=False).label
    'Question asked'
    """
    if is_asked:
        return ClaimState.ANSWERED if is_answered else ClaimState.ASKED
    return ClaimState.LAPSED if is_lapsed else ClaimState.NEW
