"""What has a day that reminders go by: deadlines, reviews, and silence of what has no date; rows for others to join."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.db import read
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.frameworks.models import Ask
from tracker.mail.topics import Topic
from tracker.organisations.models import OrganisationLife
from tracker.organisations.queries import holds_on
from tracker.progress.lists import ListSource
from tracker.progress.models import Adoption
from tracker.reminders.models import ReminderCadence
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rules import Cadence, RuleBook

LONG_AGO = date(1, 1, 1)


@dataclass(frozen=True, slots=True)
class Dated:
    """The rows of a topic: the day that a series starts from, what makes a row one of them, and its series.

    ``quiet_days`` is how long after that day the deadline lies.
    """

    topic: Topic
    rows: sa.FromClause
    anchor_on: sa.ColumnElement[Any]
    conditions: tuple[sa.ColumnElement[bool], ...]
    cadences: dict[str, Cadence]
    cadence_code: sa.ColumnElement[str] | None = None
    quiet_days: int = 0
    found_by: sa.ColumnElement[Any] | None = None
    """The column that has an index, where that leads from a few days to the rows."""
    wide: tuple[sa.ColumnElement[bool], ...] = ()
    """What holds of all these rows and leads SQLite to them by another index, where all organisations are asked for."""

    @property
    def usual_code(self) -> str:
        """The code of the cadence that rows have where no other is said."""
        return next(iter(self.cadences))


def dated_topics(day: PassDay) -> tuple[Dated, Dated, Dated]:
    """The rows of each topic whose day comes up to the last that the pass takes along: deadlines, reviews, silence."""
    catalogue = read_catalogue()
    return deadlines(catalogue, day), _reviews(day), _quiet(catalogue, day)


def deadlines(catalogue: Catalogue, day: PassDay) -> Dated:
    """Open asks whose date is near or has passed."""
    source, rules = day.source, day.rules
    c = source.c
    horizon = max(day.on, day.ahead_to) + rules.horizon
    cadence_code = _cadence_code(source, catalogue, rules)
    used = rules.cadences if cadence_code is not None else rules.cadences[:1]
    by_code = {each.code: each.days for each in used}
    # The same as the column of that name, whose index SQLite would take even where few organisations are asked for.
    deadline_on = sa.func.coalesce(c["target_on"], c["national_on"])
    conditions = (source.lateness["is_open"], deadline_on <= horizon)
    return Dated(
        *(Topic.DEADLINE, source.alone, deadline_on, conditions, by_code, cadence_code),
        found_by=c["deadline_on"] if source.is_kept else None,
        wide=(c["late_on"] <= horizon,),
    )


def _cadence_code(source: ListSource, catalogue: Catalogue, rules: RuleBook) -> sa.ColumnElement[str] | None:
    """Which cadence a row has; None where all rows have the first, as they mostly do."""
    first = rules.cadences[0].code
    by_code: dict[str, list[int]] = {}
    for ask in catalogue.asks.values():
        by_code.setdefault(rules.code_for(ask.framework_code, None), []).append(ask.ask_id)
    by_code.pop(first, None)
    is_chosen = read(sa.select(sa.exists().where(ReminderCadence.superseded_at.is_(None)))).scalar_one()
    if not by_code and not is_chosen:
        return None
    whens = [(source.c["ask_id"].in_(ask_ids), sa.literal(code)) for code, ask_ids in by_code.items()]
    of_framework: sa.ColumnElement[str] = sa.case(*whens, else_=first) if whens else sa.literal(first)
    if not is_chosen:
        return of_framework
    chosen = (
        sa.select(ReminderCadence.cadence)
        .where(
            ReminderCadence.organisation_id == source.c["organisation_id"],
            ReminderCadence.superseded_at.is_(None),
            ReminderCadence.cadence.in_([each.code for each in rules.cadences]),
        )
        .scalar_subquery()
    )
    return sa.func.coalesce(chosen, of_framework)


def _reviews(day: PassDay) -> Dated:
    c, cadence = day.source.c, day.rules.of_topic[Topic.REVIEW]
    horizon = max(day.on, day.ahead_to) + cadence.horizon
    is_looked_at = sa.or_(_or_never(c["updated_on"]) >= c["review_on"], _or_never(c["confirmed_on"]) >= c["review_on"])
    conditions = (day.source.lateness["is_open"], c["review_on"] <= horizon, sa.not_(is_looked_at))
    found_by = c["review_on"] if day.source.is_kept else None
    return Dated(Topic.REVIEW, day.source.alone, c["review_on"], conditions, {"": cadence}, found_by=found_by)


def _quiet(catalogue: Catalogue, day: PassDay) -> Dated:
    """Open asks with no date at all: what has a date that has passed is reminded of by that."""
    c, rules = day.source.c, day.rules
    said, confirmed = _or_never(c["updated_on"]), _or_never(c["confirmed_on"])
    last_said_on = sa.case((confirmed > said, c["confirmed_on"]), else_=c["updated_on"])
    # Joined, and not looked up for each of the hundred thousand rows of which nothing was ever said.
    adopted = (
        sa.select(Adoption.organisation_id, Ask.id.label("ask_id"), sa.func.max(Adoption.starts_on).label("adopted_on"))
        .join(Ask, Ask.framework_id == Adoption.framework_id)
        .where(holds_on(Adoption, day.on))
        .group_by(Adoption.organisation_id, Ask.id)
        .subquery("adopted")
    )
    is_its = sa.and_(adopted.c.organisation_id == c["organisation_id"], adopted.c.ask_id == c["ask_id"])
    by_day: dict[date, list[int]] = {}
    for ask in catalogue.asks.values():
        by_day.setdefault(ask.effective_from, []).append(ask.ask_id)
    whens = [(c["ask_id"].in_(ask_ids), sa.literal(effective_from)) for effective_from, ask_ids in by_day.items()]
    effective_on = sa.case(*whens) if whens else sa.null()
    # Nobody is asked before they open.
    opened = (
        sa.select(OrganisationLife.organisation_id, OrganisationLife.starts_on.label("opened_on"))
        .where(holds_on(OrganisationLife, day.on), OrganisationLife.starts_on > min(by_day, default=LONG_AGO))
        .subquery("opened")
    )
    asked_on = sa.case((opened.c.opened_on > effective_on, opened.c.opened_on), else_=effective_on)
    anchor_on = sa.type_coerce(sa.func.coalesce(last_said_on, adopted.c.adopted_on, asked_on), sa.Date())
    rows = day.source.alone.outerjoin(adopted, is_its)
    rows = rows.outerjoin(opened, opened.c.organisation_id == c["organisation_id"])
    conditions = (
        day.source.lateness["is_open"],
        c["deadline_on"].is_(None),
        anchor_on <= day.ahead_to - timedelta(days=rules.quiet_days),
    )
    cadences = {"": rules.of_topic[Topic.STALE]}
    return Dated(Topic.STALE, rows, anchor_on, conditions, cadences, quiet_days=rules.quiet_days)


def _or_never(day: Any) -> sa.ColumnElement[date]:
    return sa.func.coalesce(day, sa.literal(LONG_AGO, sa.Date))
