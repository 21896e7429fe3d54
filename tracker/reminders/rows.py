"""Values that travel between the selection of what is due, the plan and the digest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from tracker.mail.ledger import Reminder
from tracker.mail.topics import Topic


class Candidate(NamedTuple):
    """One reminder that has fallen due for one person and is not in the ledger. There may be a hundred thousand."""

    person_id: int
    organisation_id: int
    ask_id: int
    topic: Topic
    deadline_on: date
    kind: str
    due_on: date
    last_said_on: date | None = None
    told_in_vain: int = 0
    """Reminders after the deadline that nobody has answered since; of a date, counted when it is decided about."""


@dataclass(frozen=True, slots=True)
class Line:
    """What a digest says of one ask of one organisation."""

    organisation_id: int
    ask_id: int
    topic: Topic
    kind: str
    deadline_on: date

    @classmethod
    def of(cls, reminder: Reminder) -> Line:
        series = reminder.series
        return cls(series.organisation_id, series.ask_id, reminder.topic, reminder.kind, series.deadline_on)


@dataclass(frozen=True, slots=True)
class Waiting:
    """An entry of the ledger that goes with the person's next digest."""

    entry_id: int
    person_id: int
    line: Line
    concerns: bool
    """Whether the person still holds a role through which they see the organisation, and it is open."""
    is_open: bool = True
    """Whether there is still something to do about the ask: it is neither claimed, nor done, nor not applicable."""

    @property
    def item(self) -> tuple[int, int, int]:
        return self.person_id, self.line.organisation_id, self.line.ask_id
