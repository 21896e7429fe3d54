"""What the list of escalations says, on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.escalations.ladder import ladder
from tracker.escalations.presenters import NOT_ESCALATED, raised_words, record_tag, response_words, told_cell
from tracker.escalations.rows import ListRow
from tracker.frameworks.rules import SYSTEM_TYPES
from tracker.progress.presenters import Tag
from tracker.web.downloads import Cell
from tracker.web.wording import day

COLUMNS = (
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Days overdue", "sort": "days", "numeric": True},
    {"text": "Ask"},
    {"text": "Status"},
    {"text": "The ladder proposes", "sort": "level"},
    {"text": "Raised to"},
    {"text": "Response due", "sort": "response"},
    {"text": "System", "sort": "system"},
)
NO_SYSTEM, IS_SYSTEM, NOTHING, NO_RESPONSE_DUE = "No system", "Is a system", "Nothing today", "No response due"
"""What stands in a cell that would be empty."""
CSV_HEADINGS = (
    *("region_code", "region", "system_code", "system", "ods_code", "organisation", "organisation_type"),
    *("framework", "ask_ref", "ask", "status", "status_class", "deadline", "days_overdue"),
    *("proposed", "raised_to", "told", "raised_on", "state", "response_due_on", "response_days_overdue", "quiet_until"),
    *("ending", "closed_on"),
)


@dataclass(frozen=True, slots=True)
class ListLine:
    """One row of the page."""

    code: str
    name: str
    system: str
    framework_code: str
    ref: str
    wording: str
    days: int | None
    status: Tag | None
    proposed: str
    proposed_level: str
    """The code of the level, "" where nothing is proposed."""
    raised_to: str
    state: Tag | None
    response: str


def list_line(row: ListRow, today: date) -> ListLine:
    """A row as the page shows it; what is missing is said in words."""
    record, state = row.record, row.state(today)
    raised = raised_words(record)
    if row.raised_on is not None:
        raised += f" on {day(row.raised_on)}"
    if row.closed_on is not None and row.ending is not None:
        raised += f". Closed on {day(row.closed_on)}: {row.ending.label.lower()}"
    return ListLine(
        code=row.code,
        name=row.name,
        system=row.system_name or (IS_SYSTEM if row.organisation_type in SYSTEM_TYPES else NO_SYSTEM),
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        days=row.days_overdue(today),
        status=Tag(row.status, row.status_class) if row.status_class else None,
        proposed=ladder().label_of(row.proposed) if row.proposed else NOTHING,
        proposed_level=row.proposed or "",
        raised_to=raised,
        state=record_tag(record, today) if state else None,
        response=response_words(record, today) or NO_RESPONSE_DUE,
    )


def csv_cells(row: ListRow, today: date) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    record, state = row.record, row.state(today)
    due_on = record.response_due_on
    return (
        *(row.region_code, row.region_name, row.system_code, row.system_name),
        *(row.code, row.name, row.organisation_type.label),
        *(row.ask.framework_code, row.ask.ref, row.ask.wording),
        row.status,
        row.status_class,
        row.deadline_on,
        row.days_overdue(today),
        ladder().label_of(row.proposed) if row.proposed else None,
        ladder().label_of(record.level) if record.level else None,
        told_cell(record.told),
        row.raised_on,
        state.label if state else NOT_ESCALATED,
        due_on,
        (today - due_on).days if due_on and row.is_response_overdue(today) else None,
        record.quiet_until,
        row.ending.label if row.ending else None,
        row.closed_on,
    )
