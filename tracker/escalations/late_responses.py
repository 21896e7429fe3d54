"""How many responses are overdue in a scope: what the head of the list says first; it reads no standing."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.escalations.models import Escalation
from tracker.escalations.queries import is_still_asked
from tracker.escalations.states import OVERDUE, RecordColumns, is_in
from tracker.organisations.queries import in_scope, organisations_as_at


def late_responses(scope: Scope, today: date) -> int:
    """How many responses are overdue in a scope."""
    organisations = organisations_as_at(today)
    record = RecordColumns(
        escalation_id=Escalation.id,
        is_closed=Escalation.closed_on.is_not(None),
        is_answered=Escalation.is_answered.is_(sa.true()),
        response_due_on=Escalation.response_due_on,
        quiet_until=Escalation.quiet_until,
    )
    query = (
        sa.select(sa.func.count())
        .select_from(Escalation)
        .join(organisations, organisations.c.organisation_id == Escalation.organisation_id)
        .where(is_in(OVERDUE, record, today), is_still_asked(), in_scope(organisations, scope))
    )
    return session().scalar(query) or 0
