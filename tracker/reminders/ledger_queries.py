"""Reads the ledger within a scope, the newest first; a page costs as many statements at any size. It writes nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker import clock
from tracker.accounts.models import Membership, Person
from tracker.accounts.rules import Place, Role, Scope
from tracker.db import BIG_ID, read, session
from tracker.frameworks.models import Ask, Framework
from tracker.mail.channel import channel_state
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState
from tracker.organisations.last_known import organisations_last_known
from tracker.organisations.queries import in_scope
from tracker.reminders.ledger_rows import LedgerFilters, LedgerRow, Trouble
from tracker.reminders.models import Snooze
from tracker.reminders.words import OF_MESSAGES, TROUBLE, state_word
from tracker.web.paging import PAGE_SIZE, Page, read_page
from tracker.web.wording import day_and_time, plural

MOST_ROWS = 10**9
TROUBLE_DAYS = 30
"""How far back a list says how many reminders did not reach anybody."""
LONGEST_WAIT = timedelta(hours=1)
MOST_MEMBERSHIPS = 10**12


def ledger_page(
    seen: Scope, people: Scope, own_id: int, filters: LedgerFilters, query: Mapping[str, str]
) -> Page[LedgerRow]:
    """The page of the ledger that the query string asks for; page 1 where there is no such page.

    ``seen`` are the organisations whose reminders are listed, ``people`` those whose people may be asked for, besides
    oneself.
    """
    condition = _condition(seen, people, own_id, filters)
    total = session().scalar(_joined(sa.func.count()).where(condition)) or 0
    number = read_page(query, total, PAGE_SIZE)
    rows = _rows(condition).limit(PAGE_SIZE).offset((number - 1) * PAGE_SIZE)
    return Page([_row(each) for each in read(rows)], number, PAGE_SIZE, total)


def ledger_rows(seen: Scope, people: Scope, own_id: int, filters: LedgerFilters) -> list[LedgerRow]:
    """The whole of it, for a file."""
    return [_row(each) for each in read(_rows(_condition(seen, people, own_id, filters)))]


def trouble_in(seen: Scope) -> Trouble:
    """How many reminders of the last weeks did not reach anybody, by the word for it."""
    organisations = organisations_last_known(clock.today())
    word = sa.cast(OutboxMessage.state, sa.String)
    rows = read(
        _joined(word, sa.func.count())
        .where(
            in_scope(organisations, seen),
            LedgerEntry.due_on >= days_back(clock.today()),
            is_in_state("", TROUBLE),
        )
        .group_by(word)
    )
    counts = {word: count for word, count in rows}  # noqa: C416 - dict() takes a Result for a mapping
    return {word: counts[word] for word in TROUBLE if counts.get(word)}


def is_in_sight(seen: Scope, code: str) -> bool:
    """Whether there is or was an organisation with a code in a scope."""
    organisations = organisations_last_known(clock.today())
    is_there = sa.exists().where(organisations.c.code == code, in_scope(organisations, seen))
    return bool(session().scalar(sa.select(is_there)))


def mail_trouble() -> str:
    """A sentence where mail does not leave: what has waited for longer than it should; "" where all is well."""
    channel = channel_state()
    if channel.is_open and channel.since is not None:
        since = day_and_time(channel.since)
        return f"No mail has left since {since}: the server is left alone for a while. {channel.why}"
    before = clock.now() - LONGEST_WAIT
    waiting, since = read(
        sa.select(sa.func.count(), sa.type_coerce(sa.func.min(OutboxMessage.queued_at), OutboxMessage.queued_at.type))
        .select_from(OutboxMessage)
        .where(sa.cast(OutboxMessage.state, sa.String) == "queued", OutboxMessage.queued_at < before)
    ).one()
    if not waiting:
        return ""
    have = "has" if waiting == 1 else "have"
    return f"{plural(waiting, 'message')} {have} waited for more than an hour to be sent, since {day_and_time(since)}."


def is_in_state(state: str, of_message: tuple[str, ...] = ()) -> sa.ColumnElement[bool]:
    """Whether an entry is in a state, or the message that carries it in one of several."""
    words = of_message or ((state,) if state in OF_MESSAGES else ())
    if not words:
        return LedgerEntry.state == ReminderState(state)
    # As text, so that a state of messages may be asked for that there is none of.
    is_word: sa.ColumnElement[bool] = sa.cast(OutboxMessage.state, sa.String).in_(words)
    if "sent" in words:
        is_word = sa.or_(is_word, OutboxMessage.id.is_(None))
    return sa.and_(LedgerEntry.state == ReminderState.TOLD, is_word)


def membership_there(held: Any, person_id: Any, bodies: Sequence[Any]) -> sa.ColumnElement[bool]:
    """Whether a membership is the one through which somebody is told of an organisation: to be joined by.

    ``bodies`` are the ids of the organisation, its system and its region. One that goes on comes before one that has
    ended, one of the organisation before one above it.
    """
    each = aliased(Membership)
    # A least number, because SQLite sorts no select within another by what stands around it.
    place = sa.case((each.ended_at.is_(None), 0), else_=2) + sa.case((each.organisation_id == bodies[0], 0), else_=1)
    first = (
        sa.select(sa.func.min(place * sa.literal(MOST_MEMBERSHIPS, BIG_ID) + each.id))
        .where(
            each.person_id == person_id,
            sa.or_(*(each.organisation_id == body for body in bodies), each.role == Role.NATIONAL),
        )
        .scalar_subquery()
    )
    return sa.and_(held.id == first % sa.literal(MOST_MEMBERSHIPS, BIG_ID))


def _joined(*columns: Any) -> sa.Select[Any]:
    organisations = organisations_last_known(clock.today())
    return (
        sa.select(*columns)
        .select_from(LedgerEntry)
        .join(organisations, organisations.c.organisation_id == LedgerEntry.organisation_id)
        .outerjoin(OutboxMessage, OutboxMessage.id == LedgerEntry.message_id)
    )


def _condition(seen: Scope, people: Scope, own_id: int, filters: LedgerFilters) -> sa.ColumnElement[bool]:
    organisations, entry = organisations_last_known(clock.today()), LedgerEntry
    conditions = [in_scope(organisations, seen)]
    if filters.organisation:
        conditions.append(organisations.c.code == filters.organisation)
    if filters.person is not None:
        conditions.append(entry.person_id == filters.person)
        if filters.person != own_id:
            conditions.append(in_scope(organisations, people))
    if filters.topic is not None:
        conditions.append(entry.topic == filters.topic)
    if filters.state:
        conditions.append(is_in_state(filters.state))
    if filters.since is not None:
        conditions.append(entry.due_on >= filters.since)
    if filters.until is not None:
        conditions.append(entry.due_on <= filters.until)
    return sa.and_(*conditions)


def _rows(condition: sa.ColumnElement[bool]) -> sa.Select[Any]:
    body, entry = organisations_last_known(clock.today()).c, LedgerEntry
    place = (body.organisation_id, body.system_id, body.region_id)
    held = aliased(Membership)
    return (
        _joined(
            *place,
            body.code,
            body.name,
            body.closed_on,
            Framework.code.label("framework_code"),
            Ask.ref,
            entry.topic,
            entry.kind,
            entry.deadline_on,
            entry.due_on,
            entry.recorded_at,
            entry.state,
            sa.cast(OutboxMessage.state, sa.String).label("of_message"),
            entry.why,
            OutboxMessage.last_error,
            OutboxMessage.sent_at,
            entry.person_id,
            Person.name.label("person_name"),
            held.role,
            held.organisation_id.label("body_id"),
            Snooze.until_on,
        )
        .join(Ask, Ask.id == entry.ask_id)
        .join(Framework, Framework.id == Ask.framework_id)
        .join(Person, Person.id == entry.person_id)
        .outerjoin(held, membership_there(held, entry.person_id, place))
        .outerjoin(
            Snooze,
            sa.and_(
                Snooze.person_id == entry.person_id,
                Snooze.organisation_id == entry.organisation_id,
                Snooze.ask_id == entry.ask_id,
                Snooze.superseded_at.is_(None),
                Snooze.until_on > clock.today(),
            ),
        )
        .where(condition)
        .order_by(entry.id.desc())
    )


def _row(row: Any) -> LedgerRow:
    state = state_word(row.state, row.of_message)
    return LedgerRow(
        place=Place(row.organisation_id, row.system_id, row.region_id),
        code=row.code,
        name=row.name,
        closed_on=row.closed_on,
        framework_code=row.framework_code,
        ref=row.ref,
        topic=row.topic,
        kind=row.kind,
        deadline_on=row.deadline_on,
        due_on=row.due_on,
        recorded_at=row.recorded_at,
        state=state,
        why=row.why or (row.last_error or "" if state in OF_MESSAGES and state != "sent" else ""),
        sent_at=row.sent_at if state == "sent" else None,
        person_id=row.person_id,
        person_name=row.person_name or "",
        role=row.role,
        body_id=row.body_id,
        snoozed_until=row.until_on,
    )


def days_back(today: date) -> date:
    """The first day of the last weeks that lists count."""
    return today - timedelta(days=TROUBLE_DAYS - 1)
