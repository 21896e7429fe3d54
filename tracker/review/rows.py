"""Values that travel from the queries of the list to the page and the file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.progress.date_rules import Overdue

ANY = "any"
"""As the filter "overdue": late or not."""
PAST_DATE = "date"
"""As the filter "overdue": past its target, or past the national date where there is none."""
DONE = "done"
"""As the filter "status": claimed or assured."""
NOBODY = "none"
"""As the filter "system" or "region": in none."""
AMONG_OVERDUE = "overdue"
"""As the filter "among": the asks of organisations of which something is past its date."""


_NEVER_PAST_A_DATE = frozenset({DONE, *(each.value for each in StatusClass if not each.is_open)})


@dataclass(frozen=True, slots=True)
class OverdueRow:
    """One ask of one organisation that is late by one name or several; or any, where the list holds all."""

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
    deadline_on: date | None
    target_on: date | None
    late: Mapping[Overdue, date]
    """By which names it is late, each with the day from the day after which it is; empty where it is not."""
    days_overdue: int | None
    """Since the first of those days, a target standing in the place of the national date; None where it is not late."""
    is_past_date: bool
    updated_on: date | None
    evidence_on: date | None
    blocked_by: str
    lead_title: str


@dataclass(frozen=True, slots=True)
class OverdueFilters:
    """What narrows the list; empty text and None mean everything, and all filters hold at once.

    Codes are ODS codes, or NOBODY; the action is "framework/number" and the ask "framework/ref"; ``overdue`` is a name
    of ``Overdue``, PAST_DATE or ANY, ``status`` a class or DONE. ANY leaves out what is said not to be applicable,
    unless that is the status asked for.
    """

    region: str = ""
    system: str = ""
    organisation: str = ""
    organisation_type: str = ""
    service: str = ""
    framework: str = ""
    action: str = ""
    ask: str = ""
    overdue: str = ""
    status: str = ""
    lead: str = ""
    is_among_overdue: bool = False
    """Only of organisations of which something is past its date."""
    days: int | None = None
    quiet_days: int | None = None

    @property
    def holds_what_is_not_late(self) -> bool:
        """Also where a status is asked for that has no date to miss: whoever asks for claims wants all of them; and
        where the national date is, which was missed whatever target was agreed since.
        """
        if self.overdue in (ANY, Overdue.NATIONAL_DATE_MISSED):
            return True
        return self.overdue == "" and self.status in _NEVER_PAST_A_DATE


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen in this viewer's scope: pairs of value and text."""

    regions: tuple[tuple[str, str], ...]
    systems: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    frameworks: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]
    asks: tuple[tuple[str, str], ...]
