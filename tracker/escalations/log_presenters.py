"""What the log of escalations says, on the paper and in the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from tracker.accounts.rules import POWERS, Permission, Role, Viewer
from tracker.escalations.ladder import ladder
from tracker.escalations.presenters import one_level, record_tag, told_cell
from tracker.escalations.rows import LogFilters, LogRow
from tracker.escalations.rules import EventKind, is_response_overdue, state_of
from tracker.progress.presenters import Tag
from tracker.web.downloads import Cell
from tracker.web.wording import day

COLUMNS = ({"text": "Day"}, {"text": "What was done"}, {"text": "By"}, {"text": "What was written"})
CSV_HEADINGS = (
    *("region_code", "region", "system_code", "system", "ods_code", "organisation", "framework", "ask_ref", "ask"),
    *(
        "deadline",
        "escalation",
        "done_on",
        "done",
        "by",
        "raised_to",
        "told",
        "response_due_on",
        "outcome",
        "held_until",
    ),
    *("released_on", "ending", "text", "state", "response_days_overdue"),
)
KINDS = {
    EventKind.RAISED: "Raised",
    EventKind.ANSWERED: "Response",
    EventKind.JUDGED: "Outcome",
    EventKind.HELD: "Held",
    EventKind.CLOSED: "Closed",
}
NOTHING_WRITTEN = "Nothing"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One thing that was done."""

    on: str
    done: str
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class LogPart:
    """One escalation on the paper: of which ask, how it stood on the day of the paper, and what was done."""

    code: str
    name: str
    framework_code: str
    ref: str
    wording: str
    about: str
    state: Tag
    lines: tuple[LogLine, ...]


def log_parts(rows: Sequence[LogRow], as_at: date) -> list[LogPart]:
    """The paper: what was done, by escalation."""
    return [_part(list(of_one), as_at) for _, of_one in groupby(rows, key=lambda row: row.event.escalation_id)]


def _part(rows: Sequence[LogRow], as_at: date) -> LogPart:
    first = rows[0]
    return LogPart(
        code=first.code,
        name=first.name,
        framework_code=first.ask.framework_code,
        ref=first.ask.ref,
        wording=first.ask.wording,
        about=day(first.deadline_on),
        state=record_tag(first.record, as_at),
        lines=tuple(_line(row) for row in rows),
    )


def _line(row: LogRow) -> LogLine:
    return LogLine(day(row.event.true_on), done_words(row), _by(row), row.event.text or NOTHING_WRITTEN)


def done_words(row: LogRow) -> str:
    """What was done, until when it held, and when a hold ended."""
    event = row.event
    if event.kind is EventKind.RAISED:
        return f"Raised to: {one_level(event.level, event.told)}. Response due {day(event.response_due_on)}"
    if event.kind is EventKind.CLOSED:
        return f"Closed: {event.ending.label.lower()}" if event.ending else KINDS[event.kind]
    if event.kind is EventKind.JUDGED and event.judgement is not None:
        again = f", looked at again on {day(event.quiet_until)}" if event.quiet_until else ""
        return f"Outcome: {event.judgement.label.lower()}{again}"
    if event.kind is EventKind.HELD:
        ended = f". Released on {day(row.released_on)}" if row.released_on else ""
        return f"Held until {day(event.quiet_until)}{ended}"
    return KINDS[event.kind]


def _by(row: LogRow) -> str:
    """In which role: the paper is passed on, and names of people are not needed on it."""
    return Role(row.event.role).label if row.event.role in set(Role) else "Not known"


def made_by(viewer: Viewer) -> str:
    """Who made the paper, in which role."""
    roles = [held.role for held in viewer.held if Permission.SEE_ESCALATIONS in POWERS[held.role]]
    return ", ".join((viewer.name, *(role.label for role in dict.fromkeys(roles))))


def covered(filters: LogFilters) -> str:
    """Which escalations the paper holds, for its first line."""
    if filters.since is None:
        return f"Every escalation up to {day(filters.as_at)}, with everything that was done."
    return (
        f"Every escalation that was open on {day(filters.as_at)}, or that something was done about since "
        f"{day(filters.since)}, with everything that was done up to then."
    )


def csv_cells(row: LogRow, as_at: date) -> tuple[Cell, ...]:
    """One thing that was done as the file holds it, under CSV_HEADINGS; the state is that of the escalation."""
    event, due_on = row.event, row.record.response_due_on
    is_late = is_response_overdue(row.record, as_at)
    return (
        *(row.region_code, row.region_name, row.system_code, row.system_name, row.code, row.name),
        *(row.ask.framework_code, row.ask.ref, row.ask.wording),
        row.deadline_on,
        event.escalation_id,
        event.true_on,
        KINDS[event.kind],
        _by(row),
        ladder().label_of(event.level) if event.level else None,
        told_cell(event.told),
        event.response_due_on,
        event.judgement.label if event.judgement else None,
        event.quiet_until,
        row.released_on,
        event.ending.label if event.ending else None,
        event.text,
        state_of(row.record, as_at).label,
        (as_at - due_on).days if is_late and due_on else None,
    )
