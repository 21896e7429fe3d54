"""Values that travel from the queries of calendars to their pages and to the file; they query nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.rules import HeldRole
from tracker.calendars.rules import CalendarOf
from tracker.frameworks.catalogue import AskFacts


@dataclass(frozen=True, slots=True)
class LiveCalendar:
    """One calendar of somebody's own that can be read."""

    calendar_id: int
    calendar_of: CalendarOf
    body_code: str | None
    body_name: str | None
    held: HeldRole
    """The role through which it was made, and with which it ends."""
    made_at: datetime


@dataclass(frozen=True, slots=True)
class Covered:
    """Whose dates a calendar holds: everything in a region, or of some organisations all asks or the named ones."""

    name: str
    region_id: int | None = None
    whole: frozenset[int] = frozenset()
    asks: Mapping[int, frozenset[int]] | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """The organisation of an entry."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class AskDate:
    """One open ask with its deadline, or with the day on which its organisation means to look at it again."""

    place: Place
    ask: AskFacts
    on: date
    is_target: bool
    national_on: date | None
    status: str
    said_on: date | None
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class EvidenceDate:
    """The last good day of a piece of evidence, and the asks that it serves."""

    place: Place
    evidence_id: int
    asks: tuple[AskFacts, ...]
    on: date
    sequence: int
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class ReturnDate:
    """A day on which a board wants a return."""

    place: Place
    on: date
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Dates:
    """Everything that a calendar holds."""

    deadlines: tuple[AskDate, ...] = ()
    reviews: tuple[AskDate, ...] = ()
    evidence: tuple[EvidenceDate, ...] = ()
    returns: tuple[ReturnDate, ...] = ()
