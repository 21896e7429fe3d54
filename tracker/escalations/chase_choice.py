"""Which asks a message to many is about, where somebody chose the whole overdue list by its filters."""

from __future__ import annotations

from datetime import date
from typing import Any

from tracker.accounts.rules import Scope
from tracker.escalations.chase_plan import item_name
from tracker.review import queries
from tracker.review.asked import what_is_asked
from tracker.review.conditions import DEFAULT_SORT

OVERDUE_LIST = "overdue"
"""As ``of`` in the address: the filters are those of the overdue list."""


def everything_on_the_overdue_list(scope: Scope, query: Any, today: date) -> list[str]:
    """The asks that the filters of the overdue list leave today; none where one of them is not known."""
    asked = what_is_asked(query, scope, today)
    if asked.filters.unknown or not asked.is_today:
        return []
    chosen = asked.filters.chosen
    rows = queries.overdue_rows(asked.source, scope, chosen, DEFAULT_SORT, asked.catalogue, today)
    return [item_name(row.code, row.ask) for row in rows]
