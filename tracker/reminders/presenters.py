"""What the pages of reminders say: the days ahead, what cannot be switched off, and the ledger's lines and files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tracker import clock
from tracker.accounts.rules import Scope, Viewer
from tracker.frameworks.catalogue import Catalogue
from tracker.mail.topics import Topic
from tracker.reminders.ahead import DayAhead
from tracker.reminders.digests import Names, item_of
from tracker.reminders.ledger_rows import LedgerRow, Trouble
from tracker.reminders.rulebook import rulebook
from tracker.reminders.words import STATES, kind_words
from tracker.web.downloads import Cell
from tracker.web.wording import day, day_and_time

COLUMNS = (
    {"text": "Due"},
    {"text": "Organisation"},
    {"text": "Ask"},
    {"text": "About"},
    {"text": "To whom"},
    {"text": "State"},
    {"text": "Why"},
    {"text": "Snoozed"},
)
CSV_HEADINGS = (
    *("ods_code", "organisation", "framework", "ask_ref", "about", "reminder", "deadline", "due_on", "entered_on"),
    *("person_role", "person_name", "state", "why", "sent_on", "snoozed_until"),
)
NO_ROLE = "No role any more"

ALWAYS_ON: Mapping[Topic, str] = {
    Topic.RETURNED: "the ask is open again against the same date, and those who answer for it go on from there",
    Topic.UNANSWERED: "it was not answered by those who were asked first",
    Topic.DEADLINE: "boards and regional teams rely on it that somebody was told",
    Topic.VACANCY: "an organisation without a lead answers to nobody",
    Topic.LAPSE: "what counted as assured does not any more",
    Topic.ESCALATION: "a team asks you for something by a day",
    Topic.CHASE: "a team wrote to you",
}
"""What may not be switched off, and why."""


@dataclass(frozen=True, slots=True)
class AheadLine:
    """One ask in the digest of a day to come."""

    organisation: str
    ref: str
    wording: str
    when: str
    href: str


@dataclass(frozen=True, slots=True)
class AheadDay:
    """The digest of a day to come."""

    on: str
    lines: tuple[AheadLine, ...]


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One entry of the ledger as the page shows it; nothing in it is empty but ``closed`` of an open organisation."""

    due: str
    entered: str
    code: str
    name: str
    closed: str
    framework_code: str
    ref: str
    topic: str
    kind: str
    deadline: str
    who: str
    state: str
    why: str
    snoozed: str


def ahead_days(days: Sequence[DayAhead], catalogue: Catalogue, names: Names) -> list[AheadDay]:
    """The days ahead, each with its lines in the order of the digest: the earliest date first."""
    found = []
    for each in days:
        lines = [line for line in each.lines if line.ask_id in catalogue.asks and line.organisation_id in names]
        lines.sort(
            key=lambda line: (line.deadline_on, names[line.organisation_id][1], catalogue.asks[line.ask_id].order)
        )
        shown = []
        for line in lines:
            ask, organisation = catalogue.asks[line.ask_id], names[line.organisation_id]
            item = item_of(line, ask, organisation, on=each.on, base_url="", rules=rulebook())
            shown.append(AheadLine(item.organisation, item.ask_ref, item.wording, item.when, item.link))
        if shown:
            found.append(AheadDay(f"{each.on:%A} {day(each.on)}", tuple(shown)))
    return found


def always_on() -> list[tuple[str, str]]:
    """What everybody is told, with why it cannot be switched off."""
    return [(topic.label, ALWAYS_ON[topic]) for topic in Topic if not topic.may_be_switched_off]


def ledger_line(row: LedgerRow, viewer: Viewer, people: Scope) -> LedgerLine:
    return LedgerLine(
        due=day(row.due_on),
        entered=day(clock.london_day(row.recorded_at)),
        code=row.code,
        name=row.name,
        closed=f"closed {day(row.closed_on)}" if row.closed_on else "",
        framework_code=row.framework_code,
        ref=row.ref,
        topic=row.topic.label,
        kind=kind_words(row.topic, row.kind, rulebook().quiet_days),
        deadline=day(row.deadline_on),
        who=who(row, viewer, people),
        state=STATES[row.state],
        why=why(row),
        snoozed=f"Until {day(row.snoozed_until)}" if row.snoozed_until else "No",
    )


def who(row: LedgerRow, viewer: Viewer, people: Scope) -> str:
    """To whom it goes: by role, and by name where the viewer may see who holds it."""
    role = row.role.label if row.role else NO_ROLE
    return f"{row.person_name} ({role})" if _is_named(row, viewer, people) else role


def why(row: LedgerRow) -> str:
    """Why it is in that state, or when it was sent."""
    if row.sent_at is not None:
        return f"Sent at {day_and_time(row.sent_at)}"
    return row.why or _USUAL[row.state]


_USUAL = {
    "waiting": "It goes with the next digest",
    "queued": "It waits in the outbox",
    "sent": "A mail server took it",
    "failed": "No mail server took it",
    "bounced": "It came back",
    "suppressed": "Not said",
    "snoozed": "Snoozed",
    "gone_up": "The regional team was told",
}


def trouble_words(trouble: Trouble) -> list[tuple[str, str]]:
    """How many reminders did not reach anybody, each with the state to look for.

    >>> trouble_words({"failed": 3, "bounced": 1})
    [('3 failed', 'failed'), ('1 bounced', 'bounced')]
    """
    return [(f"{count} {STATES[word].lower()}", word) for word, count in trouble.items()]


def counted(count: int, trouble: Trouble) -> str:
    """How many in the last weeks, for a row of another page.

    >>> counted(12, {"failed": 1}), counted(0, {})
    ('12 in the last 30 days, 1 failed', 'None in the last 30 days')
    """
    return ", ".join([f"{count or 'None'} in the last 30 days", *(words for words, _ in trouble_words(trouble))])


def csv_cells(row: LedgerRow, viewer: Viewer, people: Scope) -> tuple[Cell, ...]:
    """An entry as the file holds it, under CSV_HEADINGS."""
    return (
        *(row.code, row.name, row.framework_code, row.ref, row.topic.label),
        kind_words(row.topic, row.kind, rulebook().quiet_days),
        *(row.deadline_on, row.due_on, clock.london_day(row.recorded_at)),
        row.role.label if row.role else None,
        row.person_name if _is_named(row, viewer, people) else None,
        STATES[row.state],
        row.why or None,
        clock.london_day(row.sent_at) if row.sent_at else None,
        row.snoozed_until,
    )


def _is_named(row: LedgerRow, viewer: Viewer, people: Scope) -> bool:
    return row.person_id == viewer.person_id or row.may_be_named_to(people)
