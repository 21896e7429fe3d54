"""What lists of many organisations are read from: the tables that are kept of today, else the facts, for any day.

Both have the same columns and expressions, so that a list does not know which it reads. What was known at an instant is
``standings_as_at``'s alone.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import date
from functools import cache, lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.db import InThisOrder, read
from tracker.evidence.queries import newest_evidence_on
from tracker.frameworks.models import ActionContent, Ask, AskContent, FrameworkRevision
from tracker.frameworks.rules import OPEN_CLASSES, SYSTEM_TYPES, DateKind
from tracker.organisations.queries import organisations_as_at
from tracker.progress.kept_models import KeptDay, OrganisationNow, StandingNow
from tracker.progress.lateness import DONE, Columns, is_one_of, is_past_its_date, late_on
from tracker.progress.models import ProgressEntry
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability
from tracker.progress.standings import Standings, standings_as_at, standings_live

PLACE = ("code", "name", "organisation_type", "system_id", "system_code", "system_name", "region_id", "region_code",
         "region_name")  # fmt: skip
"""What a list shows of an organisation, and its scope is asked of."""
PLACES_OF_A_FRAMEWORK, PLACES_OF_AN_ACTION = 1_000_000, 1_000
"""So many asks may stand in one framework, and in one action of it, before two have the same place in a list."""


@dataclass(frozen=True, slots=True, eq=False)
class ListSource:
    """A select of ``rows.Standing``, the other dates of ``Dates`` and the columns of PLACE, and what lists filter by.

    ``c`` has all of those by name, and of what is kept ``key``. ``bodies`` are the organisations themselves, tracked or
    not; ``alone`` are the rows, ``joined`` those with theirs, ``whole`` also with the entries that count, which hold
    what was said in words and its dates.
    """

    select: sa.Select[Any]
    bodies: sa.FromClause
    c: Columns
    lateness: Columns
    whole: sa.FromClause
    joined: sa.FromClause
    alone: sa.FromClause
    is_kept: bool
    by_body: ListSource | None = None
    """The same to be read organisation by organisation, where that is another way."""


def is_kept(today: date) -> bool:
    """Whether the tables are those of a day."""
    return read(_KEPT_DAY).scalar_one_or_none() == today


def source_on(as_at: date, today: date) -> ListSource:
    """Where every organisation stood on a day: today from what is kept of it if anything is, else from the facts.

    One or two statements to build.
    """
    return _kept() if as_at == today and is_kept(today) else source_of_facts(as_at)


def source_of_facts(as_at: date) -> ListSource:
    """The same, never from what is kept."""
    return _of_facts(standings_as_at(as_at), as_at)


def live_source(today: date, *, for_one_organisation: bool) -> ListSource:
    """The same for today, for all or for whichever one the caller narrows it to: what the tables are made of."""
    return _of_facts(standings_live(today, for_one_organisation=for_one_organisation), today)


# Building these takes longer than running them for one region; they hold no rows.
@lru_cache(maxsize=32)
def _of_facts(standings: Standings, as_at: date) -> ListSource:
    bodies = standings.organisations.c
    said = {column.key: column for column in standings.select.selected_columns}["said_class"].element
    action_place = sa.select(ActionContent.position).where(
        ActionContent.action_id == Ask.action_id, ActionContent.revision_id == FrameworkRevision.id
    )
    ask_place = (
        FrameworkRevision.position * PLACES_OF_A_FRAMEWORK
        + action_place.scalar_subquery() * PLACES_OF_AN_ACTION
        + AskContent.position
    )
    rows = standings.select.add_columns(
        *(bodies[name] for name in PLACE),
        sa.case((AskContent.date_kind == DateKind.BY, AskContent.national_on)).label("national_on"),
        sa.case((said.in_(DONE), newest_evidence_on(bodies.organisation_id, Ask.id, as_at))).label("evidence_on"),
        ask_place.label("ask_place"),
    ).subquery("facts")
    c: dict[str, Any] = dict(rows.c.items())
    lateness = lateness_of(c)
    c |= {
        "late_on": late_on(lateness),
        "is_overdue": is_overdue(lateness, as_at),
        "system_of": sa.case((c["organisation_type"].in_(SYSTEM_TYPES), c["organisation_id"]), else_=c["system_id"]),
    } | sorted_by(c)
    return ListSource(_selected(c), organisations_as_at(as_at), c, lateness, rows, rows, rows, is_kept=False)


@cache
def _kept() -> ListSource:
    standing, entry = StandingNow.__table__, sa.orm.aliased(ProgressEntry)
    organisations = OrganisationNow.__table__
    c: dict[str, Any] = {name: organisations.c[name] for name in PLACE} | dict(standing.c.items())
    c["key"] = standing.c.id
    c |= {name: organisations.c[name] for name in ("sort_name", "sort_system")}
    c |= {name: getattr(entry, name) for name in ("status_code", "completed_on", "recovery_on", "forecast_on")}
    c["blocked_by"] = sa.func.coalesce(entry.blocked_by, "")
    c["entry_on"] = entry.true_on
    both = standing.join(organisations, organisations.c.organisation_id == standing.c.organisation_id)
    whole = both.outerjoin(entry, entry.id == standing.c.entry_id)
    select = _selected(c).select_from(whole)
    # What is open or done is so whichever class is asked, and this one is in the indexes.
    lateness = {**lateness_of(c), "said_class": c["status_class"], "is_open": c["is_open"]}
    in_order = InThisOrder(organisations, standing, both.onclause)
    # What is asked of the organisations must not lead to the rows by another way.
    of_bodies = c | {name: organisations.c[name] for name in ("organisation_id", "region_id", "organisation_type")}
    by_body = ListSource(select, organisations, of_bodies, lateness, whole, in_order, in_order, is_kept=True)
    return ListSource(select, organisations, c, lateness, whole, both, standing, is_kept=True, by_body=by_body)


def _selected(c: Columns) -> sa.Select[Any]:
    names = (*(each.name for each in fields(Standing)), "national_on", "evidence_on", "late_on", *PLACE)
    return sa.select(*(c[name].label(name) for name in dict.fromkeys(names)))


def lateness_of(c: Columns) -> Columns:
    """The columns that ``lateness.py`` asks for, of those of a standing."""
    applies = c["applicability"] == Applicability.APPLIES
    return {
        **{
            name: c[name]
            for name in ("said_class", "target_on", "national_on", "deadline_on", "review_on", "evidence_on")
        },
        "said_on": c["updated_on"],
        "confirmed_on": c["confirmed_on"],
        "applies": applies,
        "is_open": sa.and_(applies, is_one_of(c["said_class"], OPEN_CLASSES)),
    }


def sorted_by(bodies: Columns) -> dict[str, sa.ColumnElement[str]]:
    """By what lists sort an organisation and its system: their names without regard to capitals."""
    return {
        "sort_name": sa.func.lower(bodies["name"]),
        "sort_system": sa.func.coalesce(sa.func.lower(bodies["system_name"]), ""),
    }


def is_overdue(lateness: Columns, as_at: date) -> sa.ColumnElement[bool]:
    """Whether it is past its date; never NULL."""
    is_past = is_past_its_date(lateness["is_open"], lateness["deadline_on"], as_at)
    return sa.func.coalesce(is_past, sa.false())


_KEPT_DAY = sa.select(KeptDay.as_at)
