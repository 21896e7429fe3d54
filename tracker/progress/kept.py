"""Keeps where everybody stands today in tables of its own, so that a list of a country is read from an index.

``standings_as_at`` is what is true; here is the same for one day, made by it and moved with every save. Whatever
changes which asks are tracked (organisations, frameworks, services, adoptions, the day) has it made anew for those it
touches, in its own transaction. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.db import read, session
from tracker.frameworks.models import AskContent
from tracker.frameworks.rules import OPEN_CLASSES, DateKind
from tracker.organisations.queries import organisations_as_at
from tracker.progress.models import KeptDay, OrganisationNow, StandingNow
from tracker.progress.rules import Applicability
from tracker.progress.standings import standings_live

OF_ENTRY = ("status_code", "completed_on", "recovery_on", "forecast_on", "review_on", "blocked_by")
"""Columns that are those of the entry that counts, under the same names."""


def is_kept(today: date) -> bool:
    """Whether the tables are those of a day; where they are not, a list must be read from ``standings_as_at``."""
    return read(_KEPT_DAY).scalar_one_or_none() == today


def keep(organisation_ids: Collection[int] | None = None) -> None:
    """Make the tables anew for today: for some organisations, or for all where none are named.

    Only some, while the tables are of another day, is nothing: they are all made anew then.
    """
    today = clock.today()
    if organisation_ids is not None and not is_kept(today):
        organisation_ids = None
    _lock()
    is_of_some = organisation_ids is not None
    for table, fresh in ((OrganisationNow, _organisations(today)), (StandingNow, _standings(today, is_of_some))):
        gone, added = sa.delete(table), fresh
        if organisation_ids is not None:
            chosen = sorted(organisation_ids)
            gone = gone.where(table.organisation_id.in_(chosen))
            added = fresh.where(fresh.selected_columns[0].in_(chosen))
        session().execute(gone.execution_options(synchronize_session=False))
        names = [column.name for column in added.selected_columns]
        session().execute(sa.insert(table).from_select(names, added))
    if organisation_ids is None:
        session().execute(sa.delete(KeptDay).execution_options(synchronize_session=False))
        session().execute(sa.insert(KeptDay).values(as_at=today, made_at=clock.now()))


def move(organisation_id: int, ask_id: int, changes: Mapping[str, Any], entry: Mapping[str, Any] | None) -> None:
    """Move one row with its position: ``changes`` are columns of ``Progress``, ``entry`` those of what counts now.

    A row that is not there is of an ask that is not tracked today.
    """
    moved = {
        name: value for name, value in changes.items() if name in ("version", "entry_id", "target_on", "confirmed_on")
    }
    if entry is not None:
        moved |= {name: entry.get(name) for name in OF_ENTRY}
        moved |= {"blocked_by": entry.get("blocked_by") or "", "updated_on": entry["true_on"]}
        moved |= {"said_class": entry["status_class"]}
    place = {"organisation": organisation_id, "ask": ask_id}
    session().connection().execute(_moving(tuple(sorted(moved))), moved | place)


# Kept because building it takes longer than running it.
@lru_cache(maxsize=16)
def _moving(columns: tuple[str, ...]) -> sa.Update:
    changed: dict[str, Any] = {name: sa.bindparam(name) for name in columns}
    if "target_on" in columns:
        changed["deadline_on"] = sa.func.coalesce(sa.bindparam("target_on", type_=sa.Date), StandingNow.national_on)
    if "said_class" in columns:
        said = sa.bindparam("said_class", type_=StandingNow.said_class.type)
        changed["is_open"] = sa.and_(StandingNow.applicability == Applicability.APPLIES, said.in_(_OPEN))
    return (
        sa.update(StandingNow)
        .where(StandingNow.organisation_id == sa.bindparam("organisation"), StandingNow.ask_id == sa.bindparam("ask"))
        .values(changed)
    )


def _lock() -> None:
    """Let nobody move a row meanwhile: it would be overwritten by what was read before. SQLite is locked whole."""
    if session().get_bind().dialect.name == "postgresql":
        session().execute(sa.text("LOCK TABLE standing_now IN SHARE ROW EXCLUSIVE MODE"))


def _organisations(today: date) -> sa.Select[Any]:
    return sa.select(organisations_as_at(today))


def _standings(today: date, is_of_some: bool) -> sa.Select[Any]:
    """The live select in the columns of ``StandingNow``."""
    live = standings_live(today, for_one_organisation=is_of_some)
    rows = live.select.add_columns(
        live.organisations.c.region_id.label("region_id"),
        sa.case((AskContent.date_kind == DateKind.BY, AskContent.national_on)).label("national_on"),
    ).subquery("live")
    said = rows.c.said_class
    columns = [rows.c[column.name] for column in StandingNow.__table__.columns if column.name in rows.c]
    is_open = sa.and_(rows.c.applicability == Applicability.APPLIES.value, said.in_(_OPEN))
    return sa.select(*columns, is_open.label("is_open"))


_OPEN = sorted(OPEN_CLASSES, key=lambda each: each.value)
_KEPT_DAY = sa.select(KeptDay.as_at)
