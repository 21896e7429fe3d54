"""What the register says, on its pages and in its file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.barriers.rows import AskChoice, Revision
from tracker.barriers.rules import is_review_due
from tracker.barriers.themes import theme_label
from tracker.clock import london_day
from tracker.organisations.queries import OrganisationSummary
from tracker.web.downloads import Cell
from tracker.web.wording import NOT_PROVIDED, day, in_words

Asks = Mapping[int, AskChoice]
DOES_NOT_APPLY = "Does not apply"

COLUMNS = (
    {"text": "Barrier or enabler", "sort": "title"},
    {"text": "Severity", "sort": "urgency"},
    {"text": "Status", "sort": "status"},
    {"text": "Next review", "sort": "review"},
    {"text": "Owner"},
    {"text": "Theme", "sort": "theme"},
    {"text": "Asks and steps"},
)
CSV_HEADINGS = (
    "ods_code",
    "organisation",
    "number",
    "kind",
    "title",
    "description",
    "theme_code",
    "theme",
    "severity",
    "status_code",
    "status",
    "asks",
    "action",
    "owner",
    "since_on",
    "reviewed_on",
    "next_review_on",
    "last_changed_on",
)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """One row of the list."""

    barrier_id: int
    title: str
    kind: str
    severity: str
    status: str
    status_class: str
    next_review: str
    is_review_due: bool
    owner: str
    theme: str
    asks: str


def register_line(entry: Revision, asks: Asks, today: date) -> RegisterLine:
    """A row as the page shows it; what is missing is said in words."""
    said = entry.said
    return RegisterLine(
        barrier_id=entry.barrier_id,
        title=said.title,
        kind=said.kind.label,
        severity=said.severity.label if said.severity else DOES_NOT_APPLY,
        status=said.status.label,
        status_class=said.status.tag_class,
        next_review=day(said.next_review_on) if said.next_review_on else "Not set",
        is_review_due=is_review_due(said.next_review_on, today),
        owner=said.owner or "No owner",
        theme=theme_label(said.theme),
        asks=in_words([each.ref for each in touched(entry, asks)]) or "None",
    )


def touched(entry: Revision, asks: Asks) -> list[AskChoice]:
    """The asks and steps that an entry touches, in the order of their frameworks; withdrawn ones are left out."""
    return [ask for ask_id, ask in asks.items() if ask_id in entry.said.asks]


def position(entry: Revision, today: date) -> list[dict[str, str]]:
    """What the page of one entry says of it."""
    said = entry.said
    due = " (review due)" if is_review_due(said.next_review_on, today) else ""
    rows = [
        ("Kind", said.kind.label),
        ("Severity", said.severity.label if said.severity else ""),
        ("Theme", theme_label(said.theme)),
        ("Description", said.description or NOT_PROVIDED),
        ("What is done about it", said.action or NOT_PROVIDED),
        ("Owner", said.owner or "No owner"),
        ("Since", day(said.since_on)),
        ("Last reviewed", day(said.reviewed_on) if said.reviewed_on else "Not reviewed yet"),
        ("Next review", f"{day(said.next_review_on)}{due}" if said.next_review_on else "Not set"),
    ]
    return [{"key": key, "value": value} for key, value in rows if value]


def csv_cells(organisation: OrganisationSummary, entry: Revision, asks: Asks) -> tuple[Cell, ...]:
    """An entry as the file holds it, under CSV_HEADINGS; its asks by their codes."""
    said = entry.said
    return (
        organisation.code,
        organisation.name,
        entry.barrier_id,
        said.kind.value,
        said.title,
        said.description,
        said.theme,
        theme_label(said.theme),
        said.severity.value if said.severity else None,
        said.status.value,
        said.status.label,
        "; ".join(each.code for each in touched(entry, asks)),
        said.action,
        said.owner,
        said.since_on,
        said.reviewed_on,
        said.next_review_on,
        london_day(entry.recorded_at),
    )
