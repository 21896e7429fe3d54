"""Keeps where everybody stands today in tables of its own, so that a list of a country is read from an index.

The live select of ``lists.py`` is what is true; here is the same for one day, made by it and moved with every save.
Whatever changes which asks are tracked (organisations, frameworks, services, adoptions, the day) has it made anew for
those it touches, in its own transaction. Nothing here commits.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.evidence.effects import EvidenceChanged
from tracker.evidence.queries import newest_evidence_on
from tracker.organisations.queries import organisations_as_at
from tracker.progress.kept_models import KeptDay, OrganisationNow, StandingNow
from tracker.progress.lateness import DONE, counted_class, late_on
from tracker.progress.lists import is_kept, is_overdue, lateness_of, live_source, sorted_by
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.rules import EntryKind

__all__ = ["is_kept", "keep", "lock", "move", "move_evidence"]


def keep(organisation_ids: Collection[int] | None = None) -> None:
    """Make the tables anew for today: for some organisations, or for all where none are named.

    Only some, while the tables are of another day, is nothing at all: nobody reads those, and whoever makes all of them
    for today, each night, has these among them. That is why the lock is asked for first: it is they who hold it, while
    they may have read what these were before.
    """
    session().flush()
    lock()
    today = clock.today()
    if organisation_ids is not None and not is_kept(today):
        return
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
    is_done = False
    if entry is not None:
        moved |= {"said_class": entry["status_class"], "review_on": entry.get("review_on")}
        if entry["kind"] is EntryKind.UPDATE:
            moved["updated_on"] = entry["true_on"]
        is_done = entry["status_class"] in DONE
    place = {"organisation": organisation_id, "ask": ask_id}
    session().connection().execute(_moving(tuple(sorted(moved)), is_done, clock.today()), moved | place)


def move_evidence(change: EvidenceChanged) -> None:
    """Tell the rows of the asks that a piece serves how new their evidence is now, where they are said to be done."""
    today, ask_ids = clock.today(), sorted(change.asks)
    # Whoever says something of an ask locks its position first and moves its row here after: so must this.
    positions = sa.select(Progress.id).where(
        Progress.organisation_id == change.organisation_id, Progress.ask_id.in_(ask_ids)
    )
    session().execute(positions.order_by(Progress.ask_id).with_for_update())
    newest = newest_evidence_on(StandingNow.organisation_id, StandingNow.ask_id, today)
    changed = {"evidence_on": sa.case((StandingNow.said_class.in_(DONE), newest))}
    session().execute(
        sa.update(StandingNow)
        .where(StandingNow.organisation_id == change.organisation_id, StandingNow.ask_id.in_(ask_ids))
        .values(_with_what_follows(changed, today))
        .execution_options(synchronize_session=False)
    )


# Kept because building it takes longer than running it.
@lru_cache(maxsize=32)
def _moving(columns: tuple[str, ...], is_done: bool, today: date) -> sa.Update:
    changed: dict[str, Any] = {name: sa.bindparam(name, type_=StandingNow.__table__.c[name].type) for name in columns}
    if "target_on" in columns:
        changed["deadline_on"] = sa.func.coalesce(changed["target_on"], StandingNow.national_on)
    if "said_class" in columns:
        newest = newest_evidence_on(StandingNow.organisation_id, StandingNow.ask_id, today)
        changed["evidence_on"] = newest if is_done else sa.null()
    return (
        sa.update(StandingNow)
        .where(StandingNow.organisation_id == sa.bindparam("organisation"), StandingNow.ask_id == sa.bindparam("ask"))
        .values(changed if columns == ("version",) else _with_what_follows(changed, today))
    )


def _with_what_follows(changed: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The changed columns of a row, and those that are worked out from them and the others."""
    after: dict[str, Any] = {**StandingNow.__table__.c, **changed}
    lateness = lateness_of(after)
    overdue = is_overdue(lateness, today)
    recovery_on = sa.select(ProgressEntry.recovery_on).where(ProgressEntry.id == after["entry_id"]).scalar_subquery()
    return {
        **changed,
        "is_open": lateness["is_open"],
        "is_overdue": overdue,
        "status_class": counted_class(after["said_class"], overdue, recovery_on, today),
        "late_on": late_on(lateness),
    }


def lock() -> None:
    """Let nobody move a row meanwhile: it would be overwritten by what was read before. SQLite is locked whole.

    Whoever makes the tables anew and audits before that calls it first, after the positions are locked.
    """
    if session().get_bind().dialect.name == "postgresql":
        session().execute(sa.text("LOCK TABLE standing_now IN SHARE ROW EXCLUSIVE MODE"))


def _organisations(today: date) -> sa.Select[Any]:
    found = organisations_as_at(today)
    return sa.select(found, *(column.label(name) for name, column in sorted_by(dict(found.c.items())).items()))


def _standings(today: date, is_of_some: bool) -> sa.Select[Any]:
    """The live select in the columns of ``StandingNow``, the organisation first."""
    live = live_source(today, for_one_organisation=is_of_some)
    worked_out = {"is_open": live.lateness["is_open"]}
    names = [column.name for column in StandingNow.__table__.columns if column.name != "id"]
    columns = [(live.c.get(name, worked_out.get(name))).label(name) for name in names]
    columns.sort(key=lambda column: column.name != "organisation_id")
    # So that what belongs to one region lies together.
    return sa.select(*columns).order_by(live.c["region_id"], live.c["code"], live.c["ask_place"])
