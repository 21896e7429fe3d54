"""What has fallen due by the days, for whom, and is not in the ledger: a few statements, whatever the country's size.

Which days call for a reminder is asked of ``rules.slot_on`` for every day that a deadline can be, and never written
again in SQL. Nothing here writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.db import InThisOrder, read
from tracker.frameworks.catalogue import Catalogue, read_catalogue
from tracker.frameworks.models import Ask
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import SPEAK_OF_A_DATE, ReminderState, Topic
from tracker.organisations.models import OrganisationLife
from tracker.organisations.queries import holds_on
from tracker.progress.lists import ListSource, source_on
from tracker.progress.models import Adoption, Target
from tracker.reminders.answering import answering
from tracker.reminders.in_vain import is_unanswered
from tracker.reminders.looking import EVERYTHING, Look
from tracker.reminders.models import ReminderCadence
from tracker.reminders.rows import Candidate
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import Cadence, RuleBook, Slot, kind_of, slot_on
from tracker.reminders.slot_table import Slots, slot_table, slots_of_day

LONG_AGO = date(1, 1, 1)
A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PassDay:
    """The day that a pass is made for, the last of the days off after it that it takes along, rules and standings."""

    on: date
    rules: RuleBook
    ahead_to: date
    source: ListSource
    first_day: date
    """No deadline and no word of an organisation is older."""

    def slot(self, deadline_on: date, cadence: Cadence) -> Slot | None:
        return slot_on(deadline_on, self.on, cadence, self.ahead_to)


def pass_day(on: date, ahead_to: date | None = None) -> PassDay:
    """The day of a pass with the rules in force and where everybody stands on it: a few statements."""
    return PassDay(on, rulebook(), ahead_to or on, source_on(on, clock.today()), _first_day(on))


def _first_day(on: date) -> date:
    """A year before anything was asked, or the first target, if that is earlier still."""
    days: list[date | None] = [on, read(sa.select(sa.func.min(Target.target_on))).scalar_one()]
    for ask in read_catalogue().asks.values():
        days += [ask.effective_from - A_YEAR, ask.national_on]
    return min(day for day in days if day is not None)


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

    @property
    def usual_code(self) -> str:
        """The code of the cadence that rows have where no other is said."""
        return next(iter(self.cadences))


def due_by_date(day: PassDay, look: Look = EVERYTHING) -> list[Candidate]:
    """What dates call for and is not in the ledger: deadlines, reviews, and silence of what has no date."""
    fresh = []
    for dated in dated_topics(day):
        slots = _slots(dated, day)
        if look.after is None:
            fresh += _fresh(dated, slots, day)
            continue
        since = {anchor: slot for anchor, slot in slots.items() if slot.due_on > look.after}
        before = {anchor: slot for anchor, slot in slots.items() if slot.due_on <= look.after}
        fresh += _fresh(dated, since, day, days_first=dated.found_by is not None)
        fresh += _fresh(dated, before, day, day.source.c["organisation_id"].in_(sorted(look.bodies)))
    return fresh


def count_by_person(day: PassDay) -> dict[int, int]:
    """Of how many asks each person has a date that a reminder has fallen due for, told or not."""
    dated = _deadlines(read_catalogue(), day)
    slots = _slots(dated, day)
    if not slots:
        return {}
    joined, people, _, conditions = _called_for(dated, slots, day)
    query = (
        sa.select(people.c.person_id, sa.func.count())
        .select_from(joined)
        .where(*conditions)
        .group_by(people.c.person_id)
    )
    return {person_id: count for person_id, count in read(query)}  # noqa: C416 - dict() takes a Result for a mapping


def dated_topics(day: PassDay) -> tuple[Dated, Dated, Dated]:
    """The rows of each topic whose day comes up to the last that the pass takes along: deadlines, reviews, silence."""
    catalogue = read_catalogue()
    return _deadlines(catalogue, day), _reviews(day), _quiet(catalogue, day)


def _deadlines(catalogue: Catalogue, day: PassDay) -> Dated:
    source, rules = day.source, day.rules
    c = source.c
    horizon = max(day.on, day.ahead_to) + rules.horizon
    cadence_code = _cadence_code(source, catalogue, rules)
    used = rules.cadences if cadence_code is not None else rules.cadences[:1]
    by_code = {each.code: each.days for each in used}
    # The same as the column of that name, whose index SQLite would take even where few organisations are asked for.
    deadline_on = sa.func.coalesce(c["target_on"], c["national_on"])
    conditions = (source.lateness["is_open"], c["late_on"] <= horizon, deadline_on <= horizon)
    found_by = c["deadline_on"] if source.is_kept else None
    return Dated(Topic.DEADLINE, source.alone, deadline_on, conditions, by_code, cadence_code, found_by=found_by)


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


def _slots(dated: Dated, day: PassDay) -> Slots:
    return slots_of_day(day.first_day, day.on, day.ahead_to, tuple(dated.cadences.items()), dated.quiet_days)


def _called_for(
    dated: Dated, slots: Slots, day: PassDay, *, days_first: bool = False
) -> tuple[sa.FromClause, sa.Subquery, Any, tuple[sa.ColumnElement[bool], ...]]:
    """The rows that a slot has gone by of, with whoever answers for them and the slot."""
    slot = slot_table(slots, dated.quiet_days)
    people = answering(day.on)
    is_theirs = sa.and_(
        people.c.organisation_id == day.source.c["organisation_id"],
        sa.or_(people.c.ask_id.is_(None), people.c.ask_id == day.source.c["ask_id"]),
    )
    is_of_slot = slot.c.anchor_on == (dated.found_by if days_first else dated.anchor_on)
    if dated.cadence_code is not None:
        is_of_slot = sa.and_(is_of_slot, slot.c.cadence == dated.cadence_code)
    # The rows first, but where an index leads to them: SQLite would go through all of them for each of the days.
    first, then = (slot, dated.rows) if days_first else (dated.rows, slot)
    joined = InThisOrder(first, then, is_of_slot).join(people, is_theirs)
    return joined, people, slot, dated.conditions


def _fresh(
    dated: Dated, slots: Slots, day: PassDay, *narrower: sa.ColumnElement[bool], days_first: bool = False
) -> list[Candidate]:
    """Those of them that are not in the ledger, nor a later one of their series."""
    if not slots:
        return []
    joined, people, slot, conditions = _called_for(dated, slots, day, days_first=days_first)
    family = SPEAK_OF_A_DATE if dated.topic is Topic.DEADLINE else {dated.topic}
    c = day.source.c
    key = (
        LedgerEntry.person_id == people.c.person_id,
        LedgerEntry.organisation_id == c["organisation_id"],
        LedgerEntry.ask_id == c["ask_id"],
        LedgerEntry.deadline_on == slot.c.deadline_on,
    )
    is_said = LedgerEntry.due_on >= slot.c.due_on
    rests = sa.and_(LedgerEntry.state == ReminderState.GONE_UP, is_unanswered())
    is_known = sa.exists().where(*key, LedgerEntry.topic.in_(family), sa.or_(is_said, rests))
    query = (
        sa.select(
            people.c.person_id,
            c["organisation_id"],
            c["ask_id"],
            slot.c.deadline_on,
            slot.c.due_on,
            c["updated_on"],
            c["confirmed_on"],
        )
        .select_from(joined)
        .where(*conditions, *narrower, sa.not_(is_known))
    )
    # Of a hundred thousand rows each holds the same few days, people and organisations, not its own copies.
    ids: dict[int, int] = {}
    said_on: dict[date | None, date | None] = {}
    days: dict[tuple[date, date], tuple[date, str, date]] = {}
    for (_, anchor_on), each in slots.items():
        deadline_on = anchor_on + timedelta(days=dated.quiet_days)
        days[deadline_on, each.due_on] = deadline_on, kind_of(dated.topic, each.kind), each.due_on
    return [
        Candidate(
            ids.setdefault(person_id, person_id),
            ids.setdefault(body, body),
            ask_id,
            dated.topic,
            *days[deadline_on, due_on],
            said_on.setdefault(last := _last(said), last),
        )
        for person_id, body, ask_id, deadline_on, due_on, *said in read(query)
    ]


def _or_never(day: Any) -> sa.ColumnElement[date]:
    return sa.func.coalesce(day, sa.literal(LONG_AGO, sa.Date))


def _last(days: Iterable[date | None]) -> date | None:
    return max(filter(None, days), default=None)
