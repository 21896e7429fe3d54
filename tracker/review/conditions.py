"""The filters and the orders of the list as SQL; it knows neither pages nor which tables they are read from."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.accounts.rules import Scope
from tracker.appointments.queries import ids_of_led
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import OrganisationType, Service, StatusClass
from tracker.organisations.models import Organisation
from tracker.organisations.queries import ids_running, in_scope
from tracker.progress.date_rules import Overdue
from tracker.progress.lateness import DONE as DONE_CLASSES
from tracker.progress.lateness import is_late
from tracker.progress.lists import ListSource
from tracker.review.rows import ANY, DONE, NOBODY, PAST_DATE, OverdueFilters
from tracker.web.paging import Sort

SORTS = ("days", "organisation", "system", "ask", "updated")
BY_BODY = ("organisation", "system")
"""The orders that are those of the organisations."""
DEFAULT_SORT = Sort("days", "descending")
BY_NAME = Sort("organisation")
"""How the whole country is listed: a list of the worst first would be a league table."""
VACANT = "vacant"
LATER_THAN_ALL = date(9999, 12, 31)


def wanted_asks(filters: OverdueFilters, catalogue: Catalogue) -> frozenset[int] | None:
    """The ids of the asks that the filters of framework, action and ask leave; None where they leave all.

    An action is "8ua-2020/6", or a bare "6" of the framework that everybody is tracked against.
    """
    if not filters.framework and not filters.action and not filters.ask:
        return None
    framework, _, number = filters.action.rpartition("/")
    return frozenset(
        ask.ask_id
        for ask in catalogue.asks.values()
        if filters.framework in ("", ask.framework_code)
        and (not filters.ask or f"{ask.framework_code}/{ask.ref}" == filters.ask)
        and (not filters.action or ask.action_number == number)
        and (not framework or ask.framework_code == framework)
    )


def conditions(
    source: ListSource, scope: Scope, filters: OverdueFilters, asks: frozenset[int] | None, as_at: date
) -> tuple[list[sa.ColumnElement[bool]], bool]:
    """What every row of the list fulfils on a day, and whether the organisations must be joined to know it."""
    c = source.c
    found, needs_bodies = conditions_of_bodies(source, scope, filters, as_at)
    if asks is not None:
        found.append(c["ask_id"].in_(sorted(asks)))
    if filters.status == DONE:
        found.append(c["status_class"].in_(DONE_CLASSES))
    elif filters.status:
        found.append(c["status_class"] == StatusClass(filters.status))
    found.append(source.lateness["applies"] if filters.holds_what_is_not_late else c["late_on"] < as_at)
    if filters.holds_what_is_not_late and not filters.status:
        found.append(c["status_class"] != StatusClass.NOT_APPLICABLE)
    if filters.overdue == PAST_DATE:
        found.append(c["is_overdue"])
    elif filters.overdue not in ("", ANY):
        found.append(is_late(Overdue(filters.overdue), source.lateness, as_at))
    if filters.days is not None:
        found.append(c["late_on"] <= as_at - timedelta(days=filters.days))
    if filters.quiet_days is not None:
        last_day = as_at - timedelta(days=filters.quiet_days)
        for said_on in (c["updated_on"], c["confirmed_on"]):
            found.append(sa.or_(said_on.is_(None), said_on <= last_day))
    return found, needs_bodies


def conditions_of_bodies(
    source: ListSource, scope: Scope, filters: OverdueFilters, as_at: date
) -> tuple[list[sa.ColumnElement[bool]], bool]:
    c, found, needs_bodies = source.c, [], False
    if scope.regions and not scope.own and not scope.systems:
        # What is tracked in a region bears its id; the region itself is never tracked.
        found.append(c["region_id"].in_(sorted(scope.regions)))
    elif not scope.is_everywhere:
        found.append(in_scope(source.bodies if source.is_kept else source.joined, scope))
        needs_bodies = True
    if filters.region == NOBODY:
        found.append(c["region_id"].is_(None))
    elif filters.region:
        found.append(c["region_id"] == _id_of(filters.region))
    if filters.system == NOBODY:
        found.append(c["system_of"].is_(None))
    elif filters.system:
        found.append(c["system_of"] == _id_of(filters.system))
    if filters.organisation:
        found.append(c["organisation_id"] == _id_of(filters.organisation))
    if filters.organisation_type:
        found.append(c["organisation_type"] == OrganisationType(filters.organisation_type))
    if filters.service:
        found.append(c["organisation_id"].in_(ids_running(Service(filters.service), as_at)))
    if filters.lead == VACANT:
        found.append(c["organisation_id"].not_in(ids_of_led(as_at)))
    if filters.is_among_overdue:
        found.append(c["organisation_id"].in_(with_something_overdue(source)))
    return found, needs_bodies


def with_something_overdue(source: ListSource) -> sa.Select[Any]:
    """The ids of the organisations of which something is past its date."""
    return sa.select(source.c["organisation_id"]).select_from(source.alone).where(source.c["is_overdue"])


def _id_of(code: str) -> sa.ScalarSelect[int]:
    return sa.select(Organisation.id).where(Organisation.code == code).scalar_subquery()


def order(source: ListSource, sort: Sort, *, is_all: bool, is_reversed: bool = False) -> list[sa.ColumnElement[Any]]:
    """The order asked for, made stable by code and ask, so that pages neither repeat nor miss a row.

    More days overdue is an earlier day, so "days" runs the other way round; where the list holds what is not late,
    that comes last or first. ``is_reversed`` is the same order read from its end.
    """
    c = source.c
    late_on = sa.func.coalesce(c["late_on"], sa.literal(LATER_THAN_ALL, sa.Date)) if is_all else c["late_on"]
    by = {
        "days": late_on,
        "organisation": c["sort_name"],
        "system": c["sort_system"],
        "ask": c["ask_place"],
        "updated": c["updated_on"],
    }
    falls = sort.is_descending ^ (sort.column == "days") ^ is_reversed
    chosen = by[sort.column].desc() if falls else by[sort.column].asc()
    if sort.column == "updated":
        # What was never updated was so before everything else.
        chosen = chosen.nulls_last() if falls else chosen.nulls_first()
    ties = (c["code"], c["ask_place"])
    return [chosen, *((each.desc() if is_reversed else each.asc()) for each in ties)]
