"""What the pages and files of returns say, as text and tags; the templates only lay it out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date

from flask import url_for

from tracker.accounts.rules import Role
from tracker.organisations.queries import OrganisationSummary
from tracker.returns.changes import recorded_late, tag_class
from tracker.returns.due_rules import Due, Rhythm
from tracker.returns.reading import Shown
from tracker.returns.rows import Cadence, Control, Event, FrozenAsk, Handed, ReturnLine, ReturnNow
from tracker.web.downloads import Cell
from tracker.web.wording import NOT_PROVIDED, day, day_and_time, in_words, plural

RETURN_OVERDUE = "Board return overdue"
"""The name of what is late of an organisation; what is late of an ask has four others, see ``date_rules.Overdue``."""

COLUMNS = (
    {"text": "Return"},
    {"text": "Status"},
    {"text": "As at"},
    {"text": "Meeting"},
    {"text": "Submitted"},
    {"text": "Decided"},
)
ASK_COLUMNS = (
    {"text": "Ask"},
    {"text": "Status"},
    {"text": "Last return"},
    {"text": "Dates"},
    {"text": "What is said"},
)
LIST_HEADINGS = (
    *("ods_code", "organisation", "number", "version", "state", "title", "covers", "as_at"),
    *("meeting", "meeting_on", "submitted_on", "decided_on"),
)
_LEFT_OUT = {"ask_id", "framework_title"}
ROW_FIELDS = tuple(each.name for each in fields(FrozenAsk) if each.name not in _LEFT_OUT)
ROW_HEADINGS = ("ods_code", "organisation", "return", "version", "state", "as_at", "known_at", *ROW_FIELDS)


def due_words(due: Due | None) -> str:
    """When the next return is due.

    >>> due_words(Due(date(2020, 10, 31), 2)), due_words(None)
    ('31 October 2020, 2 days overdue', 'No dates are set yet')
    >>> due_words(Due(date(2020, 12, 5), None, date(2020, 10, 21)))
    '5 December 2020. Missed: due 21 October 2020'
    """
    if due is None:
        return "No dates are set yet"
    late = f", {plural(due.days_overdue, 'day')} overdue" if due.days_overdue is not None else ""
    ahead = f"{day(due.next_on)}{late}" if due.next_on is not None else "No date is ahead"
    return f"{ahead}. {missed_words(due.missed_on)}" if due.missed_on is not None else ahead


def missed_words(missed_on: date) -> str:
    """What is said of a day that was overdue when other days were set, until a return is handed in."""
    return f"Missed: due {day(missed_on)}"


def due_mark(due: Due | None) -> str:
    """RETURN_OVERDUE, and nothing where no return is."""
    return RETURN_OVERDUE if due is not None and due.is_overdue else ""


def rhythm_words(rhythm: Rhythm | None) -> str:
    """How often the board wants a return."""
    if rhythm is None:
        return "Not set yet"
    if rhythm.every_months:
        often = {1: "Every month", 12: "Every year"}.get(rhythm.every_months, f"Every {rhythm.every_months} months")
        return f"{often} from {day(rhythm.first_on)}"
    return in_words([day(each) for each in rhythm.board_dates])


def cadence_lines(history: Sequence[Cadence]) -> list[tuple[str, str]]:
    """Which cadences there were as sentences, the newest first, each with the reason where it took another's place."""
    return [
        (
            f"{day_and_time(each.recorded_at)}: {who(each.person_name, each.role)}, set: {rhythm_words(each.rhythm)}.",
            each.reason,
        )
        for each in reversed(history)
    ]


def list_cells(organisation: OrganisationSummary, line: ReturnLine) -> tuple[Cell, ...]:
    """A return as the file of the list holds it, under LIST_HEADINGS."""
    return (
        *(organisation.code, organisation.name, line.number, line.edition, line.state.value, line.title),
        *(line.framework_title, line.as_at, line.meeting, line.meeting_on, line.submitted_on, line.decided_on),
    )


def row_cells(organisation: OrganisationSummary, page: Shown) -> Iterator[tuple[Cell, ...]]:
    """The rows of a return as its file holds them, under ROW_HEADINGS."""
    known_at = page.handed.known_at.isoformat() if page.handed else None
    start: tuple[Cell, ...] = (
        *(organisation.code, organisation.name, page.now.number, page.edition, page.state.value),
        *(page.control.as_at, known_at),
    )
    for ask in page.asks:
        yield (*start, *(_plain(getattr(ask, name)) for name in ROW_FIELDS))


def _plain(value: Cell) -> Cell:
    return value if value is None or isinstance(value, int | date) else str(value)


def control_rows(page: Shown) -> list[dict[str, str]]:
    """The control block of a return: what its cover sheet says, and what became of it."""
    lead = f"{page.lead_name or 'A former colleague'}, {page.lead.job_title}" if page.lead else "Nobody in post"
    rows = [
        *_said(page.control, page.now.framework_title),
        ("Executive lead", lead),
        ("Version", str(page.edition)),
        *(_handed(page.handed, page.sha256) if page.handed else ()),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def standing_now(now: ReturnNow) -> list[dict[str, str]]:
    """How a return stands, for somebody who has been overtaken."""
    handed = now.find_edition(now.edition)
    rows = [
        ("Status", now.state.label),
        ("Version", str(now.edition)),
        *_said(now.control, now.framework_title),
        *(_handed(handed, "") if handed else ()),
    ]
    return [{"key": key, "value": value} for key, value in rows]


def _said(control: Control, framework_title: str) -> tuple[tuple[str, str], ...]:
    return (
        ("Title", control.title),
        ("Covers", framework_title),
        ("As at", day(control.as_at)),
        ("Meeting", f"{control.meeting}{f', {day(control.meeting_on)}' if control.meeting_on else ''}"),
        ("Agenda item", control.agenda_item or NOT_PROVIDED),
        ("Author", control.author),
        ("Purpose", control.purpose.label),
        ("Previously considered by", control.considered_by or NOT_PROVIDED),
        ("Executive summary", control.summary or NOT_PROVIDED),
        ("Recommendation", control.recommendation or NOT_PROVIDED),
    )


def _handed(handed: Handed, fingerprint: str) -> Iterator[tuple[str, str]]:
    yield "As known at", day_and_time(handed.known_at)
    yield "Submitted", f"{day(handed.submitted_on)} by {handed.submitter or 'a former colleague'}"
    if handed.decision is not None:
        words = {"approved": "Approved", "sent_back": "Sent back"}[handed.decision.value]
        yield words, f"{day(handed.decided_on)} by {who(handed.decider, handed.decider_role)}"
    if handed.reason:
        yield "Why it was sent back", handed.reason
    if fingerprint:
        yield "Fingerprint", f"{fingerprint[:16]}…"


def who(name: str, role: str) -> str:
    """Who did it; a role stays when a name was forgotten.

    >>> who("Ruth Calloway", "board"), who("", "lead")
    ('Ruth Calloway, Board member', 'A former colleague, Health inequalities lead')
    """
    return f"{name or 'A former colleague'}, {Role(role).label if role in set(Role) else role}"


@dataclass(frozen=True, slots=True)
class ShownAsk:
    """One row of a return."""

    name: str
    ref: str
    framework: str
    status: str
    status_class: str
    before: str
    dates: tuple[str, ...]
    is_overdue: bool
    said: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """The rows of one action."""

    title: str
    asks: tuple[ShownAsk, ...]


def sections(asks: Sequence[FrozenAsk]) -> list[Section]:
    """The rows grouped by action, in their order; the framework is named where there are several."""
    several = len({ask.framework for ask in asks}) > 1
    groups: dict[tuple[str, str], list[FrozenAsk]] = {}
    for ask in asks:
        groups.setdefault((ask.framework, ask.action_no), []).append(ask)
    return [
        Section(
            title=f"{f'{group[0].framework_title}: ' if several else ''}{group[0].action_no}. {group[0].action}",
            asks=tuple(_shown(ask) for ask in group),
        )
        for group in groups.values()
    ]


def _shown(ask: FrozenAsk) -> ShownAsk:
    before = f"{ask.previous_status}{f' ({ask.movement.value.lower()})' if ask.movement else ''}"
    said = (
        ("", ask.progress),
        ("Reason", ask.reason),
        ("Waits for", ask.blocked_by),
        ("Next step", f"{ask.next_step}{f' ({day(ask.next_step_on)})' if ask.next_step_on else ''}"),
        ("Evidence", ask.evidence),
        ("Assurance", ask.assurance),
    )
    kept = tuple((key, value) for key, value in said if value)
    return ShownAsk(
        name=f"{ask.ask_ref} {ask.ask}",
        ref=ask.ask_ref,
        framework=ask.framework,
        status=ask.status,
        status_class=tag_class(ask),
        before=before or "Not in a return yet",
        dates=tuple(_dates(ask)),
        is_overdue=ask.days_overdue is not None,
        said=kept or (("", "Nothing yet"),),
    )


def _dates(ask: FrozenAsk) -> Iterator[str]:
    yield ask.due
    if ask.days_overdue is not None:
        yield f"{plural(ask.days_overdue, 'day')} overdue"
    named: Mapping[str, date | None] = {
        "Done on": ask.completed_on,
        "Expected": ask.forecast_on,
        "Back on track by": ask.recovery_on,
        "Said on": None if recorded_late(ask) else ask.updated_on,
        "Confirmed on": ask.confirmed_on,
    }
    yield from (f"{words} {day(on)}" for words, on in named.items() if on is not None)
    if recorded_late(ask):
        yield recorded_late(ask)


def event_lines(events: Sequence[Event]) -> list[tuple[str, str]]:
    """What happened to a return as sentences, the newest first, each with a reason where there is one."""
    return [(_event(event), event.reason) for event in events]


def _event(event: Event) -> str:
    warned = plural(event.warnings, "warning") if event.warnings else "no warnings"
    words = {
        "started": "began it",
        "changed": f"changed the document control of version {event.edition}",
        "checked": f"checked version {event.edition}, with {warned}",
        "submitted": f"submitted version {event.edition} to the board",
        "approved": f"approved version {event.edition}",
        "sent_back": f"sent version {event.edition} back",
    }[event.what]
    return f"{day_and_time(event.recorded_at)}: {who(event.person_name, event.role)}, {words}."


def versions(page: Shown, code: str) -> list[tuple[str, str]]:
    """The other versions that can be read, each with its address."""
    there = {each.edition for each in page.now.handed} | {page.now.edition}
    return [
        (f"Version {edition}", url_for("returns.one", code=code, number=page.now.number, version=edition))
        for edition in sorted(there - {page.edition})
    ]
