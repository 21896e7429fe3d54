"""Values that travel from the queries of the audit to its page and its files; they know no request."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class AuditLine:
    """One entry of the audit, and the chain it belongs to."""

    entry_id: int
    chain: str
    number: int
    recorded_at: datetime
    person_id: int | None
    role: str
    verb: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    request_id: str
    entry_hash: str


@dataclass(frozen=True, slots=True)
class AuditFilters:
    """What narrows the list. ``chains`` and ``people`` are None for all of them, and empty for none."""

    chains: tuple[str, ...] | None = None
    people: tuple[int, ...] | None = None
    verb: str = ""
    from_on: date | None = None
    to_on: date | None = None
    request_id: str = ""
