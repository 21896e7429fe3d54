"""Which record is about the spell in which an ask is overdue now: the SQL twin of ``rules.is_of_this_spell``."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.escalations.models import Escalation
from tracker.escalations.rules import Ending
from tracker.frameworks.rules import OPEN_CLASSES
from tracker.progress.models import ProgressEntry
from tracker.progress.rules import EntryKind


def is_of_this_spell() -> sa.ColumnElement[bool]:
    """Of a row of ``escalation`` whose deadline is the one that is missed now. At most one of an ask's rows is."""
    return sa.and_(
        sa.or_(Escalation.ending.is_(None), Escalation.ending != Ending.OVERTAKEN),
        sa.not_(_entered(Escalation.recorded_at, ProgressEntry.kind == EntryKind.ASSURED)),
        sa.or_(
            Escalation.closed_on.is_(None),
            sa.not_(_entered(Escalation.closed_at, ProgressEntry.status_class.not_in(OPEN_CLASSES))),
        ),
    )


def _entered(since: Any, what: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    """Whether something was recorded of the ask after an instant."""
    return (
        sa.exists()
        .where(
            ProgressEntry.organisation_id == Escalation.organisation_id,
            ProgressEntry.ask_id == Escalation.ask_id,
            ProgressEntry.recorded_at > since,
            what,
        )
        .correlate(Escalation)
    )
