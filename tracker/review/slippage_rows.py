"""Values that travel from the query of targets that slipped to the page and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts
from tracker.progress.date_rules import Slippage


@dataclass(frozen=True, slots=True)
class SlippageFilters:
    """What narrows the table; empty means everything."""

    system: str = ""
    organisation_type: str = ""
    action: str = ""
    days: int = 0
    """Targets that have moved by at least so many days."""


@dataclass(frozen=True, slots=True)
class FilterOptions:
    """What can be chosen in this viewer's scope: pairs of value and text."""

    systems: tuple[tuple[str, str], ...]
    types: tuple[tuple[str, str], ...]
    actions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class SlippageRow:
    """One ask of one organisation that ever had a target of its own."""

    code: str
    name: str
    system_code: str | None
    system_name: str | None
    ask: AskFacts
    national_on: date | None
    first_on: date | None
    target_on: date | None
    slipped: Slippage
    reasons: tuple[tuple[date, str], ...]
    """Why each target was agreed, and on which day, the oldest first."""
