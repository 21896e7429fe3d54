"""What the log of escalations says, on the paper and in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.escalations.presenters import StepLine, step_line
from tracker.escalations.rows import LogFilters, LogRow
from tracker.web.downloads import Cell
from tracker.web.wording import day

COLUMNS = (
    {"text": "Organisation"},
    {"text": "Ask"},
    {"text": "Raised"},
    {"text": "To whom"},
    {"text": "What is asked"},
    {"text": "Response due"},
    {"text": "Response"},
    {"text": "Outcome"},
    {"text": "Escalation"},
)
CSV_HEADINGS = (
    *("region_code", "region", "system_code", "system", "ods_code", "organisation", "framework", "ask_ref", "ask"),
    *("deadline", "raised_on", "raised_to", "asked", "response_due_on", "response", "outcome", "looked_at_again_on"),
    *("ending", "closed_on"),
)
OPEN = "Open"


@dataclass(frozen=True, slots=True)
class LogLine:
    """One step on the paper."""

    code: str
    name: str
    framework_code: str
    ref: str
    wording: str
    step: StepLine
    ending: str


def log_line(row: LogRow) -> LogLine:
    """A step as the paper shows it."""
    return LogLine(
        code=row.code,
        name=row.name,
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        step=step_line(row.step),
        ending=_ending(row),
    )


def _ending(row: LogRow) -> str:
    return f"Closed on {day(row.closed_on)}: {row.ending.label.lower()}" if row.ending else OPEN


def covered(filters: LogFilters) -> str:
    """Which steps the paper holds, for its first line."""
    which = "Steps of open escalations" if filters.only_open else "Steps"
    return f"{which} raised since {day(filters.since)}" if filters.since else f"{which} raised from the beginning"


def csv_cells(row: LogRow) -> tuple[Cell, ...]:
    """A step as the file holds it, under CSV_HEADINGS."""
    line, judged = step_line(row.step), row.step.judged
    again: date | None = judged.quiet_until if judged else None
    return (
        *(row.region_code, row.region_name, row.system_code, row.system_name, row.code, row.name),
        *(row.ask.framework_code, row.ask.ref, row.ask.wording),
        row.deadline_on,
        row.step.raised.true_on,
        line.to_whom,
        row.step.raised.text,
        row.step.raised.response_due_on,
        line.response,
        line.outcome,
        again,
        row.ending.label if row.ending else OPEN,
        row.closed_on,
    )
