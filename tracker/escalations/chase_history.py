"""When a message to many last went out about an ask, and from which role, out of the ledger; it writes nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.escalations.models import Chase
from tracker.mail.models import LedgerEntry

KIND = "chase_"
"""How the ledger calls what a message to many said; the number of the message follows."""


@dataclass(frozen=True, slots=True)
class Written:
    """The last message about an ask: when, and in which role somebody sent it."""

    at: datetime
    role: str

    @property
    def by(self) -> str:
        return Role(self.role).label if self.role in set(Role) else "Not known"


def last_written(organisation_ids: Collection[int]) -> dict[tuple[int, int], Written]:
    """The last one about each ask of some organisations, by organisation and ask, in one statement."""
    number = sa.cast(sa.func.substr(LedgerEntry.kind, len(KIND) + 1), sa.BigInteger)
    # Only what a CASE has let through is made a number: other kinds of the ledger have none at this place.
    chase_id = sa.case((LedgerEntry.kind.startswith(KIND, autoescape=True), number), else_=None)
    last = (
        sa.select(LedgerEntry.organisation_id, LedgerEntry.ask_id, sa.func.max(chase_id).label("chase_id"))
        .where(LedgerEntry.organisation_id.in_(sorted(organisation_ids)))
        .group_by(LedgerEntry.organisation_id, LedgerEntry.ask_id)
        .subquery("last")
    )
    query = sa.select(last.c.organisation_id, last.c.ask_id, Chase.recorded_at, Chase.role)
    rows = session().execute(query.join(Chase, Chase.id == last.c.chase_id))
    return {(organisation_id, ask_id): Written(at, role) for organisation_id, ask_id, at, role in rows}
