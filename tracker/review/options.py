"""What the filters of the lists offer to a viewer; it must not know what is chosen."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.db import session
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.queries import list_frameworks
from tracker.frameworks.rules import SYSTEM_TYPES, OrganisationType
from tracker.organisations.queries import in_scope, tracked_types
from tracker.progress.lists import ListSource
from tracker.review.rows import NOBODY, FilterOptions

WORDS_OF_AN_ASK = 60


def filter_options(source: ListSource, scope: Scope, catalogue: Catalogue, today: date) -> FilterOptions:
    """The regions, systems and types in scope on the day of the source, and the actions and asks of every framework
    in effect today.
    """
    places = session().execute(_places(source, scope, tracked_types()))
    regions: dict[str, str] = {}
    systems: dict[str, str] = {}
    types: set[OrganisationType] = set()
    in_no_region = in_no_system = False
    for region_code, region_name, system_code, system_name, organisation_type in places:
        if region_code:
            regions[region_code] = region_name
        if system_code:
            systems[system_code] = system_name
        types.add(organisation_type)
        in_no_region |= not region_code
        in_no_system |= not system_code and organisation_type not in SYSTEM_TYPES
    in_effect = [framework for framework in list_frameworks() if framework.is_in_effect(today)]
    titles = {framework.code: framework.title for framework in in_effect}
    asked = [ask for ask in catalogue.asks.values() if ask.framework_code in titles]
    actions = {
        f"{ask.framework_code}/{ask.action_number}": f"{ask.action_number}. {ask.action_title}"
        + (f" ({titles[ask.framework_code]})" if len(titles) > 1 else "")
        for ask in asked
    }
    return FilterOptions(
        regions=(*_by_text(regions), *([(NOBODY, "In no region")] if in_no_region else [])),
        systems=(*_by_text(systems), *([(NOBODY, "In no system")] if in_no_system else [])),
        types=_by_text({each.value: each.label for each in types}),
        frameworks=tuple(titles.items()),
        actions=tuple(actions.items()),
        asks=tuple((f"{ask.framework_code}/{ask.ref}", f"{ask.ref} {_short(ask.wording)}") for ask in asked),
    )


def is_in_sight(source: ListSource, scope: Scope, code: str) -> bool:
    """Whether an organisation with this code is in scope on the day of the source."""
    found = sa.select(source.bodies.c.organisation_id).where(
        source.bodies.c.code == code, in_scope(source.bodies, scope)
    )
    return session().execute(found).first() is not None


# Kept because building it takes longer than running it.
@lru_cache(maxsize=64)
def _places(source: ListSource, scope: Scope, tracked: frozenset[OrganisationType]) -> sa.Select[Any]:
    columns = source.bodies.c
    return (
        sa.select(
            columns.region_code,
            columns.region_name,
            columns.system_code,
            columns.system_name,
            columns.organisation_type,
        )
        .where(in_scope(source.bodies, scope), columns.organisation_type.in_(sorted(tracked)))
        .distinct()
    )


def _by_text(pairs: dict[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted(pairs.items(), key=lambda pair: (pair[1].casefold(), pair[0])))


def _short(wording: str) -> str:
    """The beginning of a wording, cut between words.

    >>> _short("Name an executive board member responsible for tackling inequalities in the organisation")
    'Name an executive board member responsible for tackling…'
    """
    if len(wording) <= WORDS_OF_AN_ASK:
        return wording
    return f"{wording[:WORDS_OF_AN_ASK].rpartition(' ')[0]}…"
