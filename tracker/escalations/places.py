"""The regions, systems and types of organisation that filters offer in a scope; it reads no escalation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import read
from tracker.organisations.queries import in_scope, is_tracked, organisations_as_at

Choices = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Places:
    """What can be chosen: pairs of value and text, by text."""

    regions: Choices
    systems: Choices
    types: Choices


def places_in(scope: Scope, today: date) -> Places:
    """Those of the tracked organisations in a scope, in one statement."""
    rows = list(read(_places(scope, today)))
    return Places(
        regions=_by_text({row.region_code: row.region_name for row in rows if row.region_code}),
        systems=_by_text({row.system_code: row.system_name for row in rows if row.system_code}),
        types=_by_text({row.organisation_type.value: row.organisation_type.label for row in rows}),
    )


@lru_cache(maxsize=64)
def _places(scope: Scope, today: date) -> sa.Select[Any]:
    organisations = organisations_as_at(today)
    columns = organisations.c
    names = ("region_code", "region_name", "system_code", "system_name", "organisation_type")
    return (
        sa.select(*(columns[name] for name in names))
        .where(in_scope(organisations, scope), is_tracked(columns.organisation_type))
        .distinct()
    )


def _by_text(pairs: dict[str, str]) -> Choices:
    return tuple(sorted(pairs.items(), key=lambda pair: (pair[1].casefold(), pair[0])))
