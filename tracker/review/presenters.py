"""What the overdue list says, on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.frameworks.rules import OrganisationType
from tracker.progress.date_rules import Overdue
from tracker.progress.presenters import Tag, blocked_words, deadline_words
from tracker.review.rows import OverdueRow
from tracker.web.downloads import Cell
from tracker.web.wording import day

COLUMNS = (
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Days overdue", "sort": "days", "numeric": True},
    {"text": "Ask", "sort": "ask"},
    {"text": "Status"},
    {"text": "Due"},
    {"text": "Last update", "sort": "updated"},
    {"text": "Lead's job title"},
    {"text": "System", "sort": "system"},
)
"""What somebody acts on first stands first: on a phone the rest is a scroll away."""

SYSTEM_TYPES = (OrganisationType.SYSTEM, OrganisationType.ICB)

CSV_HEADINGS = (
    "region_code",
    "region",
    "system_code",
    "system",
    "ods_code",
    "organisation",
    "organisation_type",
    "framework",
    "action_no",
    "action",
    "ask_ref",
    "ask",
    "status",
    "status_class",
    "national_date",
    "target_date",
    "days_overdue",
    "lead_title",
    "last_updated_on",
    "overdue_kind",
    "blocked_by",
)


@dataclass(frozen=True, slots=True)
class OverdueLine:
    """One row of the page."""

    code: str
    name: str
    system: str
    framework_code: str
    ref: str
    wording: str
    status: Tag
    due: str
    kind: str
    days: int
    updated: str
    blocked: str
    lead_title: str


def overdue_line(row: OverdueRow) -> OverdueLine:
    """A row as the page shows it; what is missing is said in words."""
    due = deadline_words(row.deadline_on, None if row.kind is Overdue.PAST_TARGET else row.ask.precision)
    return OverdueLine(
        code=row.code,
        name=row.name,
        system=row.system_name or ("Is a system" if row.organisation_type in SYSTEM_TYPES else "No system"),
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        status=Tag(row.status, row.status_class),
        due=due,
        kind=row.kind.label,
        days=row.days_overdue,
        updated=day(row.updated_on) if row.updated_on else "No update",
        lead_title=row.lead_title or "No lead named",
        blocked=blocked_words(row.blocked_by) if row.blocked_by else "",
    )


def csv_cells(row: OverdueRow) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    return (
        row.region_code,
        row.region_name,
        row.system_code,
        row.system_name,
        row.code,
        row.name,
        row.organisation_type.label,
        row.ask.framework_code,
        row.ask.action_number,
        row.ask.action_title,
        row.ask.ref,
        row.ask.wording,
        row.status,
        row.status_class,
        row.ask.national_on,
        row.deadline_on if row.kind is Overdue.PAST_TARGET else None,
        row.days_overdue,
        row.lead_title,
        row.updated_on,
        row.kind.label,
        row.blocked_by,
    )
