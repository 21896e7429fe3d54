"""Puts something into every table about every organisation, and a mark of its own into every text of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

import make
import sqlalchemy as sa
import tell
from integration.accounts.canaries import OWNERS, REGIONS, Canaries, columns_to_mark
from integration.comments import talking
from integration.escalations import climbing
from integration.evidence import standing
from integration.measures.saying import Saying
from integration.progress.standing_there import target_request
from integration.reminders.choosing_there import entered, snoozed
from integration.returns import returning
from integration.shared_notes.sharing import note_row

from tracker import clock
from tracker.accounts.models import Account, Person
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments import leads
from tracker.audit import service as audit
from tracker.db import UtcDateTime, session, transaction
from tracker.frameworks.rules import Service
from tracker.organisations.models import Organisation
from tracker.organisations.queries import get_open_organisation
from tracker.organisations.service import record_service
from tracker.progress.models import SavedView, ViewPage
from tracker.schema import METADATA

SHARES = "XS1"
"""The one organisation that shares how it did an ask; every other has taken back what it shared."""


def mark_everything(codes: Mapping[str, int]) -> Canaries:
    """Something in every table about every organisation, with its mark in every text. ``codes``: ids by code."""
    people: dict[int, tuple[str, str]] = {}
    for code, organisation_id in codes.items():
        _say_everything(code, organisation_id, people)
    _fill_empty_tables(codes, people)
    return _mark_rows(codes, people)


def _say_everything(code: str, organisation_id: int, people: dict[int, tuple[str, str]]) -> None:
    """An author, a member of the same body and, where asks are tracked, an update, a claim, a target and a lead."""
    role = {"Y": Role.REGION}.get(code[0], Role.LEAD)
    author = make.person(role, organisation_id, email=f"author.{code}@example.nhs.uk", name="Author")
    member = make.person(
        Role.REGION if role is Role.REGION else Role.BOARD, organisation_id, email=f"member.{code}@example.nhs.uk"
    )
    sorts = ("regional", "regional") if role is Role.REGION else ("author", "person")
    people |= {author: (code, sorts[0]), member: (code, sorts[1])}
    with transaction():
        done = {"verb": "told", "subject": "something", "before": {"was": "so"}, "after": {"is": "so"}}
        audit.record(**done, by=author, role=role.value, organisation_code=code)
        view = {"name": "Mine", "page": ViewPage.OVERDUE, "query": "type=trust", "recorded_at": clock.now()}
        session().add(SavedView(person_id=member, is_shared=False, submission_key=f"view of {code}", **view))
    if code in REGIONS:
        return
    viewer = Viewer(author, "Author", (HeldRole(role, organisation_id, code),))
    approver = make.person(Role.BOARD, organisation_id, email=f"approver.{code}@example.nhs.uk")
    people[approver] = (code, "approver")
    tell.say(viewer, "2.3", "complete_claimed", code=code, evidence_url="https://example.nhs.uk/plan")
    then = date(2020, 12, 1)
    said = {"narrative": "Said", "reason": "Why", "recovery_on": then, "next_step": "Then", "next_step_on": then}
    tell.say(viewer, "2.2", "off_track", code=code, **said)
    tell.agree(viewer, "7.1", date(2020, 10, 1), code=code)
    tell.confirm(viewer, "2.2", code)
    target_request(code, "8.1")
    with transaction():
        record_service(organisation_id, Service.MATERNITY, True, by=author, role=role.value, reason="Why")
    measuring = Saying(viewer, code)
    own = measuring.own()
    measuring.add(own, date(2020, 9, 30), 20, 40)
    measuring.aim(own, 600)
    with transaction():
        standing.say(viewer, approver, code)
        talking.comment(viewer, "Said", code)
        talking.change_barrier(viewer, "Why", code)
        board = Viewer(approver, "Board", (HeldRole(Role.BOARD, organisation_id, code),))
        for come_to in ("approved", "sent_back", "cadence", "cadence"):
            returning.story(viewer, board, come_to, code)
    climbing.escalated(author, code, "6.1")
    snoozed(author, date(2020, 12, 1), ref="2.2", code=code)
    entered(author, organisation_id, ref="2.2", of_message="failed", last_error="Refused")
    note_row(author, code, "2.3")
    if code != SHARES:
        note_row(author, code, "2.3", is_shared=False)
    with transaction():
        details = leads.LeadDetails("Lead", "Chair", "chair@example.nhs.uk", date(2020, 9, 1), None)
        leads.name_lead(get_open_organisation(code), details, viewer, "lead")
        lead = session().scalars(sa.select(Person.id).where(Person.name == "Lead")).one()
        session().execute(sa.update(Person).where(Person.id == lead).values(name="Named", contact_email=code))
    people[lead] = (code, "lead")


def _fill_empty_tables(codes: Mapping[str, int], people: Mapping[int, tuple[str, str]]) -> None:
    """A row of each organisation in the tables that no story above fills; its values are made from its columns."""
    serial = count()
    members = {code: person for person, (code, sort) in people.items() if sort in ("person", "regional")}
    for table in METADATA.sorted_tables:
        if not any(name.startswith(f"{table.name}.") for name in columns_to_mark()):
            continue
        there = {owner for row in _rows(table) if (owner := _owner(table, row, codes, people)) is not None}
        for code in set(codes) - there:
            if not table.name.startswith(
                (
                    "progress",
                    "target",
                    "appointment",
                    "escalation",
                    "evidence",
                    "barrier",
                    "measure",
                    "own_measure",
                    "return_",
                    "shared_note",
                    "ledger_entry",
                    "snooze",
                )
            ):
                account_id = session().scalar(sa.select(Account.id).where(Account.person_id == members[code]))
                own = {"organisation_id": codes[code], "person_id": members[code], "account_id": account_id}
                session().execute(sa.insert(table).values(_made_up(table, own, f"{code}{next(serial)}")))
    session().commit()


def _made_up(table: sa.Table, own: Mapping[str, Any], text: str) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for column in table.columns:
        if column.primary_key:
            continue
        if column.name in own:
            made[column.name] = own[column.name]
        elif column.foreign_keys:
            target = next(iter(column.foreign_keys)).column
            made[column.name] = None if column.nullable else session().scalar(sa.select(sa.func.min(target)))
        elif isinstance(column.type, sa.Enum):
            made[column.name] = next(iter(column.type.enum_class or column.type.enums))
        elif isinstance(column.type, sa.JSON):
            made[column.name] = {"text": text}
        elif isinstance(column.type, UtcDateTime | sa.Date):
            instant = datetime(2020, 9, 1, tzinfo=UTC)
            fitting = instant if isinstance(column.type, UtcDateTime) else instant.date()
            made[column.name] = None if column.nullable else fitting  # What has an end is over, and is shown less.
        else:
            made[column.name] = text if isinstance(column.type, sa.String) else 1
    return made


def _mark_rows(codes: Mapping[str, int], people: Mapping[int, tuple[str, str]]) -> Canaries:
    numbers: dict[str, int] = {}
    for table in METADATA.sorted_tables:
        columns = [column for name, column in columns_to_mark().items() if name.startswith(f"{table.name}.")]
        for row in _rows(table) if columns else ():
            owner = _owner(table, row, codes, people)
            if owner is None:
                continue
            sort = people[row.id][1] if table.name == "person" else table.name
            values = {}
            for column in columns:
                number = numbers.setdefault(f"{sort}.{column.name}", len(numbers))
                values[column.name] = _written(column, f"Canary{owner}{number:02}x", row.id)
            session().execute(sa.update(table).where(table.c.id == row.id).values(values))
    session().commit()
    return Canaries(tuple(numbers))


def _written(column: sa.Column[Any], mark: str, serial: int) -> Any:
    """A mark in the form that a column's readers expect."""
    if isinstance(column.type, sa.JSON):
        return {"said": mark}
    if column.name == "url":
        return f"https://example.nhs.uk/{mark}"
    if column.name.endswith("_email"):
        return f"{mark}.{serial}@example.nhs.uk".lower()
    return f"{mark}{serial}" if column.unique else mark


def _rows(table: sa.Table) -> Iterator[Any]:
    return iter(session().execute(sa.select(table).order_by(table.c.id)).all())


def _owner(table: sa.Table, row: Any, codes: Mapping[str, int], people: Mapping[int, tuple[str, str]]) -> str | None:
    """The code of the organisation that a row belongs to; None for what is somebody else's or nobody's."""
    code_of = {organisation_id: code for code, organisation_id in codes.items()}
    if table.name == "organisation":
        return code_of.get(row.id)
    if table.name == "audit_chain":
        return row.name if row.name in codes else None
    if table.name == "person":
        return people[row.id][0] if row.id in people else None
    if "chain_id" in table.c:
        name = session().scalar(sa.text("SELECT name FROM audit_chain WHERE id = :id"), {"id": row.chain_id})
        return name if name in codes else None
    nearest = next(name for name in OWNERS if name in table.c)
    value = getattr(row, nearest)
    if nearest == "account_id":
        value = session().scalar(sa.select(Account.person_id).where(Account.id == value))
    if nearest in ("account_id", "person_id"):
        return people[value][0] if value in people else None
    return code_of.get(value)


def ids_by_code() -> dict[str, int]:
    """Every organisation there is."""
    return {code: number for number, code in session().execute(sa.select(Organisation.id, Organisation.code))}
