"""Somebody about whom everything is held that can be held, so that nothing can be forgotten to be looked at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
import tell
from conftest import NOON
from flask import Flask
from integration.assurance import assuring
from integration.calendars.reading import calendar_row
from integration.comments import talking
from integration.escalations import climbing
from integration.evidence import standing
from integration.measures.saying import Saying
from integration.returns import returning
from integration.shared_notes.sharing import note_row

from tracker import clock
from tracker.accounts import links, sessions
from tracker.accounts import service as accounts
from tracker.accounts.models import ExternalIdentity, Invitation
from tracker.accounts.queries import find_account_of_person
from tracker.accounts.rules import HeldRole, Role, SessionStep, SignInMethod, Viewer
from tracker.appointments import leads
from tracker.audit import service as audit
from tracker.db import database, session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.rules import Service
from tracker.mail import ledger
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import MessageState
from tracker.mail.topics import Topic
from tracker.organisations.service import record_service
from tracker.progress import adoptions, service, targets
from tracker.progress.models import TargetRequest
from tracker.reminders import choosing
from tracker.review import views
from tracker.schema import METADATA
from tracker.sign_in import recovery

NAME, LAST_NAME, EMAIL = "Asha Whitcombe", "Whitcombe", "asha.whitcombe@example.nhs.uk"
BROWSER = "Firefox on Linux"


@dataclass(frozen=True, slots=True)
class Known:
    """Ids of a lead about whom everything is held, and of an administrator."""

    lead: int
    administrator: int


@pytest.fixture
def administrator(world: make.World) -> int:
    return make.person(Role.ADMINISTRATOR, email="jo@example.nhs.uk", name="Jo Fenwick")


@pytest.fixture
def robin(world: make.World, administrator: int) -> int:
    """A lead who came in January 2020."""
    return make.person(Role.LEAD, world.north_trust)


@pytest.fixture
def asha(app: Flask, world: make.World, administrator: int) -> Known:
    """The lead of XN1: has claimed, decided, agreed, adopted, invited, been mailed, signed in, and is named lead."""
    person_id = make.person(Role.LEAD, world.north_trust, email=EMAIL, name=NAME)
    viewer = Viewer(person_id, NAME, (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    with transaction():
        _work(viewer)
    _more_work(viewer, administrator, world)
    with transaction():
        _mail(person_id, administrator, world)
    with transaction():
        _keys(person_id, administrator, world)
    return Known(person_id, administrator)


def _work(viewer: Viewer) -> None:
    about = tell.item(viewer, "6.1")
    details = leads.LeadDetails(NAME, "Medical Director", EMAIL, date(2020, 9, 14), None)
    leads.name_lead(about.organisation, details, viewer, "lead")
    service.change_status(
        tell.item(viewer, "2.2"),
        tell.change(
            tell.item(viewer, "2.2"),
            "on_track",
            narrative="Dr Whitcombe presents it.",
            evidence_url="https://xn1.example/asha-whitcombe.pdf",
        ),
        read_catalogue(),
    )
    targets.agree_target(tell.item(viewer, "7.1"), date(2020, 12, 1), "Agreed with the region")
    adoptions.adopt_framework(about.organisation, "rcp-2024", viewer, "lead")
    record_service(about.organisation.organisation_id, Service.MATERNITY, True, by=viewer.person_id, role="lead")
    talking.comment(viewer, "Thank you")
    talking.change_barrier(viewer, "The system has begun")
    returning.everything(viewer)
    audit.record(verb="membership granted", subject=f"person {viewer.person_id}", organisation_code="XN1")


def _more_work(viewer: Viewer, other_id: int, world: make.World) -> None:
    """What she confirmed, asked for, decided, counted, checked, was mentioned in and took back; names nobody."""
    other = Viewer(other_id, "", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    as_region = replace(viewer, held=(HeldRole(Role.REGION, world.north_region, "YN1"),))
    with clock.frozen(NOON - timedelta(days=7)):
        tell.say(viewer, "1.1", "not_started")
    tell.confirm(viewer, "1.1")
    for asker in (viewer, other):
        with transaction():
            about = tell.item(asker, "3.1" if asker is viewer else "8.1")
            wanted = targets.TargetChange(
                target_on=date(2021, 5, 1),
                reason="Why",
                agreed_by="The board",
                expected_version=0,
                submission_key=f"wanted by {asker.person_id}",
            )
            targets.change_target(about, wanted)
    with transaction():
        asked = session().scalars(sa.select(TargetRequest.id).where(TargetRequest.person_id == other_id)).one()
        decision = targets.RequestDecision(True, "", world.north_region)
        targets.decide_on_request(tell.item(as_region, "8.1"), asked, decision)
    climbing.escalated(viewer.person_id, "XN1", "8.4")
    climbing.chased(viewer.person_id)
    assuring.everything_of(viewer.person_id, "YN1")
    note_row(viewer.person_id, "XN1", "8.4")
    calendar_row(viewer.person_id)
    counting = Saying(viewer, "XN1")
    own = counting.own()
    counting.add(own, date(2020, 9, 30), 20, 40)
    counting.aim(own, 600)
    about_reminders = tell.item(viewer, "6.1")
    with transaction():
        standing.say(other, viewer.person_id, "XN1")
        standing.expiring(viewer.person_id, "XN1")
        talking.withdrawn_mention(other, viewer)
        choosing.choose_topics(viewer, {Topic.REVIEW})
        choosing.choose_cadence(about_reminders.organisation, "fewer", viewer, "lead", expected_id=0)
        choosing.snooze(about_reminders, date(2020, 12, 1), "The board meets later", submission_key="a snooze")
        views.keep_view(as_region, views.NewView("Mine", "overdue", "type=trust", False, "a view"))


def _mail(person_id: int, other_id: int, world: make.World) -> None:
    ids = queue_messages(
        [
            NewMessage(
                person_id, "Your digest", f"Hello {NAME}, two actions need you.", "digest", html=f"<p>Hello {NAME}</p>"
            ),
            NewMessage(person_id, "Still waiting", "Two actions need you.", "waiting"),
            NewMessage(
                other_id,
                f"{NAME} has invited you",
                f"{NAME} ({EMAIL}) has invited you.",
                "invited",
                html=f"<p>{NAME} ({EMAIL}) has invited you.</p>",
            ),
            NewMessage(
                other_id,
                "An older one",
                "Somebody has invited you.",
                "sent invitation",
                html=f"<p>ASHA\nWHITCOMBE ({EMAIL}) has invited you.</p>",
            ),
        ],
        mail_from="tracker@example.nhs.uk",
    )
    sent = [ids["digest"], ids["sent invitation"]]
    session().execute(
        sa.update(OutboxMessage).where(OutboxMessage.id.in_(sent)).values(state=MessageState.SENT, sent_at=NOON)
    )
    ask = read_catalogue().find_ask("8ua-2020", "6.1")
    assert ask is not None
    series = ledger.Series(person_id, world.north_trust, ask.ask_id, date(2020, 9, 21))
    (entry,) = ledger.enter([ledger.Reminder(series, "on_the_day", date(2020, 9, 21), Topic.DEADLINE)]).values()
    ledger.attach({entry: ids["digest"]})


def _keys(person_id: int, other_id: int, world: make.World) -> None:
    account = find_account_of_person(person_id)
    assert account is not None
    recovery.renew(account.id)
    links.make_password_link(account.id)
    sessions.begin(person_id, step=SessionStep.OPEN, method=SignInMethod.PASSWORD, browser=BROWSER)
    session().add(
        ExternalIdentity(
            account_id=account.id, issuer="https://id.example", subject="asha-at-the-provider", connected_at=NOON
        )
    )
    other = find_account_of_person(other_id)
    assert other is not None
    accounts.grant_membership(other, Role.CONTRIBUTOR, "XN1", by=person_id, by_role="lead")
    for invited, by in ((account.id, other_id), (other.id, person_id)):
        session().add(
            Invitation(
                account_id=invited,
                role=Role.BOARD,
                organisation_id=world.north_trust,
                invited_by_id=by,
                created_at=NOON,
                expires_at=NOON + timedelta(hours=48),
            )
        )
    session().flush()


@pytest.fixture
def dump(app: Flask) -> Callable[[], str]:
    """Every value of every row of every table, as text."""

    def read() -> str:
        session().rollback()
        with database.engine.connect() as connection:
            return "\n".join(
                f"{table.name}.{column.name}: {value!s}"
                for table in METADATA.sorted_tables
                for row in connection.execute(sa.select(table)).mappings()
                for column, value in zip(table.columns, row.values(), strict=True)
            )

    return read
