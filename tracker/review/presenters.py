"""What the overdue list says, on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.rules import SYSTEM_TYPES
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
    "as_at",
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
    kinds: tuple[str, ...]
    days: str
    updated: str
    blocked: str
    lead_title: str
    can_be_chosen: bool
    """Its own date has passed, so that its organisation can be written to about it."""


def overdue_line(row: OverdueRow) -> OverdueLine:
    """A row as the page shows it; what is missing is said in words."""
    precision = row.ask.precision if row.target_on is None else None
    return OverdueLine(
        code=row.code,
        name=row.name,
        system=row.system_name or ("Is a system" if row.organisation_type in SYSTEM_TYPES else "No system"),
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        status=Tag(row.status, row.status_class),
        due=deadline_words(row.deadline_on, precision) if row.deadline_on else "No date",
        kinds=tuple(_kind_words(row, kind) for kind in row.late),
        days="Not overdue" if row.days_overdue is None else f"{row.days_overdue:,}",
        updated=day(row.updated_on) if row.updated_on else "No update",
        lead_title=row.lead_title or "No lead named",
        blocked=blocked_words(row.blocked_by) if row.blocked_by else "",
        can_be_chosen=row.is_past_date,
    )


def _kind_words(row: OverdueRow, kind: Overdue) -> str:
    """By which name it is late, with the day where no other column has it."""
    if kind is Overdue.PAST_REVIEW:
        return f"{kind.label}, {day(row.late[kind])}"
    if kind is Overdue.EVIDENCE_OLD and row.evidence_on:
        return f"{kind.label}, dated {day(row.evidence_on)}"
    return kind.label


def csv_cells(row: OverdueRow, as_at: date) -> tuple[Cell, ...]:
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
        row.target_on,
        row.days_overdue,
        row.lead_title,
        row.updated_on,
        "; ".join(kind.label for kind in row.late),
        row.blocked_by,
        as_at,
    )
