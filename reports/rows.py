"""The values a report is made from: what the exporter fills in; it must not know how a sheet looks or where rows
come from.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Literal

# One vocabulary for the whole workbook, in the order of roll-up, worst first; the last two stand outside every
# denominator. The words are those of the default scale, so most readers meet one word for one thing.
CLASS_WORDS = {
    "off_course": "Off track",
    "at_risk": "At risk",
    "no_update": "No update",
    "not_started": "Not started",
    "on_course": "On track",
    "done_claimed": "Complete, claimed",
    "done_assured": "Complete, assured",
    "not_applicable": "Not applicable",
    "to_confirm": "Applicability to confirm",
}
CLASSES_DONE = ("done_claimed", "done_assured")
CLASSES_OUTSIDE_DENOMINATORS = ("not_applicable", "to_confirm")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressRow:
    """One organisation's standing on one ask: the columns of the Detail sheet and of progress.csv, in their order.

    Text is "" and a date or a number is None where there is nothing. `days_overdue` is None unless an open ask is
    overdue. `status_class` is a key of CLASS_WORDS. `lead_name` and `updated_by` are "" unless names were chosen.
    """

    region_code: str
    region: str
    system_code: str
    system: str
    ods_code: str
    organisation: str
    organisation_type: str
    framework: str
    action_no: str
    action: str
    ask_ref: str
    ask: str
    date_kind: str
    status: str
    status_class: str
    previous_status: str
    movement: str
    forecast: str
    national_date: date | None
    national_date_precision: str
    target_date: date | None
    completed_on: date | None
    days_overdue: int | None
    overdue_reason: str
    lead_title: str
    lead_name: str
    progress: str
    risk: str
    next_step: str
    next_step_on: date | None
    evidence: str
    assurance: str
    assured_on: date | None
    last_updated_on: date | None
    last_confirmed_on: date | None
    updated_by: str
    slippage_days: int | None = None
    target_revisions: int | None = None

    @property
    def is_overdue(self) -> bool:
        return self.days_overdue is not None and self.days_overdue > 0

    @property
    def is_off_track(self) -> bool:
        return self.status_class == "off_course"


PROGRESS_FIELDS = tuple(field.name for field in fields(ProgressRow))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScaleEntry:
    """One word of a framework's scale, as the Key sheet explains it; `colour` is a word, never a code."""

    framework: str
    label: str
    status_class: str
    definition: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What the workbook is of: whose progress, as at which day, known at which instant, in which state.

    `scope` is "England", a region's name or an organisation's; `frameworks` pairs each code with its title, in the
    order to show them; `pinned_note` says that the day is pinned for a demo, and is "" otherwise.
    """

    title: str
    scope: str
    as_at: date
    known_at: datetime
    version: str
    state: Literal["draft", "final"]
    contact: str
    includes_names: bool = False
    frameworks: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    pinned_note: str = ""

    def __post_init__(self) -> None:
        if self.known_at.tzinfo is None:
            raise ValueError("The data cut-off (known_at) has no time zone: give an instant in UTC.")
        if self.state not in ("draft", "final"):
            raise ValueError(f'The state of a workbook is "draft" or "final", not "{self.state}".')
        if not self.title.strip():
            raise ValueError("The workbook has no title: give one, because readers and screen readers start from it.")
