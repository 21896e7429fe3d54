"""What an address of the overdue list asks for: the same for its page, its files and whoever writes to all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tracker.accounts.rules import Scope
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.progress.lists import ListSource, source_on
from tracker.review.conditions import BY_NAME, DEFAULT_SORT, SORTS
from tracker.review.forms import OverdueFilterForm
from tracker.review.options import filter_options, is_in_sight
from tracker.web.paging import Sort, read_sort


@dataclass(frozen=True, slots=True)
class Asked:
    """The day and its source, the scope, the filters and the order; ``filters.unknown`` says what makes no sense."""

    as_at: date
    is_today: bool
    source: ListSource
    scope: Scope
    catalogue: Catalogue
    filters: OverdueFilterForm
    sort: Sort


def what_is_asked(query: Any, scope: Scope, today: date) -> Asked:
    filters, catalogue = OverdueFilterForm(query), read_catalogue()
    as_at = filters.day_or(today)
    source = source_on(as_at, today)
    options = filter_options(source, scope, catalogue, today)
    filters.offer(options, today, is_in_sight=lambda code: is_in_sight(source, scope, code))
    default = BY_NAME if scope.is_everywhere else DEFAULT_SORT
    return Asked(as_at, as_at == today, source, scope, catalogue, filters, read_sort(query, SORTS, default))
