"""What the table of targets that slipped says, on the page and in the file."""

from __future__ import annotations

from dataclasses import dataclass

from tracker.review.slippage_rows import SlippageRow
from tracker.web.downloads import Cell
from tracker.web.wording import day

COLUMNS = (
    {"text": "Organisation", "sort": "organisation"},
    {"text": "Ask", "sort": "ask"},
    {"text": "Days slipped", "sort": "days", "numeric": True},
    {"text": "Times moved", "sort": "revisions", "numeric": True},
    {"text": "National date"},
    {"text": "First target"},
    {"text": "Target now", "sort": "target"},
    {"text": "Reasons"},
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
    "first_target",
    "target_date",
    "slippage_days",
    "target_revisions",
    "reasons",
)


@dataclass(frozen=True, slots=True)
class SlippageLine:
    """One row of the page."""

    code: str
    name: str
    framework_code: str
    ref: str
    wording: str
    days: int
    revisions: int
    national: str
    first: str
    target: str
    reasons: tuple[str, ...]


def slippage_line(row: SlippageRow) -> SlippageLine:
    """A row as the page shows it; what is missing is said in words."""
    return SlippageLine(
        code=row.code,
        name=row.name,
        framework_code=row.ask.framework_code,
        ref=row.ask.ref,
        wording=row.ask.wording,
        days=row.slipped.days,
        revisions=row.slipped.revisions,
        national=day(row.national_on) if row.national_on else "None",
        first=day(row.first_on) if row.first_on else "None",
        target=day(row.target_on) if row.target_on else "Withdrawn",
        reasons=tuple(f"{day(agreed_on)}: {reason}" for agreed_on, reason in row.reasons) or ("Not provided",),
    )


def csv_cells(row: SlippageRow) -> tuple[Cell, ...]:
    """A row as the file holds it, under CSV_HEADINGS."""
    return (
        row.system_code,
        row.system_name,
        row.code,
        row.name,
        row.ask.framework_code,
        row.ask.ref,
        row.ask.wording,
        row.national_on,
        row.first_on,
        row.target_on,
        row.slipped.days,
        row.slipped.revisions,
        "; ".join(f"{agreed_on.isoformat()}: {reason}" for agreed_on, reason in row.reasons),
    )
