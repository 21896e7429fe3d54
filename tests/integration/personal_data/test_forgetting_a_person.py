"""Erasure: the name and the address are nowhere any more, every way in is shut, and the record still stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient, FlaskCliRunner
from integration.personal_data.conftest import EMAIL, NAME
from integration.personal_data.forgetting import forget
from smtp_server import running

from tracker.accounts import links
from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.appointments import leads
from tracker.appointments.models import Appointment
from tracker.appointments.queries import named_leads
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.rules import MessageState
from tracker.people.personal_data_forget import forget_person
from tracker.progress.models import ProgressEntry
from tracker.reminders.sending import send_waiting


def count(model, *which) -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count()).select_from(model).where(*which)) or 0


@pytest.fixture
def nothing_typed(asha) -> None:
    """Without the texts in which people named her: those are theirs."""
    session().execute(sa.update(ProgressEntry).values(narrative="It is presented."))
    session().execute(sa.text("UPDATE evidence SET url = 'https://xn1.example/paper.pdf'"))
    session().execute(sa.text("UPDATE return_row SET content = '{}'"))
    session().commit()


@pytest.mark.usefixtures("nothing_typed")
def test_the_name_and_the_address_are_nowhere_any_more(runner: FlaskCliRunner, dump: Callable[[], str]) -> None:
    before = dump().casefold()
    assert all(each in before for each in ("asha", "whitcombe", EMAIL, "asha-at-the-provider", "firefox on linux"))
    result = forget(runner)
    assert result.exit_code == 0, result.output
    after = dump().casefold()
    assert [each for each in ("asha", "whitcombe", "at-the-provider", "firefox on linux") if each in after] == []
    assert result.stdout.splitlines()[-1] == "No text that people typed holds the name."
    assert "asha" not in result.output.casefold()


def test_the_history_and_the_audit_stand(runner: FlaskCliRunner, asha) -> None:
    entries = session().scalar(sa.select(sa.func.count()).select_from(ProgressEntry))
    audited = session().scalars(sa.select(AuditEntry.entry_hash).order_by(AuditEntry.id)).all()
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    forget(runner)
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
    assert count(ProgressEntry, ProgressEntry.person_id == asha.lead) == entries
    assert session().scalars(sa.select(AuditEntry.entry_hash).order_by(AuditEntry.id)).all()[: len(audited)] == audited
    told = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "person forgotten")).all()
    assert [(each.subject, each.after) for each in told] == [
        (f"person {asha.lead}", {"reason": "request"}),
        (f"person {asha.lead + 1}", {"reason": "request"}),
    ]
    assert verify_chains()[2] == []


def test_an_appointment_stays_a_fact_without_a_name(runner: FlaskCliRunner, asha) -> None:
    forget(runner)
    row = (
        session()
        .execute(sa.select(Appointment.job_title, Person.name, Person.contact_email, Person.forgotten_at).join(Person))
        .one()
    )
    assert row[:3] == ("Medical Director", "", "")
    assert row.forgotten_at is not None


def test_every_way_in_is_shut(client: FlaskClient, runner: FlaskCliRunner, asha) -> None:
    make.enter(client, EMAIL)
    assert client.get("/organisations/XN1").status_code == 200
    account_id = session().scalar(sa.select(Account.id).where(Account.person_id == asha.lead))
    with transaction():
        path = links.make_password_link(account_id)
    forget(runner)
    assert client.get("/organisations/XN1").status_code == 302
    assert client.get(path).status_code in (404, 410)
    account = session().scalars(sa.select(Account).where(Account.person_id == asha.lead)).one()
    assert (account.is_active, account.password_hash, account.totp_secret) == (False, None, None)
    assert "@" not in account.sign_in_email
    tables = ("sign_in_session", "one_time_link", "recovery_code", "external_identity")
    assert [session().scalar(sa.text(f"SELECT count(*) FROM {table}")) for table in tables] == [0, 0, 0, 0]
    assert count(Membership, Membership.person_id == asha.lead, Membership.ended_at.is_(None)) == 0
    assert count(Invitation, Invitation.account_id == account_id, Invitation.voided_at.is_(None)) == 0
    assert count(Invitation, Invitation.invited_by_id == asha.lead, Invitation.voided_at.is_(None)) == 0


def test_mails_to_them_are_emptied_and_none_that_waits_is_sent(app, runner: FlaskCliRunner, asha) -> None:
    forget(runner)
    theirs = session().execute(
        sa.select(OutboxMessage.body, OutboxMessage.html, OutboxMessage.state)
        .where(OutboxMessage.person_id == asha.lead)
        .order_by("id")
    )
    assert list(theirs) == [("", None, MessageState.SENT), ("", None, MessageState.FAILED)]
    with running() as server:
        send_waiting(replace(app.extensions["settings"], mail=server.url))
    assert [message.recipients for message in server.messages] == [["jo@example.nhs.uk"]]
    assert server.subjects == ["a former colleague has invited you"]
    assert "a former colleague ((address removed)) has invited you." in server.messages[0].text
    assert server.messages[0].html == "<p>a former colleague ((address removed)) has invited you.</p>\n"


def test_a_mail_to_somebody_else_that_has_left_loses_its_text_and_only_if_it_holds_the_name(
    runner: FlaskCliRunner, asha
) -> None:
    session().execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.subject == "An older one")
        .values(body="Natasha Whitcombes sends it.", html=None)
    )
    session().commit()
    forget(runner)
    assert session().scalar(sa.select(OutboxMessage.body).where(OutboxMessage.subject == "An older one")) != ""


def test_reminders_stay_in_the_ledger_so_that_nothing_is_sent_again(runner: FlaskCliRunner, asha) -> None:
    forget(runner)
    assert count(LedgerEntry, LedgerEntry.person_id == asha.lead) == 1


def test_pages_and_files_show_no_name_and_still_open(
    client: FlaskClient, runner: FlaskCliRunner, world: make.World, asha
) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    before = client.get("/organisations/XN1").get_data(as_text=True)
    assert NAME in before
    assert NAME in client.get("/organisations/XN1/8ua-2020/2.2").get_data(as_text=True)
    forget(runner)
    for path in ("/organisations/XN1", "/organisations/XN1/8ua-2020/2.2", "/organisations/XN1/8ua-2020/6.1"):
        answer = client.get(path)
        assert answer.status_code == 200
        assert NAME not in answer.get_data(as_text=True)


def test_the_last_administrator_is_refused_and_nothing_is_changed(
    runner: FlaskCliRunner, asha, dump: Callable[[], str]
) -> None:
    before = dump()
    result = forget(runner, "jo@example.nhs.uk", "--yes")
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: Nothing was changed. This is the last administrator who can sign in: "
        "make somebody else an administrator first.\n"
    )
    assert dump() == before


def test_one_of_two_administrators_can_be_forgotten(runner: FlaskCliRunner, administrator) -> None:
    make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk", name="Sam Fell")
    assert forget(runner, "jo@example.nhs.uk", "--yes").exit_code == 0
    assert forget(runner, "second@example.nhs.uk", "--yes").exit_code == 1


def test_it_says_what_will_happen_and_does_nothing_unless_told_to(
    runner: FlaskCliRunner, asha, dump: Callable[[], str]
) -> None:
    before = dump()
    for typed in ("n\n", ""):
        result = forget(runner, EMAIL, typed=typed)
        assert result.exit_code == 1
        assert dump() == before
    assert result.stdout.splitlines()[:2] == [
        f'Person {asha.lead} ("Asha Whitcombe"): name and address will be removed. '
        "This ends: the account, 1 role, 1 mail not sent yet.",
        f'Person {asha.lead + 1} ("Asha Whitcombe"): name and address will be removed. '
        "1 appointment will show no name.",
    ]
    assert forget(runner, EMAIL, typed="y\n").exit_code == 0


def test_somebody_of_another_name_behind_the_same_mailbox_is_not_forgotten_by_the_way(
    runner: FlaskCliRunner, asha, dump: Callable[[], str]
) -> None:
    stranger = Person(name="Grace Hale", contact_email=EMAIL, recorded_at=make.LONG_AGO)
    session().add(stranger)
    session().commit()
    number, before = stranger.id, dump()
    result = forget(runner, EMAIL, "--yes")
    assert result.exit_code == 1
    assert f'person {number} ("Grace Hale")' in result.stderr
    assert dump() == before
    chosen = forget(runner, EMAIL, "--yes", "--person", str(asha.lead))
    assert chosen.stdout.startswith(f"Forgotten: person {asha.lead}.\n")
    assert "Grace Hale" in dump()


def test_an_address_that_nobody_has_is_one_sentence_and_exit_1(runner: FlaskCliRunner, asha) -> None:
    forget(runner)
    for address in (EMAIL, "nobody@example.nhs.uk", "", f"forgotten {asha.lead}"):
        result = forget(runner, address, "--yes")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f'Error: Nobody is held under "{address}": check the address.\n'


def test_done_again_it_changes_nothing(asha, dump: Callable[[], str]) -> None:
    with transaction():
        assert forget_person(asha.lead, reason="request") is True
    before = dump()
    with transaction():
        assert forget_person(asha.lead, reason="request") is False
        assert forget_person(999, reason="request") is False
    assert dump() == before


def test_an_account_that_was_switched_off_before_is_forgotten_as_well(
    runner: FlaskCliRunner, asha, dump: Callable[[], str]
) -> None:
    session().execute(sa.update(Account).where(Account.person_id == asha.lead).values(is_active=False))
    session().commit()
    assert forget(runner).exit_code == 0
    assert EMAIL not in dump()
    assert count(Membership, Membership.person_id == asha.lead, Membership.ended_at.is_(None)) == 0


def test_somebody_may_come_back_as_a_new_person(runner: FlaskCliRunner, world: make.World, asha) -> None:
    forget(runner)
    add = ["accounts", "add", EMAIL, "--name", NAME, "--role", "contributor", "--organisation", "XN1"]
    assert "The account is ready." in runner.invoke(args=add).output
    assert count(Account, Account.sign_in_email == EMAIL, Account.person_id != asha.lead) == 1


def test_a_forgotten_lead_is_replaced_by_a_new_person(runner: FlaskCliRunner, world: make.World, asha) -> None:
    forget(runner)
    viewer = Viewer(asha.administrator, "Jo Fenwick", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    with transaction():
        details = leads.LeadDetails("Grace Hale", "Chief Nurse", "grace@example.nhs.uk", date(2020, 9, 14), None)
        leads.name_lead(tell.item(viewer, "6.1").organisation, details, viewer, "lead")
    assert named_leads(date(2020, 11, 2))[world.north_trust].name == "Grace Hale"
    assert count(Person, Person.name == "", Person.contact_email == "") == 2
