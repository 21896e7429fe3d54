"""What the Detail sheet calls each of its columns, how wide it is, and what it says instead of an empty cell.

A reader of a sheet, with or without a screen reader, cannot tell a gap from a fault, so no cell is empty
(checklist of the Government Analysis Function). The words differ by column because the reasons do: a
missing narrative was "Not provided", an ongoing ask has "No national date", a body outside a system has "No data".
"Not applicable" is never used for a gap: it is a status. The csv keeps empty fields, because a machine asks only
whether a field is empty. This module must not know how a cell is written.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reports.rows import CLASS_WORDS, PROGRESS_FIELDS, ProgressRow
from reports.wording import spelled

NO_DATA = "No data"
NOT_PROVIDED = "Not provided"
NOT_OVERDUE = "Not overdue"
NO_UPDATE = CLASS_WORDS["no_update"]
LEFT_OUT = "Left out of this copy"
PERSONAL_FIELDS = ("lead_name", "updated_by")
# Fields that hold a stored lower_snake word, which a sheet spells for people.
CODED_FIELDS = ("date_kind", "national_date_precision")

# Fixed words, or words that depend on the rest of the row.
Gap = str | Callable[[ProgressRow], str]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a sheet. Widths are in characters; 17 is the least that shows "21 September 2020".

    A column of counts has its heading over the last digit, where the counts stand.
    """

    heading: str
    width: int
    holds_counts: bool = False


def _unless_no_update(words: str) -> Callable[[ProgressRow], str]:
    return lambda row: NO_UPDATE if row.status_class == "no_update" else words


def _reason_asked_for(row: ProgressRow) -> str:
    return NOT_PROVIDED if row.is_overdue else NOT_OVERDUE


_WIDTHS_AND_GAPS: dict[str, tuple[int, Gap]] = {
    "region_code": (8, NO_DATA),
    "region": (16, NO_DATA),
    "system_code": (8, NO_DATA),
    "system": (20, NO_DATA),
    "ods_code": (8, NO_DATA),
    "organisation": (24, NO_DATA),
    "organisation_type": (13, NO_DATA),
    "framework": (11, NO_DATA),
    "action_no": (8, NO_DATA),
    "action": (22, NO_DATA),
    "ask_ref": (7, NO_DATA),
    "ask": (34, NO_DATA),
    "date_kind": (10, NO_DATA),
    "status": (14, NO_DATA),
    "status_class": (14, NO_DATA),
    "previous_status": (14, "No earlier return"),
    "movement": (12, "No earlier return"),
    "forecast": (12, NOT_PROVIDED),
    "national_date": (17, "No national date"),
    "national_date_precision": (11, "No national date"),
    "target_date": (17, "No local target"),
    "completed_on": (17, "No completion date"),
    "days_overdue": (9, NOT_OVERDUE),
    "overdue_reason": (24, _reason_asked_for),
    "lead_title": (18, NOT_PROVIDED),
    "lead_name": (16, NOT_PROVIDED),
    "progress": (40, NOT_PROVIDED),
    "risk": (20, NOT_PROVIDED),
    "next_step": (26, NOT_PROVIDED),
    "next_step_on": (17, NOT_PROVIDED),
    "evidence": (20, NOT_PROVIDED),
    "assurance": (16, "Not assured"),
    "assured_on": (17, "Not assured"),
    "last_updated_on": (17, NO_UPDATE),
    "last_confirmed_on": (17, _unless_no_update("Not confirmed")),
    "updated_by": (16, _unless_no_update(NOT_PROVIDED)),
    "slippage_days": (10, "No local target"),
    "target_revisions": (10, "No local target"),
}

HOLD_COUNTS = frozenset({"days_overdue", "slippage_days", "target_revisions"})
DETAIL_COLUMNS = {
    name: Column(spelled(name), _WIDTHS_AND_GAPS[name][0], holds_counts=name in HOLD_COUNTS) for name in PROGRESS_FIELDS
}
GAPS = {name: _WIDTHS_AND_GAPS[name][1] for name in PROGRESS_FIELDS}


def gap_words(name: str, row: ProgressRow) -> str:
    """What the sheet says where the row has nothing in this column."""
    words = GAPS[name]
    return words if isinstance(words, str) else words(row)
