"""What has fallen due besides the dates of standings: nobody leads, evidence expires, a snooze is over. Nothing writes.

Each takes a few statements, whatever the number of organisations.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, timedelta
from typing import NamedTuple

import sqlalchemy as sa

from tracker.appointments.vacancies import vacancies
from tracker.db import read
from tracker.evidence.models import Evidence, EvidenceExpiry, EvidenceUse
from tracker.frameworks.catalogue import read_catalogue
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import SPEAK_OF_A_DATE, ReminderState, Topic
from tracker.organisations.queries import holds_on, is_known
from tracker.reminders.answering import ROLES_REMINDED, answering, select_holders
from tracker.reminders.in_vain import was_told
from tracker.reminders.models import Snooze
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate
from tracker.reminders.rules import kind_of

ONE_DAY = timedelta(days=1)


class Before(NamedTuple):
    """What was entered of a series: the last day, how many reminders after its first day, whether it has gone up."""

    last_on: date
    in_vain: int
    rests: bool


NOTHING = Before(date.min, 0, False)
Told = dict[tuple[int, int, int, date], Before]
"""What was entered of each series: by person, organisation, ask and deadline."""


def due_besides(day: PassDay) -> list[Candidate]:
    """All three, and nothing that is in the ledger."""
    return [*_vacant(day), *_expiring(day), *_woken(day)]


def _vacant(day: PassDay) -> list[Candidate]:
    """Nobody leads: told to those who answer for the organisation, of the ask that records the lead.

    The series never starts before that ask's own date has passed; while the ask is open, its date is what they are
    reminded of.
    """
    cadence = day.rules.of_topic[Topic.VACANCY]
    vacant = vacancy_series(day)
    slots = {}
    for body, deadline_on in vacant.deadline_of.items():
        slot = day.slot(deadline_on, cadence) if deadline_on <= day.on else None
        if slot is not None:
            slots[body] = deadline_on, slot
    if not slots:
        return []
    told = _told(Topic.VACANCY)
    fresh = []
    for person_id, body in read(select_holders(ROLES_REMINDED)):
        if body not in slots:
            continue
        deadline_on, slot = slots[body]
        before = told.get((person_id, body, vacant.ask_id, deadline_on), NOTHING)
        if before.last_on < slot.due_on and not before.rests:
            key = (person_id, body, vacant.ask_id, Topic.VACANCY, deadline_on)
            fresh.append(Candidate(*key, kind_of(Topic.VACANCY, slot.kind), slot.due_on, None, before.in_vain))
    return fresh


class Vacant(NamedTuple):
    """The ask that records the lead, and the first day of the series of each organisation that nobody leads."""

    ask_id: int
    deadline_of: dict[int, date]


def vacancy_series(day: PassDay, organisation_ids: Collection[int] | None = None) -> Vacant:
    """All of them, or those of some organisations; none where the ask itself is open: its own date is told of."""
    asks = [ask for ask in read_catalogue().asks.values() if ask.records_lead and not ask.is_adopted]
    if not asks:
        return Vacant(0, {})
    ask = asks[0]
    dates = _dates_of(ask.ask_id, day, organisation_ids)
    found = {}
    for body, vacancy in vacancies(day.on, organisation_ids=organisation_ids).items():
        passed_on, is_open = dates.get(body, (None, False))
        if not is_open:
            found[body] = max(vacancy.since, (passed_on or ask.national_on or ask.effective_from) + ONE_DAY)
    return Vacant(ask.ask_id, found)


def _dates_of(
    ask_id: int, day: PassDay, organisation_ids: Collection[int] | None
) -> dict[int, tuple[date | None, bool]]:
    """The deadline of an ask in each organisation that is tracked for it, and whether it is open."""
    source = day.source
    query = sa.select(source.c["organisation_id"], source.c["deadline_on"], source.lateness["is_open"])
    query = query.select_from(source.alone).where(source.c["ask_id"] == ask_id)
    if organisation_ids is not None:
        query = query.where(source.c["organisation_id"].in_(sorted(organisation_ids)))
    rows = read(query)
    return {body: (deadline_on, bool(is_open)) for body, deadline_on, is_open in rows}


def _expiring(day: PassDay) -> list[Candidate]:
    """Evidence whose last good day comes: told to whoever answers for an ask that it serves, of the first of theirs."""
    cadence = day.rules.of_topic[Topic.EVIDENCE]
    piece, people = expiring_pieces(day), answering(day.on)
    is_theirs = sa.or_(people.c.ask_id.is_(None), people.c.ask_id == piece.c.ask_id)
    query = (
        sa.select(
            people.c.person_id,
            *(piece.c[name] for name in ("evidence_id", "organisation_id", "expires_on")),
            sa.func.min(piece.c.ask_id),
        )
        .join(piece, sa.and_(piece.c.organisation_id == people.c.organisation_id, is_theirs))
        .group_by(people.c.person_id, piece.c.evidence_id, piece.c.organisation_id, piece.c.expires_on)
    )
    told = _told_kinds(Topic.EVIDENCE)
    fresh = []
    for person_id, evidence_id, body, expires_on, ask_id in read(query):
        slot = day.slot(expires_on, cadence)
        if slot is None:
            continue
        kind = kind_of(Topic.EVIDENCE, f"{evidence_id}_{slot.kind}")
        if (person_id, kind, expires_on) not in told:
            fresh.append(Candidate(person_id, body, ask_id, Topic.EVIDENCE, expires_on, kind, slot.due_on))
    return fresh


def expiring_pieces(day: PassDay) -> sa.Subquery:
    """Evidence that expires up to the last day that a pass takes along, with each ask that it serves."""
    cadence = day.rules.of_topic[Topic.EVIDENCE]
    horizon = max(day.on, day.ahead_to) + cadence.horizon
    newer = sa.orm.aliased(Evidence)
    first_id = sa.func.coalesce(Evidence.first_id, Evidence.id)
    is_newest = sa.not_(sa.exists().where(newer.first_id == first_id, newer.number > Evidence.number))
    return (
        sa.select(
            first_id.label("evidence_id"),
            Evidence.organisation_id,
            EvidenceExpiry.expires_on,
            EvidenceUse.ask_id,
        )
        .join(EvidenceExpiry, EvidenceExpiry.evidence_id == Evidence.id)
        .join(EvidenceUse, EvidenceUse.evidence_id == first_id)
        .where(
            is_known(EvidenceExpiry),
            EvidenceExpiry.expires_on.between(day.on - timedelta(days=cadence.horizon.days), horizon),
            holds_on(EvidenceUse, day.on),
            is_newest,
        )
        .distinct()
        .subquery("piece")
    )


def _woken(day: PassDay) -> list[Candidate]:
    """What fell due while it was snoozed and still stands: said once on the day on which the snooze is over.

    Without it a date could come and go between two days of its series.
    """
    ended = sa.and_(Snooze.superseded_at.is_(None), Snooze.until_on <= day.on)
    bodies = sorted(read(sa.select(Snooze.organisation_id).where(ended).distinct()).scalars())
    if not bodies:
        return []
    later = sa.orm.aliased(LedgerEntry)
    source = day.source
    is_said_again = sa.exists().where(
        later.person_id == LedgerEntry.person_id,
        later.organisation_id == LedgerEntry.organisation_id,
        later.ask_id == LedgerEntry.ask_id,
        later.deadline_on == LedgerEntry.deadline_on,
        later.topic.in_(SPEAK_OF_A_DATE | {Topic.REVIEW}),
        later.due_on >= Snooze.until_on,
        # What a Friday took along of the weekend, or fell due on the day of waking, was snoozed and not said.
        later.state != ReminderState.SNOOZED,
    )
    stands = sa.or_(
        sa.and_(
            LedgerEntry.topic == Topic.DEADLINE,
            source.c["deadline_on"] == LedgerEntry.deadline_on,
        ),
        sa.and_(LedgerEntry.topic == Topic.REVIEW, source.c["review_on"] == LedgerEntry.deadline_on),
    )
    people = answering(day.on)
    query = (
        sa.select(
            LedgerEntry.person_id,
            LedgerEntry.organisation_id,
            LedgerEntry.ask_id,
            LedgerEntry.topic,
            LedgerEntry.deadline_on,
            Snooze.until_on,
        )
        .distinct()
        .select_from(source.alone)
        .join(
            LedgerEntry,
            sa.and_(
                LedgerEntry.organisation_id == source.c["organisation_id"], LedgerEntry.ask_id == source.c["ask_id"]
            ),
        )
        .join(
            Snooze,
            sa.and_(
                Snooze.person_id == LedgerEntry.person_id,
                Snooze.organisation_id == LedgerEntry.organisation_id,
                Snooze.ask_id == LedgerEntry.ask_id,
            ),
        )
        .join(
            people,
            sa.and_(
                people.c.person_id == LedgerEntry.person_id,
                people.c.organisation_id == LedgerEntry.organisation_id,
                sa.or_(people.c.ask_id.is_(None), people.c.ask_id == LedgerEntry.ask_id),
            ),
        )
        .where(
            ended,
            Snooze.organisation_id.in_(bodies),
            LedgerEntry.state == ReminderState.SNOOZED,
            source.lateness["is_open"],
            stands,
            sa.not_(is_said_again),
        )
    )
    return [
        Candidate(person_id, body, ask_id, topic, deadline_on, kind_of(topic, f"woken_{until_on}"), until_on)
        for person_id, body, ask_id, topic, deadline_on, until_on in read(query)
    ]


def _told(topic: Topic) -> Told:
    entry = LedgerEntry
    key = (entry.person_id, entry.organisation_id, entry.ask_id, entry.deadline_on)
    is_later = entry.kind.contains("after_", autoescape=True)
    was_said = sa.and_(is_later, sa.or_(entry.state == ReminderState.SNOOZED, was_told()))
    query = sa.select(
        *key,
        sa.func.max(entry.due_on),
        sa.func.sum(sa.case((was_said, 1), else_=0)),
        sa.func.sum(sa.case((entry.state == ReminderState.GONE_UP, 1), else_=0)),
    )
    return {
        tuple(series): Before(last_on, int(in_vain), bool(gone_up))
        for *series, last_on, in_vain, gone_up in read(query.where(entry.topic == _literally(topic)).group_by(*key))
    }


def _told_kinds(topic: Topic) -> set[tuple[int, str, date]]:
    entry = LedgerEntry
    key = (entry.person_id, entry.kind, entry.deadline_on)
    return {tuple(row) for row in read(sa.select(*key).where(entry.topic == _literally(topic)))}


def _literally(topic: Topic) -> sa.ColumnElement[Topic]:
    """Written out in the statement, so that SQLite sees that the index of the topic holds all that is asked for."""
    return sa.bindparam("topic", topic, LedgerEntry.__table__.c.topic.type, literal_execute=True)
