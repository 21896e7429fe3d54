"""Which asks a message to many is about, where somebody chose the whole overdue list by its filters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from tracker.accounts.rules import Scope
from tracker.escalations.chase_plan import item_name
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress.lists import source_on
from tracker.review import queries
from tracker.review.conditions import DEFAULT_SORT
from tracker.review.forms import OverdueFilterForm
from tracker.review.options import filter_options, is_in_sight

OVERDUE_LIST = "overdue"
"""As ``of`` in the address: the filters are those of the overdue list."""


def everything_on_the_overdue_list(scope: Scope, query: Mapping[str, Any], today: date) -> list[str]:
    """The asks that the filters of the overdue list leave; none where one of them is not known, and
    none of another day: what was late then is not what anybody can be asked about now."""
    source, catalogue = source_on(today, today), read_catalogue()
    filters = OverdueFilterForm(query)
    options = filter_options(source, scope, catalogue, today)
    filters.offer(options, today, is_in_sight=lambda code: is_in_sight(source, scope, code))
    if filters.unknown or filters.day_or(today) != today:
        return []
    rows = queries.overdue_rows(source, scope, filters.chosen, DEFAULT_SORT, catalogue, today)
    return [item_name(row.code, row.ask) for row in rows]
