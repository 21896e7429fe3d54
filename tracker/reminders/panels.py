"""What the pages of an ask, an organisation and a person say of reminders, in a statement each; it writes nothing."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import url_for

from tracker.accounts.models import Membership, Person
from tracker.accounts.rules import Permission, Role, Viewer
from tracker.appointments.models import Appointment
from tracker.db import BIG_ID, read
from tracker.frameworks.rules import OrganisationType
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState, Topic
from tracker.organisations.queries import OrganisationSummary, holds_on, in_scope, organisations_as_at
from tracker.progress.ask_parts import AskPart
from tracker.progress.opened import Opened
from tracker.progress.organisation_rows import Rows
from tracker.reminders.access import answers_for_all, may_be_owner
from tracker.reminders.ledger_queries import days_back, is_in_state, membership_there
from tracker.reminders.ledger_rows import may_be_named
from tracker.reminders.models import ReminderCadence, Snooze
from tracker.reminders.presenters import NO_ROLE, counted
from tracker.reminders.rulebook import rulebook
from tracker.reminders.words import STATES, TROUBLE, kind_words, state_word
from tracker.web.wording import day

MOST_SHOWN = 5
ENTRY, SNOOZE, OWNER = "entry", "snooze", "owner"
NEVER_TRACKED = frozenset({OrganisationType.REGION, OrganisationType.NATIONAL_BODY})


def ask_part(opened: Opened, viewer: Viewer, today: date) -> AskPart | None:
    """The last reminders of an ask and what became of them, who snoozes it, and where whoever is reminded of it can.

    Why somebody snoozes it is for their organisation, and once it is overdue for the teams that watch over it.
    """
    organisation = opened.organisation
    place = {"organisation": organisation.organisation_id, "system": organisation.system_id}
    place |= {"region": organisation.region_id, "ask": opened.ask.ask_id, "viewer": viewer.person_id}
    found = read(_of_ask(), place | {"today": today}).all()
    said = [row for row in found if row.what == ENTRY]
    snoozes = [row for row in found if row.what == SNOOZE]
    is_mine = answers_for_all(viewer, organisation.organisation_id) or (
        any(row.what == OWNER for row in found) and may_be_owner(viewer, organisation.organisation_id)
    )
    rows = [(f"Due {day(row.on_day)}", _entry_words(row, opened, viewer)) for row in said]
    if _sees_snoozes(opened, viewer, today):
        rows += [("Snoozed", _snooze_words(row, opened, viewer)) for row in snoozes]
    if not rows and not is_mine:
        return None
    code, ask = organisation.code, opened.ask
    links = [("See all reminders of this organisation", url_for("reminders.ledger", organisation=code))] if said else []
    if is_mine:
        is_asleep = any(row.person_id == viewer.person_id for row in snoozes)
        words = "Change or end my snooze of this ask" if is_asleep else "Snooze my reminders of this ask"
        links.append((words, url_for("reminders.snooze", code=code, framework=ask.framework_code, ref=ask.ref)))
    intro = "" if said else "Nobody has been reminded of this ask yet."
    return AskPart("Reminders", [{"key": key, "value": value} for key, value in rows], links, intro)


def organisation_rows(organisation: OrganisationSummary, viewer: Viewer, today: date) -> Rows:
    """How many reminders fell due lately and what did not arrive, and by which cadence its dates are told of."""
    if organisation.organisation_type in NEVER_TRACKED:
        return []
    row = read(_of_organisation(), {"organisation": organisation.organisation_id, "since": days_back(today)}).one()
    may_choose = viewer.find_power(Permission.SET_REMINDERS, organisation.place) is not None
    return [
        {
            "key": "Reminders",
            "value": counted(row.fell_due, _trouble(row)),
            "href": url_for("reminders.ledger", organisation=organisation.code),
            "action": "See",
            "about": "reminders",
        },
        {
            "key": "Reminded of its dates",
            "value": rulebook().cadence(row.cadence or "").label,
            "href": url_for("reminders.cadence", code=organisation.code),
            "action": "Change" if may_choose else "See",
            "about": "when it is reminded of its dates",
        },
    ]


def person_rows(person_id: int, viewer: Viewer, today: date) -> list[dict[str, str]]:
    """How many reminders fell due for somebody lately, of the organisations of which the viewer sees both."""
    if not viewer.may_anywhere(Permission.SEE_PROGRESS):
        return []
    organisations = organisations_as_at(today)
    query = _counts(LedgerEntry.person_id == person_id, LedgerEntry.due_on >= days_back(today))
    query = query.join(organisations, organisations.c.organisation_id == LedgerEntry.organisation_id).where(
        in_scope(organisations, viewer.scope(Permission.SEE_PROGRESS)),
        in_scope(organisations, viewer.scope(Permission.SEE_PEOPLE)),
    )
    row = read(query).one()
    return [
        {
            "key": "Reminders",
            "value": counted(row.fell_due, _trouble(row)),
            "href": url_for("reminders.ledger", person=person_id),
            "action": "See",
            "about": "reminders",
        }
    ]


def _sees_snoozes(opened: Opened, viewer: Viewer, today: date) -> bool:
    if any(held.organisation_id == opened.organisation.organisation_id for held in viewer.held):
        return True
    watches = viewer.find_power(Permission.REVIEW_OVERDUE, opened.organisation.place) is not None
    return watches and opened.standing.days_overdue(today) is not None


def _entry_words(row: Any, opened: Opened, viewer: Viewer) -> str:
    topic, state = Topic(row.topic), state_word(ReminderState(row.state), row.of_message)
    about = f"{topic.label}, {kind_words(topic, row.kind, rulebook().quiet_days).lower()}"
    why = f". {row.why}" if row.why else ""
    return f"{STATES[state]}: {about}. To {_who(row, opened, viewer)}{why}"


def _snooze_words(row: Any, opened: Opened, viewer: Viewer) -> str:
    return f"Until {day(row.on_day)} by {_who(row, opened, viewer)}: {row.why}"


def _who(row: Any, opened: Opened, viewer: Viewer) -> str:
    role, people = Role(row.role).label if row.role else NO_ROLE, viewer.scope(Permission.SEE_PEOPLE)
    is_named = may_be_named(row.person_name, row.body_id, opened.organisation.place, people)
    return f"{row.person_name} ({role})" if is_named or row.person_id == viewer.person_id else role


def _trouble(row: Any) -> dict[str, int]:
    return {word: count for word in TROUBLE if (count := getattr(row, word))}


def _counts(*conditions: sa.ColumnElement[bool]) -> sa.Select[Any]:
    """How many entries there are, and how many of them did not arrive, by the word for it."""
    trouble = (sa.func.count(sa.case((is_in_state("", (word,)), 1))).label(word) for word in TROUBLE)
    columns: list[sa.ColumnElement[Any]] = [sa.func.count().label("fell_due"), *trouble]
    return (
        sa.select(*columns)
        .select_from(LedgerEntry)
        .outerjoin(OutboxMessage, OutboxMessage.id == LedgerEntry.message_id)
        .where(*conditions)
    )


@lru_cache(maxsize=1)
def _of_organisation() -> sa.Executable:
    body = sa.bindparam("organisation", type_=BIG_ID)
    chosen = sa.select(ReminderCadence.cadence).where(
        ReminderCadence.organisation_id == body, ReminderCadence.superseded_at.is_(None)
    )
    counts = _counts(LedgerEntry.organisation_id == body, LedgerEntry.due_on >= sa.bindparam("since", type_=sa.Date()))
    return counts.add_columns(chosen.scalar_subquery().label("cadence"))


@lru_cache(maxsize=1)
def _of_ask() -> sa.Executable:
    """The last entries of an ask, whoever snoozes it now, and whether the viewer owns it."""
    bodies = tuple(sa.bindparam(name, type_=BIG_ID) for name in ("organisation", "system", "region"))
    held = sa.orm.aliased(Membership)
    body, ask, today = bodies[0], sa.bindparam("ask", type_=BIG_ID), sa.bindparam("today", type_=sa.Date())
    entry, why = LedgerEntry, sa.func.coalesce(sa.func.nullif(LedgerEntry.why, ""), OutboxMessage.last_error, "")
    said = (
        sa.select(
            sa.literal(ENTRY).label("what"),
            entry.id.label("place"),
            entry.person_id,
            Person.name.label("person_name"),
            sa.cast(held.role, sa.String).label("role"),
            held.organisation_id.label("body_id"),
            entry.due_on.label("on_day"),
            sa.cast(why, sa.Text).label("why"),
            sa.cast(entry.topic, sa.String).label("topic"),
            entry.kind,
            sa.cast(entry.state, sa.String).label("state"),
            sa.cast(OutboxMessage.state, sa.String).label("of_message"),
        )
        .join(Person, Person.id == entry.person_id)
        .outerjoin(held, membership_there(held, entry.person_id, bodies))
        .outerjoin(OutboxMessage, OutboxMessage.id == entry.message_id)
        .where(entry.organisation_id == body, entry.ask_id == ask)
        .order_by(entry.id.desc())
        .limit(MOST_SHOWN)
        .subquery()
    )
    snoozes = (
        sa.select(
            sa.literal(SNOOZE),
            Snooze.id,
            Snooze.person_id,
            Person.name,
            sa.cast(held.role, sa.String),
            held.organisation_id,
            Snooze.until_on,
            Snooze.reason,
            *(sa.null() for _ in range(4)),
        )
        .join(Person, Person.id == Snooze.person_id)
        .outerjoin(held, membership_there(held, Snooze.person_id, bodies))
        .where(
            Snooze.organisation_id == body,
            Snooze.ask_id == ask,
            Snooze.superseded_at.is_(None),
            Snooze.until_on > today,
        )
    )
    viewer = sa.bindparam("viewer", type_=BIG_ID)
    owned = sa.select(sa.literal(OWNER), Appointment.id, Appointment.person_id, *(sa.null() for _ in range(9))).where(
        Appointment.person_id == viewer,
        Appointment.organisation_id == body,
        Appointment.ask_id == ask,
        holds_on(Appointment, today),  # The select is kept for every day.
    )
    together = sa.union_all(sa.select(said), snoozes, owned).subquery()
    return sa.select(together).order_by(together.c.what, together.c.place.desc())
