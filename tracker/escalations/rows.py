"""Values that travel from the queries of escalations to pages, files and services."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from tracker.escalations.rules import Ending, EventKind, Judgement, Record, State, is_response_overdue, state_of
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import OrganisationType, StatusClass


@dataclass(frozen=True, slots=True)
class Event:
    """One thing done about an escalation, with the name of who did it while it is held."""

    event_id: int
    escalation_id: int
    kind: EventKind
    level: str | None
    told: str | None
    response_due_on: date | None
    judgement: Judgement | None
    quiet_until: date | None
    ending: Ending | None
    text: str
    true_on: date
    recorded_at: datetime
    person_id: int
    person_name: str
    role: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One escalation with everything done about it, the oldest first.

    ``counts`` says whether it is about the spell in which the ask is overdue now, see ``rules.is_of_this_spell``.
    """

    escalation_id: int
    deadline_on: date
    record: Record
    ending: Ending | None
    closed_on: date | None
    counts: bool
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Told:
    """Every escalation of one ask, the newest first; ``version`` is what forms carry, 0 before anything was done."""

    kept: tuple[Kept, ...] = ()
    version: int = field(default=0, compare=False)

    @property
    def counted(self) -> Kept | None:
        """The one about the spell in which the ask is overdue now."""
        return next((each for each in self.kept if each.counts), None)

    @property
    def shown(self) -> Kept | None:
        """The one that pages show: what is open can be acted on, so it comes before one that was closed."""
        return self.open or self.counted

    @property
    def open(self) -> Kept | None:
        """The one that nobody has closed: that of this spell, or one that was left open."""
        return next((each for each in self.kept if not each.record.is_closed), None)


@dataclass(frozen=True, slots=True)
class ListFilters:
    """What narrows the list; empty text means everything."""

    region: str = ""
    system: str = ""
    organisation_type: str = ""
    level: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True)
class ListRow:
    """One ask of one organisation: a step that the ladder proposes, an open escalation, or both.

    ``status_class`` is None where the ask is not overdue any more, or against another date.
    """

    organisation_id: int
    code: str
    name: str
    organisation_type: OrganisationType
    system_code: str | None
    system_name: str | None
    region_code: str | None
    region_name: str | None
    ask: AskFacts
    deadline_on: date
    status: str
    status_class: StatusClass | None
    escalation_id: int | None
    record: Record
    raised_on: date | None
    ending: Ending | None
    closed_on: date | None
    proposed: str | None
    """The code of the level that the ladder proposes."""

    def days_overdue(self, today: date) -> int | None:
        return None if self.status_class is None else (today - self.deadline_on).days

    def state(self, today: date) -> State | None:
        """None where nothing was done yet."""
        return None if self.escalation_id is None else state_of(self.record, today)

    def is_response_overdue(self, today: date) -> bool:
        return is_response_overdue(self.record, today)


@dataclass(frozen=True, slots=True)
class LogFilters:
    """What narrows the log; empty text means everything, ``since`` None from the beginning."""

    as_at: date
    region: str = ""
    system: str = ""
    since: date | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step of an escalation as a paper shows it: to whom, what they said, and what came of it."""

    raised: Event
    answers: tuple[Event, ...]
    judged: Event | None


def steps_of(events: Iterable[Event]) -> tuple[Step, ...]:
    """The steps among everything that was done, the oldest first: each with what was said until the next."""
    steps: list[Step] = []
    for event in events:
        if event.kind is EventKind.RAISED:
            steps.append(Step(event, (), None))
        elif steps and event.kind is EventKind.ANSWERED:
            steps[-1] = replace(steps[-1], answers=(*steps[-1].answers, event))
        elif steps and event.kind is EventKind.JUDGED:
            steps[-1] = replace(steps[-1], judged=event)
    return tuple(steps)


@dataclass(frozen=True, slots=True)
class LogRow:
    """One thing in the log that was done about an escalation.

    ``record`` is how the escalation stood at the end of the day of the log, ``released_on`` when a hold had ended by
    then.
    """

    code: str
    name: str
    system_code: str | None
    system_name: str | None
    region_code: str | None
    region_name: str | None
    ask: AskFacts
    deadline_on: date
    event: Event
    record: Record
    released_on: date | None
