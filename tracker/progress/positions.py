"""Where an item stands now or stood on an earlier day: columns, and the joins that bring them; knows no organisation.

``standings.py`` puts them beside the organisations and asks of the same day.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.frameworks.models import Ask
from tracker.progress.models import Confirmation, Progress, ProgressEntry, Target
from tracker.progress.rules import EntryKind


class Position:
    """The columns of a position and the joins that bring them."""

    entry: Any
    entry_id: Any
    status_code: Any
    status_class: Any
    updated_on: Any
    entry_on: Any
    completed_on: Any
    recovery_on: Any
    forecast_on: Any
    review_on: Any
    blocked_by: Any
    target_on: Any
    confirmed_on: Any
    version: Any

    def __init__(self, entry: Any, target_on: Any, confirmed_on: Any, version: Any, *joins: tuple[Any, Any]) -> None:
        self.entry = entry
        self.entry_id = entry.id
        self.status_code = entry.status_code
        self.status_class = entry.status_class
        self.updated_on = last_said(entry, "true_on")
        self.entry_on = entry.true_on
        self.completed_on = entry.completed_on
        self.recovery_on = entry.recovery_on
        self.forecast_on = entry.forecast_on
        self.review_on = entry.review_on
        self.blocked_by = entry.blocked_by
        self.target_on = target_on
        self.confirmed_on = confirmed_on
        self.version = version
        self._joins = joins

    def joins(self, organisations: sa.Subquery) -> list[tuple[Any, sa.ColumnElement[bool]]]:
        """What to outer-join and on which condition, given the organisations of the select."""
        return [(table, condition(organisations)) for table, condition in self._joins]


def last_said(entry: Any, name: str) -> sa.ColumnElement[Any]:
    """What a column held when the organisation itself last spoke, given the entry that counts.

    That entry, unless it is an assurer's decision or a lapse: they say nothing for the organisation, and come after its
    claim. Nothing is ever said of a day before the entry that counts, so its last word then is the last before it.
    """
    word = aliased(ProgressEntry)
    before = (
        sa.select(getattr(word, name))
        .where(
            word.organisation_id == entry.organisation_id,
            word.ask_id == entry.ask_id,
            word.kind == EntryKind.UPDATE,
            word.id < entry.id,
        )
        .order_by(word.true_on.desc(), _place(word).desc(), word.id.desc())
        .limit(1)
        .correlate(entry)
        .scalar_subquery()
    )
    return sa.case((entry.kind == EntryKind.UPDATE, getattr(entry, name)), else_=before)


def _of_item(table: Any) -> Any:
    return lambda organisations: sa.and_(
        table.organisation_id == organisations.c.organisation_id, table.ask_id == Ask.id
    )


def position_now() -> Position:
    progress, entry = aliased(Progress), aliased(ProgressEntry)
    return Position(
        entry,
        progress.target_on,
        progress.confirmed_on,
        progress.version,
        (progress, _of_item(progress)),
        (entry, lambda _organisations: entry.id == progress.entry_id),
    )


def position_of_day(as_at: date) -> Position:
    """Where an item stood by the end of an earlier day, as known now.

    What counts now counted then too where it is no younger than the day, as it is for most; only the others are looked
    up in the history. To rank the history of everybody instead takes ten times as long for one region.
    """
    progress, latest, entry = aliased(Progress), aliased(ProgressEntry), aliased(ProgressEntry)
    earlier, target, confirmed = aliased(ProgressEntry), aliased(Target), aliased(Confirmation)

    def newest(table: Any, value: Any, *conditions: sa.ColumnElement[bool]) -> sa.ScalarSelect[Any]:
        chosen = sa.select(value).where(
            table.organisation_id == progress.organisation_id,
            table.ask_id == progress.ask_id,
            table.true_on <= as_at,
            *conditions,
        )
        ordered = chosen.order_by(table.true_on.desc(), _place(table).desc()).limit(1)
        return ordered.correlate(progress, entry).scalar_subquery()

    entry_id = sa.case(
        (latest.true_on <= as_at, progress.entry_id),
        else_=newest(earlier, earlier.id, sa.not_(_is_corrected(None, earlier))),
    )
    return Position(
        entry,
        newest(target, target.target_on),
        # What was confirmed was an entry; where another has come since, nothing is confirmed.
        newest(confirmed, sa.case((confirmed.entry_id == entry.id, confirmed.true_on))),
        sa.null(),
        (progress, _of_item(progress)),
        (latest, lambda _organisations: latest.id == progress.entry_id),
        (entry, lambda _organisations: entry.id == entry_id),
    )


def position_as_known(as_at: date, known_at: datetime) -> Position:
    entry = aliased(ProgressEntry, _latest(ProgressEntry, as_at, known_at))
    target = aliased(Target, _latest(Target, as_at, known_at))
    confirmed = aliased(Confirmation, _latest(Confirmation, as_at, known_at))
    return Position(
        entry,
        target.target_on,
        # What was confirmed was an entry; where another has come since, nothing is confirmed.
        sa.case((confirmed.entry_id == entry.id, confirmed.true_on)),
        sa.null(),
        (entry, _of_item(entry)),
        (target, _of_item(target)),
        (confirmed, _of_item(confirmed)),
    )


def _latest(table: Any, as_at: date, known_at: datetime) -> sa.Subquery:
    """For each item the row that was true last by the end of a day: by day, then as recorded."""
    newest_first = sa.func.row_number().over(
        partition_by=(table.organisation_id, table.ask_id), order_by=(table.true_on.desc(), _place(table).desc())
    )
    ranked = sa.select(table, newest_first.label("rank")).where(table.true_on <= as_at, table.recorded_at <= known_at)
    if table is ProgressEntry:
        ranked = ranked.where(sa.not_(_is_corrected(known_at, ProgressEntry)))
    numbered = ranked.subquery()
    return sa.select(numbered).where(numbered.c.rank == 1).subquery()


def _place(table: Any) -> Any:
    """Where a row stands among those of its day: a correction stands where the entry stood that it corrects."""
    return sa.func.coalesce(table.corrects_id, table.id) if hasattr(table, "corrects_id") else table.id


def _is_corrected(known_at: datetime | None, entry: Any) -> sa.ColumnElement[bool]:
    """Whether a later entry corrects one, as known at an instant. All corrections of an entry name the first."""
    later = aliased(ProgressEntry)
    chosen = sa.exists().where(later.corrects_id == sa.func.coalesce(entry.corrects_id, entry.id), later.id > entry.id)
    return chosen if known_at is None else chosen.where(later.recorded_at <= known_at)
