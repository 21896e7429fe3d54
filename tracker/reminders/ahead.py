"""What one person will be told on each day ahead, as things stand now: the passes to come, gone through by the pass's
own rules. It writes nothing, and takes as many statements whatever there is to tell.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import sqlalchemy as sa

from tracker.db import read
from tracker.mail.topics import ReminderState, Topic
from tracker.reminders.answering import AnswersFor, answers_of
from tracker.reminders.chosen import topics_off
from tracker.reminders.dated import Dated, dated_topics
from tracker.reminders.pass_day import PassDay, pass_day
from tracker.reminders.planning import Choices, Teams, plan_for, teams_of
from tracker.reminders.queries import waiting_for
from tracker.reminders.rows import Candidate, Line
from tracker.reminders.rules import Cadence, RuleBook, Slot, kind_of, slot_on
from tracker.reminders.selecting_besides import expiring_pieces, vacancy_series
from tracker.reminders.told_so_far import Item, Snoozed, Told, snoozes_of, told_to
from tracker.reminders.working_days import is_working_day, last_day_off_after

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayAhead:
    """What a digest of a day will say."""

    on: date
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Series:
    """Something that one person is reminded of by days: of which ask, from which day, by which cadence."""

    item: Item
    topic: Topic
    deadline_on: date
    cadence: Cadence
    said_on: date | None = None
    evidence_id: int | None = None

    def kind(self, slot: Slot) -> str:
        piece = "" if self.evidence_id is None else f"{self.evidence_id}_"
        return kind_of(self.topic, f"{piece}{slot.kind}")


def look_ahead(person_id: int, today: date, *, first_on: date) -> list[DayAhead]:
    """What somebody will be told from a day on, as many days ahead as the rules say; days on which nothing is left out.

    ``first_on`` is the day of the next pass for them: tomorrow, where they have had today's digest.
    """
    day = pass_day(today)
    day = replace(day, ahead_to=today + timedelta(days=day.rules.look_ahead_days))
    bodies, told, snoozes = answers_of(person_id, today), told_to(person_id), snoozes_of(person_id)
    series = list(_series_of(bodies, day)) if bodies else []
    off = frozenset((person_id, topic) for topic in topics_off(person_id))
    waiting = [each.line for each in waiting_for([person_id], today) if each.concerns]
    # What goes up ends there for this person; what the team is told is not theirs to see.
    teams = Teams(dict.fromkeys(teams_of(bodies, day).of_body, ()))
    passes = passes_between(first_on, day.ahead_to, day.rules)
    agenda = _agenda(series, passes)
    found = []
    for on, ahead_to in passes:
        due = [candidate for each, slot in agenda[on] if (candidate := _fresh(person_id, each, slot, told)) is not None]
        due += _woken(person_id, series, snoozes, told, on)
        asleep = {(person_id, *item): one.until_on for item, one in snoozes.items() if one.until_on > on}
        plan = plan_for(due, Choices(asleep, off), teams, replace(day, on=on, ahead_to=ahead_to))
        told.go_on(plan)
        lines = [*waiting, *(Line.of(each) for each in plan if each.state is ReminderState.WAITING)]
        waiting = []
        if lines:
            found.append(DayAhead(on, tuple(lines)))
    return found


def passes_between(first: date, last: date, rules: RuleBook) -> list[tuple[date, date]]:
    """The days of the passes, each with the last of the days off that it takes along, as the scheduler makes them."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    if not rules.working_days_only:
        return [(on, on) for on in days]
    return [(on, last_day_off_after(on)) for on in days if is_working_day(on)]


def _series_of(bodies: AnswersFor, day: PassDay) -> Iterator[Series]:
    for dated in dated_topics(day):
        yield from _dated_series(dated, bodies, day)
    answered_for_whole = [body for body, asks in bodies.items() if asks is None]
    vacant = vacancy_series(day, answered_for_whole)
    for body, deadline_on in vacant.deadline_of.items():
        item = (body, vacant.ask_id)
        yield Series(item, Topic.VACANCY, deadline_on, day.rules.of_topic[Topic.VACANCY])
    piece, seen = expiring_pieces(day), set()
    pieces = sa.select(piece).where(piece.c.organisation_id.in_(bodies)).order_by(piece.c.ask_id)
    for evidence_id, body, expires_on, ask_id in read(pieces):
        if evidence_id not in seen and _is_theirs(bodies, body, ask_id):
            seen.add(evidence_id)
            cadence = day.rules.of_topic[Topic.EVIDENCE]
            yield Series((body, ask_id), Topic.EVIDENCE, expires_on, cadence, evidence_id=evidence_id)


def _dated_series(dated: Dated, bodies: AnswersFor, day: PassDay) -> Iterator[Series]:
    c = day.source.c
    code = sa.literal(dated.usual_code) if dated.cadence_code is None else dated.cadence_code
    query = (
        sa.select(c["organisation_id"], c["ask_id"], dated.anchor_on, code, c["updated_on"], c["confirmed_on"])
        .select_from(dated.rows)
        .where(*dated.conditions, c["organisation_id"].in_(sorted(bodies)))
    )
    for body, ask_id, anchor_on, cadence_code, *said in read(query):
        if _is_theirs(bodies, body, ask_id):
            deadline_on = anchor_on + timedelta(days=dated.quiet_days)
            said_on = max((each for each in said if each is not None), default=None)
            yield Series((body, ask_id), dated.topic, deadline_on, dated.cadences[cadence_code], said_on)


def _is_theirs(bodies: AnswersFor, body: int, ask_id: int) -> bool:
    asks = bodies[body]
    return asks is None or ask_id in asks


def _agenda(series: Iterable[Series], passes: Sequence[tuple[date, date]]) -> Mapping[date, list[tuple[Series, Slot]]]:
    """Which slots of which series each pass is the first to find the latest."""
    found: dict[date, list[tuple[Series, Slot]]] = defaultdict(list)
    of_days: dict[tuple[date, Cadence, bool], list[tuple[date, Slot]]] = {}
    for each in series:
        # A vacancy that has not begun may still be filled: no pass takes its first day along.
        key = (each.deadline_on, each.cadence, each.topic is Topic.VACANCY)
        if key not in of_days:
            of_days[key] = list(_turns(*key, passes))
        for on, slot in of_days[key]:
            found[on].append((each, slot))
    return found


def _turns(
    deadline_on: date, cadence: Cadence, is_never_early: bool, passes: Sequence[tuple[date, date]]
) -> Iterator[tuple[date, Slot]]:
    before = None
    for on, ahead_to in passes:
        slot = None if is_never_early and on < deadline_on else slot_on(deadline_on, on, cadence, ahead_to)
        if slot is not None and slot != before:
            yield on, slot
        before = slot


def _fresh(person_id: int, each: Series, slot: Slot, told: Told) -> Candidate | None:
    """What a pass would find of a slot; None where the ledger has it, or a later one of the series."""
    kind = each.kind(slot)
    if each.evidence_id is not None:
        is_known = told.has(each.item, kind, each.deadline_on)
    else:
        last_on = told.last_on(each.item, each.topic, each.deadline_on)
        is_known = last_on is not None and last_on >= slot.due_on
        is_known = is_known or told.rests(each.item, each.topic, each.deadline_on, each.said_on)
    if is_known:
        return None
    in_vain = told.in_vain(each.item, each.topic, each.deadline_on, each.said_on)
    return Candidate(person_id, *each.item, each.topic, each.deadline_on, kind, slot.due_on, each.said_on, in_vain)


def _woken(
    person_id: int, series: Iterable[Series], snoozes: Mapping[Item, Snoozed], told: Told, on: date
) -> list[Candidate]:
    """What fell due while it was snoozed and still stands, from the day on which the snooze is over."""
    found = []
    for each in series:
        snooze = snoozes.get(each.item)
        if snooze is None or snooze.until_on > on or each.topic not in (Topic.DEADLINE, Topic.REVIEW):
            continue
        if told.is_to_be_said_again(each.item, each.topic, each.deadline_on, snooze):
            kind = kind_of(each.topic, f"woken_{snooze.until_on}")
            found.append(Candidate(person_id, *each.item, each.topic, each.deadline_on, kind, snooze.until_on))
    return found
