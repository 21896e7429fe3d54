"""Reads the dates that a calendar holds, in a number of statements that never grows; it writes nothing.

Which organisations are covered is worked out before. Where they stand is read as lists read it: from the tables that
are kept of today, if any are.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from tracker.calendars.evidence_dates import evidence_dates
from tracker.calendars.narrowing import is_covered, nearest_first, value_of
from tracker.calendars.return_dates import return_dates
from tracker.calendars.rows import AskDate, Covered, Dates, Place
from tracker.calendars.rules import MOST_ENTRIES, sequence_of, window
from tracker.clock import end_of_day
from tracker.db import read
from tracker.frameworks.catalogue import Catalogue, is_known_revision, read_catalogue
from tracker.frameworks.models import FrameworkRevision
from tracker.progress.date_rules import Dates as AskDates
from tracker.progress.date_rules import Overdue, days_late_from
from tracker.progress.lists import ListSource, source_on
from tracker.progress.models import ProgressEntry, Target
from tracker.progress.presenters import standing_word
from tracker.progress.queries import as_standing
from tracker.progress.rows import Standing


@dataclass(frozen=True, slots=True)
class Revision:
    """The revision of a framework that holds now: its number, and since when it is known."""

    number: int
    recorded_at: datetime


def dates_of(covered: Covered, today: date) -> Dates:
    """Everything within the window, of each kind as many as a calendar holds at most."""
    source, catalogue, revisions = source_on(today, today), read_catalogue(), _revisions()
    found: dict[str, list[AskDate]] = {}
    for kind in ("deadline_on", "review_on"):
        rows = read(_ask_dates(source, covered, kind, today))
        found[kind] = [each for row in rows if (each := _as_date(row, kind, catalogue, revisions)) is not None]
    return Dates(
        deadlines=tuple(found["deadline_on"]),
        reviews=tuple(found["review_on"]),
        evidence=evidence_dates(source, covered, catalogue, today),
        returns=return_dates(source, covered, today),
    )


def _ask_dates(source: ListSource, covered: Covered, kind: str, today: date) -> sa.Select[Any]:
    """Open asks that apply with one of their days, and how many rows that day has come from so far.

    A target may be taken back and a review be set anew; each is one row more and none is ever taken out.
    """
    c = source.c
    fact: Any = Target if kind == "deadline_on" else ProgressEntry
    of_ask = (fact.organisation_id == c["organisation_id"], fact.ask_id == c["ask_id"])
    said = (ProgressEntry.organisation_id == c["organisation_id"], ProgressEntry.ask_id == c["ask_id"])
    first, last = window(today)
    return (
        source.select.add_columns(
            value_of(sa.select(sa.func.count(fact.id)).where(*of_ask), fact).label("facts"),
            value_of(sa.select(sa.func.max(fact.recorded_at)).where(*of_ask), fact).label("moved_at"),
            value_of(sa.select(sa.func.max(ProgressEntry.recorded_at)).where(*said), ProgressEntry).label("told_at"),
        )
        .where(is_covered(c, covered), source.lateness["is_open"], c[kind].between(first, last))
        .order_by(*nearest_first(c[kind], today), c["code"], c["ask_place"])
        .limit(MOST_ENTRIES)
    )


def _as_date(row: Any, kind: str, catalogue: Catalogue, revisions: dict[int, Revision]) -> AskDate | None:
    """The date as a calendar holds it; None for a review that has been made since."""
    standing = as_standing(row)
    on, ask = getattr(standing, kind), catalogue.asks[standing.ask_id]
    if kind == "review_on" and Overdue.PAST_REVIEW not in days_late_from(_dates_of(standing, row)):
        return None
    revision = revisions[ask.framework_id]
    is_deadline = kind == "deadline_on"
    return AskDate(
        place=Place(row.code, row.name),
        ask=ask,
        on=on,
        is_target=is_deadline and standing.target_on is not None,
        national_on=row.national_on,
        status=standing_word(catalogue.scale_of(ask), standing),
        said_on=standing.updated_on,
        sequence=sequence_of(revision.number, row.facts),
        changed_at=_latest(revision.recorded_at, row.moved_at, row.told_at, _counts_otherwise_at(standing)),
    )


def _dates_of(standing: Standing, row: Any) -> AskDates:
    return AskDates(
        standing.applicability,
        standing.said_class,
        row.national_on,
        standing.target_on,
        standing.review_on,
        standing.last_true_on,
        None,
    )


def _counts_otherwise_at(standing: Standing) -> datetime | None:
    """The instant from which another word counts than was said: the end of the last day of its plan."""
    if not standing.is_said_otherwise:
        return None
    passed = [day for day in (standing.deadline_on, standing.recovery_on) if day is not None]
    return end_of_day(max(passed)) if passed else None


def _latest(first: datetime, *others: datetime | None) -> datetime:
    return max([first, *(each for each in others if each is not None)])


def _revisions() -> dict[int, Revision]:
    rows = read(
        sa.select(FrameworkRevision.framework_id, FrameworkRevision.number, FrameworkRevision.recorded_at).where(
            is_known_revision(None)
        )
    )
    return {framework_id: Revision(number, recorded_at) for framework_id, number, recorded_at in rows}
