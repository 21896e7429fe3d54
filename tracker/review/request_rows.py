"""Values that travel from the query of target requests to the page and the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.frameworks.catalogue import AskFacts


@dataclass(frozen=True, slots=True)
class RequestRow:
    """A request for another target that waits for its region."""

    request_id: int
    code: str
    name: str
    system_code: str | None
    system_name: str | None
    ask: AskFacts
    asked_on: date
    target_on: date | None
    wanted_on: date | None
    reason: str
    agreed_by: str
    asked_by_id: int | None
    is_done: bool
    """Whether the ask is done by now, so that the request can be declined and not accepted."""
