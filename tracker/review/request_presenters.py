"""What the list of target requests says, on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.presenters import national_date
from tracker.review.request_rows import RequestRow
from tracker.web.downloads import Cell
from tracker.web.wording import day, plural

COLUMNS = (
    {"text": "Choose"},
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Ask"},
    {"text": "Asks for", "sort": "wanted"},
    {"text": "Instead of"},
    {"text": "Why"},
    {"text": "Waiting", "sort": "asked"},
    {"text": "Decision"},
)
CSV_HEADINGS = (
    "system_code",
    "system",
    "ods_code",
    "organisation",
    "framework",
    "ask_ref",
    "ask",
    "national_date",
    "target_date",
    "wanted_date",
    "asked_on",
    "days_waiting",
    "reason",
    "agreed_by",
)


@dataclass(frozen=True, slots=True)
class RequestLine:
    """One row of the page."""

    request_id: int
    code: str
    name: str
    framework_code: str
    ref: str
    wording: str
    wanted: str
    instead_of: str
    reason: str
    agreed_by: str
    waiting: str
    is_own: bool
    """Whether the viewer asked, and so may not decide."""
    is_done: bool


def request_line(row: RequestRow, today: date, viewer_id: int) -> RequestLine:
    """A row as the page shows it to one person."""
    ask = row.ask
    return RequestLine(
        request_id=row.request_id,
        code=row.code,
        name=row.name,
        framework_code=ask.framework_code,
        ref=ask.ref,
        wording=ask.wording,
        wanted=day(row.wanted_on) if row.wanted_on else "No target any more",
        instead_of=f"{day(row.target_on)}, the target"
        if row.target_on
        else national_date(ask.date_kind, ask.national_on, ask.precision, ask.season),
        reason=row.reason,
        agreed_by=row.agreed_by,
        waiting="Since today"
        if row.asked_on >= today
        else f"{plural((today - row.asked_on).days, 'day')}, since {day(row.asked_on)}",
        is_own=row.asked_by_id == viewer_id,
        is_done=row.is_done,
    )


def csv_cells(row: RequestRow, today: date) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    return (
        row.system_code,
        row.system_name,
        row.code,
        row.name,
        row.ask.framework_code,
        row.ask.ref,
        row.ask.wording,
        row.ask.national_on,
        row.target_on,
        row.wanted_on,
        row.asked_on,
        max(0, (today - row.asked_on).days),
        row.reason,
        row.agreed_by,
    )
