"""The words and tags in which pages say where an ask stands and when it is due; it knows no page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from textwrap import shorten

from tracker.frameworks.catalogue import AskFacts, Catalogue, status_word
from tracker.frameworks.presenters import national_date
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import DateKind, DatePrecision, StatusClass
from tracker.progress import rules
from tracker.progress.rows import Standing
from tracker.progress.rules import Applicability
from tracker.web.wording import day, month, plural

CLASS_WORDS = {
    StatusClass.OFF_COURSE: "Off track",
    StatusClass.AT_RISK: "At risk",
    StatusClass.NO_UPDATE: "No update",
    StatusClass.NOT_STARTED: "Not started",
    StatusClass.ON_COURSE: "On track",
    StatusClass.DONE_CLAIMED: "Complete, claimed",
    StatusClass.DONE_ASSURED: "Complete, assured",
    StatusClass.NOT_APPLICABLE: "Not applicable",
}
"""What a class is called where asks of several scales are added up."""

DUE_SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Tag:
    """A word and the class that colours it."""

    text: str
    status_class: str


def status_tag(ask: AskFacts, standing: Standing, catalogue: Catalogue) -> Tag:
    """The status in the framework's own word; applicability first where it is not settled."""
    if standing.status_code is None and standing.applicability is not Applicability.APPLIES:
        return Tag(standing.applicability.label, standing.applicability.value)
    return Tag(standing_word(catalogue.scale_of(ask), standing), standing.status_class)


def age(on: date, today: date) -> str:
    """A day with how long ago it was: the age of what was said stands beside it everywhere.

    >>> age(date(2020, 10, 30), date(2020, 11, 2)), age(date(2020, 11, 2), date(2020, 11, 2))
    ('30 October 2020 (3 days ago)', '2 November 2020 (today)')
    """
    days = (today - on).days
    return f"{day(on)} ({'today' if days == 0 else plural(days, 'day') + ' ago'})"


def standing_word(scale: Scale, standing: Standing) -> str:
    """The word of the class that counts: overdue with no recovery plan is not called "on track" anywhere."""
    if not standing.is_said_otherwise:
        return status_word(scale, standing.status_code)
    words = scale.in_class(standing.status_class)
    return words[0].label if words else CLASS_WORDS[standing.status_class]


def said_otherwise(scale: Scale, standing: Standing) -> str:
    """Why another word is shown than the one that was said; "" where it is the same."""
    if not standing.is_said_otherwise:
        return ""
    return f"Said to be “{status_word(scale, standing.status_code)}”, but it is overdue and there is no recovery plan"


def blocked_words(by: str) -> str:
    """Whom an ask waits for, cut to fit a line of a list.

    >>> blocked_words("The supplier of the outpatient system")
    'Blocked by others: The supplier of the outpatient system'
    """
    return f"Blocked by others: {shorten(by, width=100, placeholder='…')}"


def forecast_words(standing: Standing) -> str:
    """What the organisation expects, apart from where it stands: "15 December 2020, on time"."""
    expected = rules.forecast(standing.deadline_on, standing.forecast_on)
    return f"{day(standing.forecast_on)}{f', {expected.label.lower()}' if expected else ''}"


def due_tag(standing: Standing, today: date) -> Tag | None:
    """Overdue or due soon, as a tag beside the date; nothing where neither is so."""
    late = standing.days_overdue(today)
    if late is not None:
        return Tag(f"{plural(late, 'day')} overdue", "overdue")
    left = _days_left(standing, today)
    if left is not None and left <= DUE_SOON_DAYS:
        return Tag("Due today" if left == 0 else f"{plural(left, 'day')} left", "due_soon")
    return None


def due_words(ask: AskFacts, standing: Standing, today: date) -> str:
    """When the ask is due, done or meant to begin, as a sentence without a full stop."""
    if standing.status_class.is_done and standing.completed_on is not None:
        return f"Done on {done_words(standing)}"
    if standing.target_on is not None:
        return f"Agreed target {day(standing.target_on)}"
    words = national_date(ask.date_kind, ask.national_on, ask.precision, ask.season)
    left = _days_left(standing, today)
    if left is not None and left > DUE_SOON_DAYS:
        return f"{words}, {plural(left, 'day')} left"
    if _is_late_start(ask, standing, today):
        return f"{words}, not started yet"
    return words


def done_words(standing: Standing) -> str:
    """The day on which it was done, and what that is against its deadline: "3 October 2020, 2 days late"."""
    late = rules.days_late(standing.completed_on, standing.deadline_on)
    met = "" if late is None else ", on time" if late == 0 else f", {plural(late, 'day')} late"
    return f"{day(standing.completed_on)}{met}"


def _is_late_start(ask: AskFacts, standing: Standing, today: date) -> bool:
    """A "from" date that has gone by without a start is shown, and is never called overdue."""
    return (
        ask.date_kind is DateKind.FROM
        and ask.national_on is not None
        and ask.national_on < today
        and standing.status_class in (StatusClass.NO_UPDATE, StatusClass.NOT_STARTED)
    )


def _days_left(standing: Standing, today: date) -> int | None:
    is_counted = standing.status_class.is_open and standing.applicability is Applicability.APPLIES
    if not is_counted or standing.deadline_on is None or standing.deadline_on < today:
        return None
    return (standing.deadline_on - today).days


def deadline_words(on: date, precision: DatePrecision | None) -> str:
    """A deadline where there is no room for more: "31 March 2021", or the month where only that is known."""
    return month(on) if precision is DatePrecision.MONTH else day(on)
