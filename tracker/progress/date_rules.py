"""Questions about the dates of one ask: what is late by which name, what was met, who moves a target; plain Python.

A national date is a fact and never moves. An organisation may agree a target of its own; every revision of it is kept.
Source of keeping them apart: board action trackers, and the conflicts between the letters of 2020; see "Decisions" in
README.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import Applicability

EVIDENCE_MONTHS = 12
"""After so many months a claim rests on evidence that may have been overtaken."""


class Overdue(StrEnum):
    """Four different things of an ask that are all called overdue; each has one name, on every page and in every file.

    A board return that is late is none of them: it is an organisation's, and has a name of its own in ``returns``.
    """

    PAST_TARGET = "past_target"
    NATIONAL_DATE_MISSED = "national_date_missed"
    PAST_REVIEW = "past_review"
    EVIDENCE_OLD = "evidence_old"

    @property
    def label(self) -> str:
        return {
            Overdue.PAST_TARGET: "Past its target",
            Overdue.NATIONAL_DATE_MISSED: "National date missed",
            Overdue.PAST_REVIEW: "Past its review date",
            Overdue.EVIDENCE_OLD: f"Evidence older than {EVIDENCE_MONTHS} months",
        }[self]


class DateOutcome(StrEnum):
    """What became of a date, judged on the day a claim says something was done. It is kept for ever."""

    MET = "met"
    MET_LATE = "met_late"
    NOT_MET = "not_met"
    NOT_DUE = "not_due"


def outcome_of(deadline_on: date | None, completed_on: date | None, as_at: date) -> tuple[DateOutcome, int]:
    """Whether a date was met, and by how many days it was or is missed; ``completed_on`` is None for an open ask."""
    if deadline_on is None:
        return DateOutcome.NOT_DUE, 0
    if completed_on is not None:
        late = max(0, (completed_on - deadline_on).days)
        return (DateOutcome.MET_LATE, late) if late else (DateOutcome.MET, 0)
    if deadline_on < as_at:
        return DateOutcome.NOT_MET, (as_at - deadline_on).days
    return DateOutcome.NOT_DUE, 0


def months_after(on: date, months: int) -> date:
    """The same day so many months on, or the last day of that month where it has no such day.

    >>> months_after(date(2020, 2, 29), 12), months_after(date(2020, 12, 31), 2)
    (datetime.date(2021, 2, 28), datetime.date(2021, 2, 28))
    """
    whole = on.year * 12 + on.month - 1 + months
    year, month = whole // 12, whole % 12 + 1
    return date(year, month, min(on.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Dates:
    """What of an ask can be late. ``national_on`` is the date of kind "by" and None for any other kind; ``evidence_on``
    is of what is said to be done and None for all else.
    """

    applicability: Applicability
    said_class: StatusClass
    national_on: date | None
    target_on: date | None
    review_on: date | None
    last_true_on: date | None
    evidence_on: date | None


def days_late_from(dates: Dates) -> dict[Overdue, date]:
    """For each name by which an ask is or will be late, the day from the day *after* which it bears it.

    A target that was agreed for later does not undo that the national date was missed; it only stops the ask being
    overdue by it, see ``overdue_from``. An ask waits for the review that its organisation set until something is said
    on that day or later. Only what applies is ever late. ``lateness.py`` holds the same in SQL.
    """
    if dates.applicability is not Applicability.APPLIES:
        return {}
    found: dict[Overdue, date | None] = {}
    if dates.said_class.is_open:
        found[Overdue.PAST_TARGET] = dates.target_on
        found[Overdue.NATIONAL_DATE_MISSED] = dates.national_on
        if dates.review_on is not None and (dates.last_true_on is None or dates.last_true_on < dates.review_on):
            found[Overdue.PAST_REVIEW] = dates.review_on
    elif dates.said_class.is_done and dates.evidence_on is not None:
        found[Overdue.EVIDENCE_OLD] = months_after(dates.evidence_on, EVIDENCE_MONTHS)
    return {name: on for name, on in found.items() if on is not None}


def late_names(dates: Dates, as_at: date) -> dict[Overdue, date]:
    """The names by which an ask is late on a day, each with the day from the day *after* which it is."""
    return {name: on for name, on in days_late_from(dates).items() if on < as_at}


def overdue_from(dates: Dates) -> date | None:
    """The day from the day *after* which an ask is overdue: the earliest of its names, an agreed target standing in the
    place of the national date.
    """
    found = days_late_from(dates)
    if dates.target_on is not None:
        found.pop(Overdue.NATIONAL_DATE_MISSED, None)
    return min(found.values(), default=None)


class TargetStep(StrEnum):
    """Whether an organisation agrees a target itself, or asks its region to."""

    AGREE = "agree"
    ASK_REGION = "ask_region"


def step_for_target(
    wanted_on: date | None, *, present_on: date | None, national_on: date | None, today: date
) -> TargetStep:
    """Who decides on a target: the organisation, but its region on a change after the target has passed (from the day
    after it) and on a target beyond the national date.

    A framework that was adopted has no national dates. ``wanted_on`` None withdraws the target.
    """
    if present_on is not None and present_on < today:
        return TargetStep.ASK_REGION
    if wanted_on is not None and national_on is not None and wanted_on > national_on:
        return TargetStep.ASK_REGION
    return TargetStep.AGREE


@dataclass(frozen=True, slots=True)
class Slippage:
    """How far a target lies from the day it is compared with, and how often it was moved.

    That day is the first target; or the national date, where the first target was already beyond it.
    """

    days: int
    """Negative where the target came nearer."""
    revisions: int
    """How often there was another target than the first; so none where there is only that."""
    is_from_national: bool = False


def slippage(targets: Sequence[date | None], national_on: date | None = None) -> Slippage:
    """The slippage of an ask whose targets these were, the oldest first; a withdrawal (None) counts as a revision.

    ``national_on`` is the national date of kind "by". Whoever first agrees on a later day is behind it from the start,
    and has moved nothing.

    >>> slippage([date(2020, 10, 1), None, date(2020, 11, 1)])
    Slippage(days=31, revisions=2, is_from_national=False)
    >>> slippage([date(2020, 12, 31), date(2020, 11, 30)], national_on=date(2020, 10, 31))
    Slippage(days=30, revisions=1, is_from_national=True)
    """
    revisions = max(0, len(targets) - 1)
    first = next((each for each in targets if each is not None), None)
    last = targets[-1] if targets else None
    if first is None or last is None:
        return Slippage(0, revisions)
    if national_on is not None and first > national_on:
        return Slippage((last - national_on).days, revisions, is_from_national=True)
    return Slippage((last - first).days, revisions)
