"""Subject access: everything held about somebody in one JSON, and nothing that opens a door."""

from __future__ import annotations

import json
import re
from pathlib import Path
from stat import S_IMODE

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner

from tracker.accounts import sessions
from tracker.accounts.models import Account, Invitation, Person
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.people.personal_data import SECTIONS

EMAIL = "asha.whitcombe@example.nhs.uk"


def export(runner: FlaskCliRunner, *arguments: str):
    result = runner.invoke(args=["people", "export", *arguments])
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


@pytest.fixture
def people(runner: FlaskCliRunner, asha):
    return export(runner, EMAIL)["people"]


def test_an_address_finds_the_account_and_the_named_lead_told_apart(people, asha) -> None:
    account, lead = people
    assert account["person"]["row"] == asha.lead
    assert account["account"]["sign_in_email"] == EMAIL
    assert lead["account"] is None
    assert [appointment["job_title"] for appointment in lead["appointments"]] == ["Medical Director"]
    assert {each["person"]["name"] for each in people} == {"Asha Whitcombe"}


def test_no_part_is_empty_for_somebody_about_whom_everything_is_held(people) -> None:
    assert [section.name for section in SECTIONS if not any(person[section.name] for person in people)] == []
    assert people[0]["audit_about_them"]


def test_it_says_what_was_done_in_words_that_mean_something_outside_the_database(people, asha) -> None:
    (update,) = [each for each in people[0]["status_updates_and_decisions"] if each["status_code"] == "on_track"]
    assert update["organisation"] == "XN1"
    assert update["ask"] == "8ua-2020 2.2"
    assert update["true_on"] == "2020-11-02"
    assert update["recorded_at"] == "2020-11-02T12:00:00+00:00"
    assert update["narrative"] == "Dr Whitcombe presents it."
    assert people[0]["invitations_received"][0]["invited_by"] == f"person {asha.administrator}"
    assert people[0]["invitations_given"][0]["account"] == f"person {asha.administrator}"
    assert people[0]["frameworks_adopted"][0]["framework"] == "rcp-2024"
    assert [each["subject"] for each in people[0]["mails"]] == ["Your digest", "Still waiting"]
    assert people[0]["sessions"][0]["browser"] == "Firefox on Linux"
    assert [each["chain"] for each in people[0]["audit_of_what_they_did"] if each["verb"] == "framework adopted"] == [
        "XN1"
    ]


def test_the_named_lead_has_the_audit_entry_of_their_naming(people) -> None:
    (entry,) = people[1]["audit_about_them"]
    assert (entry["verb"], entry["by"]) == ("lead named", f"person {people[0]['person']['row']}")


def test_an_audit_entry_that_names_their_number_is_about_them_and_one_with_a_longer_number_is_not(
    runner: FlaskCliRunner, asha
) -> None:
    with transaction():
        audit.record(verb="lead named", subject="somebody", before={"person": asha.lead})
        audit.record(verb="lead named", subject="somebody else", after={"person": asha.lead * 10})
    about = export(runner, EMAIL)["people"][0]["audit_about_them"]
    assert [each["subject"] for each in about if each["subject"].startswith("somebody")] == ["somebody"]


def test_the_audit_of_an_invitation_they_got_is_about_them_and_that_of_one_they_gave_is_not(
    runner: FlaskCliRunner, asha
) -> None:
    received, given = session().scalars(sa.select(Invitation.id).order_by(Invitation.id)).all()
    with transaction():
        for number in (received, given):
            audit.record(verb="invited", subject=f"invitation {number}", by=asha.administrator)
    about = export(runner, EMAIL)["people"][0]["audit_about_them"]
    assert [each["subject"] for each in about if each["verb"] == "invited"] == [f"invitation {received}"]


def test_it_holds_no_secret_and_says_that_there_are_some(runner: FlaskCliRunner, asha) -> None:
    token = sessions.begin(asha.lead, step=sessions.SessionStep.OPEN, method=sessions.SignInMethod.PASSWORD)
    text = runner.invoke(args=["people", "export", EMAIL]).stdout
    secrets = [
        value
        for table, column in (
            ("account", "password_hash"),
            ("sign_in_session", "token_hash"),
            ("one_time_link", "token_hash"),
            ("recovery_code", "code_hash"),
            ("calendar_feed", "token_hash"),
        )
        for value in session().scalars(sa.text(f"SELECT {column} FROM {table} WHERE {column} IS NOT NULL"))
    ]
    assert len(secrets) > 10
    assert [value for value in [*secrets, token] if value in text] == []
    account = json.loads(text)["people"][0]["account"]
    assert (account["has_password"], account["has_authenticator"]) == (True, False)


def test_an_authenticator_is_said_and_not_shown(runner: FlaskCliRunner, administrator) -> None:
    text = runner.invoke(args=["people", "export", "jo@example.nhs.uk"]).stdout
    assert json.loads(text)["people"][0]["account"]["has_authenticator"] is True
    assert make.AUTHENTICATOR not in text
    sealed = session().scalar(sa.select(Account.totp_secret).where(Account.person_id == administrator))
    assert sealed is not None
    assert sealed not in text


def test_nobody_elses_name_or_address_is_in_it(runner: FlaskCliRunner, asha) -> None:
    text = runner.invoke(args=["people", "export", EMAIL]).stdout
    assert "Fenwick" not in text
    assert "jo@example" not in text


def test_keys_are_sorted_and_dates_are_iso(runner: FlaskCliRunner, asha) -> None:
    text = runner.invoke(args=["people", "export", EMAIL]).stdout
    assert text == json.dumps(json.loads(text), ensure_ascii=False, indent=2, sort_keys=True) + "\n"
    dates = re.findall(r'"\w+_(?:on|at)": "([^"]+)"', text)
    assert len(dates) > 20
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:.]+\+00:00)?", each) for each in dates), dates


def test_letters_are_kept_as_they_are(runner: FlaskCliRunner, world: make.World) -> None:
    make.person(Role.LEAD, world.north_trust, email="sian@example.nhs.uk", name="Siân Ó Briain")
    result = runner.invoke(args=["people", "export", "SIAN@example.nhs.uk"])
    assert "Siân Ó Briain" in result.stdout_bytes.decode("utf-8")


def test_people_who_share_a_mailbox_are_all_written_and_one_can_be_chosen(runner: FlaskCliRunner, asha) -> None:
    session().add(Person(name="Grace Hale", contact_email=EMAIL.upper(), recorded_at=make.LONG_AGO))
    session().commit()
    result = runner.invoke(args=["people", "export", EMAIL])
    names = [person["person"]["name"] for person in json.loads(result.stdout)["people"]]
    assert names == ["Asha Whitcombe", "Asha Whitcombe", "Grace Hale"]
    assert "make sure that they are one and the same" in result.stderr
    number = json.loads(result.stdout)["people"][2]["person"]["row"]
    (chosen,) = export(runner, EMAIL, "--person", str(number))["people"]
    assert chosen["person"]["name"] == "Grace Hale"


def test_a_file_is_for_its_owner_alone_and_never_overwritten(runner: FlaskCliRunner, asha, tmp_path: Path) -> None:
    file = tmp_path / "asha.json"
    result = runner.invoke(args=["people", "export", EMAIL, "--to", str(file)])
    assert result.exit_code == 0
    assert S_IMODE(file.stat().st_mode) == 0o600
    assert len(json.loads(file.read_text("utf-8"))["people"]) == 2
    again = runner.invoke(args=["people", "export", EMAIL, "--to", str(file)])
    assert (again.exit_code, again.stderr) == (1, f"Error: {file} is there already: name another file.\n")
    nowhere = runner.invoke(args=["people", "export", EMAIL, "--to", str(tmp_path / "no" / "file.json")])
    assert nowhere.exit_code == 1
    assert "cannot be written" in nowhere.stderr


def test_that_it_was_made_is_recorded_without_the_address(runner: FlaskCliRunner, asha) -> None:
    export(runner, EMAIL)
    entries = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "personal data exported")).all()
    assert [entry.subject for entry in entries] == [f"person {asha.lead}", f"person {asha.lead + 1}"]
    assert verify_chains()[2] == []


@pytest.mark.parametrize("arguments", [["nobody@example.nhs.uk"], [""], ["%"], [EMAIL, "--person", "999"]])
def test_whoever_is_not_held_is_one_sentence_and_exit_1(runner: FlaskCliRunner, asha, arguments: list[str]) -> None:
    result = runner.invoke(args=["people", "export", *arguments])
    assert (result.exit_code, result.stdout) == (1, "")
    assert "held under" in result.stderr
    assert len(result.stderr.splitlines()) == 1
