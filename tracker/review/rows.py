"""Values that travel from the overdue query to the page and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress.date_rules import Overdue


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One overdue ask of one organisation."""

    organisation_id: int
    code: str
    name: str
    organisation_type: OrganisationType
    system_code: str | None
    system_name: str | None
    region_code: str | None
    region_name: str | None
    ask: AskFacts
    status: str
    status_class: StatusClass
    deadline_on: date
    kind: Overdue
    days_overdue: int
    updated_on: date | None
    blocked_by: str
    lead_title: str


@dataclass(frozen=True, slots=True)
class OverdueFilters:
    """What narrows the list; empty text means everything. Codes are ODS codes, the action is "framework/number"."""

    region: str = ""
    system: str = ""
    organisation_type: str = ""
    action: str = ""


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen in this viewer's scope: pairs of value and text."""

    regions: tuple[tuple[str, str], ...]
    systems: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
