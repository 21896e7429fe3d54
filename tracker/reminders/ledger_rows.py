"""Values that travel from the ledger's queries to its page, its files and the pages of asks and organisations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from tracker.accounts.rules import Place, Role, Scope
from tracker.mail.topics import Topic


@dataclass(frozen=True, slots=True)
class LedgerFilters:
    """What narrows the ledger; empty means everything."""

    organisation: str = ""
    person: int | None = None
    topic: Topic | None = None
    state: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One reminder that fell due, and what became of it.

    ``role`` is the one through which the person is told there, ``body_id`` where it is held; both None where they hold
    none any more. ``snoozed_until`` is the day on which that person's snooze of the ask ends, where one runs now.
    """

    place: Place
    code: str
    name: str
    closed_on: date | None
    framework_code: str
    ref: str
    topic: Topic
    kind: str
    deadline_on: date
    due_on: date
    recorded_at: datetime
    state: str
    why: str
    sent_at: datetime | None
    person_id: int
    person_name: str
    role: Role | None
    body_id: int | None
    snoozed_until: date | None

    def may_be_named_to(self, people: Scope) -> bool:
        """Whether somebody who sees the people of some bodies may read who this was: by where the role is held."""
        return may_be_named(self.person_name, self.body_id, self.place, people)


def may_be_named(name: str, body_id: int | None, place: Place, people: Scope) -> bool:
    """The same of anybody who holds a role in a body through which they see the organisation of a place."""
    if not name or body_id is None:
        return bool(name) and people.is_everywhere
    if body_id == place.organisation_id:
        return people.covers(place)
    return people.covers(Place(body_id, None, place.region_id if body_id == place.system_id else None))


Trouble = Mapping[str, int]
"""How many reminders did not reach anybody, by the word for it."""
