"""Values that travel between the register's tables, forms and pages; they read nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from tracker.barriers.rules import BarrierStatus, Kind, Severity


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of a barrier or enabler; ``asks`` are the asks and steps that it touches, by id."""

    kind: Kind
    title: str
    description: str
    theme: str
    severity: Severity | None
    status: BarrierStatus
    action: str
    owner: str
    since_on: date
    reviewed_on: date | None
    next_review_on: date | None
    asks: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Revision:
    """One revision of an entry: what it said, who said so, when, and why it was changed."""

    barrier_id: int
    revision_id: int
    number: int
    said: Said
    reason: str
    true_on: date
    recorded_at: datetime
    person_name: str
    role: str


@dataclass(frozen=True, slots=True)
class RegisterFilters:
    """What narrows the register; empty means everything. The ask is "framework/ref"."""

    kind: str = ""
    status: str = ""
    theme: str = ""
    ask: str = ""


@dataclass(frozen=True, slots=True)
class AskChoice:
    """An ask or step that an entry may touch."""

    ask_id: int
    framework_code: str
    framework_title: str
    ref: str
    wording: str

    @property
    def code(self) -> str:
        """Its name in forms and addresses: "8ua-2020/2.2"."""
        return f"{self.framework_code}/{self.ref}"
