"""What a barrier or an enabler is, which status fits it, and when its review is due; plain Python.

Source: the strategic steps of the Royal College of Physicians (16 December 2024) keep barriers and enablers in one
list: a barrier, once addressed, becomes an enabler.
"""

from __future__ import annotations

from datetime import date
from enum import StrEnum

LONGEST_TITLE, LONGEST_OWNER = 200, 200
LONGEST_TEXT, LONGEST_REASON = 2000, 1000


class Kind(StrEnum):
    """Whether something stands in the way or helps."""

    BARRIER = "barrier"
    ENABLER = "enabler"

    @property
    def label(self) -> str:
        return {Kind.BARRIER: "Barrier", Kind.ENABLER: "Enabler"}[self]

    @property
    def with_article(self) -> str:
        return {Kind.BARRIER: "a barrier", Kind.ENABLER: "an enabler"}[self]


class BarrierStatus(StrEnum):
    """How far something has come; a barrier ends resolved, an enabler in use."""

    OPEN = "open"
    WORKED_ON = "worked_on"
    RESOLVED = "resolved"
    IN_USE = "in_use"

    @property
    def label(self) -> str:
        return {
            BarrierStatus.OPEN: "Open",
            BarrierStatus.WORKED_ON: "Being worked on",
            BarrierStatus.RESOLVED: "Resolved",
            BarrierStatus.IN_USE: "In use",
        }[self]

    @property
    def is_settled(self) -> bool:
        return self in (BarrierStatus.RESOLVED, BarrierStatus.IN_USE)

    @property
    def tag_class(self) -> str:
        """The class of status whose colour its tag has: the same colour for what means the same."""
        return {
            BarrierStatus.OPEN: "not_started",
            BarrierStatus.WORKED_ON: "on_course",
            BarrierStatus.RESOLVED: "done_assured",
            BarrierStatus.IN_USE: "done_assured",
        }[self]


class Severity(StrEnum):
    """How much a barrier stands in the way; the order of lists, worst first."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"

    @property
    def label(self) -> str:
        return self.value.capitalize()

    @property
    def meaning(self) -> str:
        return {
            Severity.HIGH: "Asks or steps cannot be met while it stands",
            Severity.MEDIUM: "Asks or steps are slower or less complete because of it",
            Severity.LOW: "A nuisance that can be worked around",
        }[self]


def settled_status(kind: Kind) -> BarrierStatus:
    """How something ends that is of this kind."""
    return BarrierStatus.RESOLVED if kind is Kind.BARRIER else BarrierStatus.IN_USE


def status_fits(kind: Kind, status: BarrierStatus) -> bool:
    """Whether something of this kind can have this status.

    >>> status_fits(Kind.BARRIER, BarrierStatus.RESOLVED), status_fits(Kind.ENABLER, BarrierStatus.RESOLVED)
    (True, False)
    """
    return not status.is_settled or status is settled_status(kind)


def is_review_due(next_review_on: date | None, today: date) -> bool:
    """Whether a review should have been held: from the day *after* the one that was set.

    >>> is_review_due(date(2020, 11, 1), date(2020, 11, 2)), is_review_due(date(2020, 11, 2), date(2020, 11, 2))
    (True, False)
    """
    return next_review_on is not None and next_review_on < today
