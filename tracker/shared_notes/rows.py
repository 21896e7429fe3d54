"""Values that travel from the queries of shared notes to their pages and files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.rules import Scope
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.shared_notes.rules import Likeness


@dataclass(frozen=True, slots=True)
class Said:
    """What an organisation shares: its words, and whom to ask, by role and never by name."""

    text: str
    contact_role: str
    contact_mailbox: str


@dataclass(frozen=True, slots=True)
class Note:
    """The newest version of an organisation's note on an ask. ``stands``: the ask has been done ever since."""

    number: int
    is_shared: bool
    said: Said
    true_on: date
    recorded_at: datetime
    stands: bool

    @property
    def is_shown(self) -> bool:
        """Whether others read it, while the ask is done."""
        return self.is_shared and self.stands


@dataclass(frozen=True, slots=True)
class Asker:
    """For which ask of which organisation somebody looks for others, and which of them they see anyway."""

    organisation_id: int
    organisation_type: OrganisationType
    region_id: int | None
    ask_id: int
    scope: Scope


@dataclass(frozen=True, slots=True)
class Other:
    """One organisation that has finished the ask; ``said`` is None where it shares nothing."""

    code: str
    name: str
    organisation_type: OrganisationType
    likeness: Likeness
    is_same_region: bool
    status_class: StatusClass
    completed_on: date | None
    said: Said | None
    shared_on: date | None


@dataclass(frozen=True, slots=True)
class Others:
    """Those that may be named, in order, with how many they are; and how many of the same type there are in all."""

    named: Sequence[Other]
    total: int
    of: int
    done: int
    telling: int
    """How many of the same type say how they did it."""
