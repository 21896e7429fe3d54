"""``flask accounts``: every role, a lost authenticator, and one plain sentence for everything that cannot be done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from click.testing import Result
from flask.testing import FlaskClient, FlaskCliRunner
from integration.sign_in.second_steps import (
    code_now,
    key_on,
)

from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import NEEDS_SECOND_FACTOR, Role
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.mail.models import OutboxMessage

NEW = "four slow grey seals"
Later = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def add(runner: FlaskCliRunner, world: make.World) -> Callable[..., Result]:
    def run(*arguments: str, email: str = "alex@example.nhs.uk", name: str = "Alex Fell") -> Result:
        return runner.invoke(args=["accounts", "add", email, "--name", name, *arguments])

    return run


def memberships() -> list[tuple[Role, int | None]]:
    rows = session().execute(
        sa.select(Membership.role, Membership.organisation_id)
        .where(Membership.ended_at.is_(None))
        .order_by(Membership.id)
    )
    return [(role, organisation_id) for role, organisation_id in rows]


def people() -> int:
    return session().scalar(sa.select(sa.func.count(Person.id))) or 0


def link_in(result: Result) -> str:
    line = result.output.splitlines()[-1]
    return line[line.index("/set-password/") :]


@pytest.mark.parametrize(
    ("arguments", "body", "home"),
    [
        (["--role", "lead", "--organisation", "XN1"], "XN1", "/organisations/XN1"),
        (["--role", "contributor", "--organisation", "0n1"], "0N1", "/organisations/0N1"),
        (["--role", "board", "--organisation", " XS1 "], "XS1", "/organisations/XS1"),
        (["--role", "lead", "--organisation", "QN1"], "QN1", "/organisations/QN1"),
        (["--role", "system", "--organisation", "QN1"], "QN1", "/review/overdue"),
        (["--role", "region", "--region", "YN1"], "YN1", "/review/overdue"),
        (["--role", "region", "--organisation", "YN1"], "YN1", "/review/overdue"),
        (["--role", "national"], None, "/review/grid?by=region"),
        (["--role", "administrator"], None, "/people"),
    ],
)
def test_each_role_is_added_and_the_printed_link_leads_to_its_home_by_way_of_a_second_factor_where_it_needs_one(
    add: Callable[..., Result],
    client: FlaskClient,
    fields_of: Callable[..., dict[str, list[str]]],
    arguments: list[str],
    body: str | None,
    home: str,
) -> None:
    result = add(*arguments)
    assert result.exit_code == 0, result.output
    assert "48 hours" in result.output
    assert memberships() == [(Role(arguments[1]), find_organisation_id(body) if body else None)]
    assert session().scalar(sa.select(sa.func.count(OutboxMessage.id))) == 0
    link = link_in(result)
    client.post(link, data={"csrf_token": make.csrf_token(client, link), "password": NEW})
    make.enter_by_pages(client, "alex@example.nhs.uk", NEW)
    if Role(arguments[1]) in NEEDS_SECOND_FACTOR:
        assert client.get("/").location == "/sign-in?next=/"
        page = client.get("/sign-in/set-up").text
        code = code_now(secret=key_on(page))
        shown = client.post("/sign-in/set-up", data=fields_of(page, "/sign-in/set-up") | {"first_code": [code]})
        assert "Keep your recovery codes" in shown.text
    assert client.get("/").location == home
    assert client.get(home).status_code == 200


def test_one_person_may_be_given_several_organisations_at_once(add: Callable[..., Result], world: make.World) -> None:
    assert add("--role", "lead", "--organisation", "XN1", "--organisation", "0N1").exit_code == 0
    assert memberships() == [(Role.LEAD, world.north_trust), (Role.LEAD, world.north_ccg)]


def test_the_same_person_added_twice_is_one_person_with_one_membership_and_a_newer_link(
    add: Callable[..., Result], client: FlaskClient
) -> None:
    first = add("--role", "lead", "--organisation", "XN1")
    second = add("--role", "lead", "--organisation", "XN1", email="ALEX@example.nhs.uk")
    assert (first.exit_code, second.exit_code) == (0, 0)
    assert (people(), len(memberships())) == (1, 1)
    assert client.get(link_in(first)).status_code == 404
    assert client.get(link_in(second)).status_code == 200
    verbs = session().scalars(sa.select(AuditEntry.verb)).all()
    assert verbs.count("account added") == verbs.count("membership granted") == 1


def test_a_second_role_joins_the_first(add: Callable[..., Result], world: make.World) -> None:
    add("--role", "lead", "--organisation", "XN1")
    add("--role", "national")
    assert people() == 1
    assert memberships() == [(Role.LEAD, world.north_trust), (Role.NATIONAL, None)]


def test_a_membership_that_ended_may_be_given_again(add: Callable[..., Result], world: make.World) -> None:
    add("--role", "lead", "--organisation", "XN1")
    session().execute(sa.update(Membership).values(ended_at=make.LONG_AGO))
    session().commit()
    add("--role", "lead", "--organisation", "XN1")
    assert memberships() == [(Role.LEAD, world.north_trust)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--role", "lead"], "The role lead needs the ODS code of its organisation."),
        (["--role", "system"], "The role system needs the ODS code of its system."),
        (["--role", "region"], "The role region needs the ODS code of its region."),
        (["--role", "national", "--organisation", "XN1"], "The role national takes no organisation"),
        (["--role", "administrator", "--region", "YN1"], "The role administrator takes no organisation"),
        (["--role", "lead", "--organisation", "XZ9"], "There is no organisation with the code XZ9: check the code"),
        (["--role", "lead", "--organisation", ""], "There is no organisation with the code "),
        (["--role", "lead", "--organisation", "XN1", "--organisation", "XZ9"], "no organisation with the code XZ9"),
        (["--role", "region", "--region", "XN1"], "The role region cannot be held in XN1: give the code of a region."),
        (["--role", "region", "--region", "qn1"], "The role region cannot be held in QN1: give the code of a region."),
        (
            ["--role", "system", "--organisation", "XN1"],
            "The role system cannot be held in XN1: give the code of a sys",
        ),
        (["--role", "system", "--organisation", "YN1"], "The role system cannot be held in YN1"),
        (["--role", "lead", "--organisation", "YN1"], "The role lead cannot be held in YN1: give the code of an organ"),
        (["--role", "board", "--region", "YN1"], "The role board cannot be held in YN1"),
    ],
)
def test_a_role_that_does_not_fit_is_refused_in_one_sentence_and_nothing_is_added(
    add: Callable[..., Result], arguments: list[str], said: str
) -> None:
    result = add(*arguments)
    assert result.exit_code == 1
    assert said in result.output
    assert result.output.count("\n") == 1
    assert (people(), memberships()) == (0, [])
    assert session().scalar(sa.select(sa.func.count(Account.id))) == 0


@pytest.mark.parametrize(
    "email",
    [
        "",
        "alex",
        "alex@",
        "@example.nhs.uk",
        "alex@example",
        "alex@@example.nhs.uk",
        "alex@fell@example.nhs.uk",
        "alex fell@example.nhs.uk",
        "alex@example..uk",
        "alex@example.nhs.uk.",
        "Alex <alex@example.nhs.uk>",
        "alex@example.nhs.uk,robin@example.nhs.uk",
        "alex\x07@example.nhs.uk",
        "a" * 250 + "@example.nhs.uk",
    ],
)
def test_what_is_no_email_address_is_refused(add: Callable[..., Result], email: str) -> None:
    result = add("--role", "national", email=email)
    assert result.exit_code == 1
    assert "is not an email address: write it like name@example.nhs.uk." in result.output
    assert "\x07" not in result.output
    assert people() == 0


@pytest.mark.parametrize("name", ["", "   ", "x" * 201, "Alex\nFell", "Alex\x00Fell", "=1+1", "-Fell"])
def test_a_name_that_cannot_be_kept_is_refused(add: Callable[..., Result], name: str) -> None:
    result = add("--role", "national", name=name)
    assert result.exit_code == 1
    assert "The name" in result.output
    assert people() == 0


def test_an_unknown_role_is_refused_naming_those_there_are(add: Callable[..., Result]) -> None:
    result = add("--role", "chair")
    assert result.exit_code != 0
    assert "administrator" in result.output
    assert people() == 0


def test_the_audit_holds_neither_name_nor_address(add: Callable[..., Result]) -> None:
    add("--role", "lead", "--organisation", "XN1")
    for entry in session().scalars(sa.select(AuditEntry)):
        assert "alex" not in f"{entry.subject} {entry.before} {entry.after}".lower()


def test_for_an_address_that_is_there_it_says_what_was_left_and_what_was_added(add: Callable[..., Result]) -> None:
    first = add("--role", "lead", "--organisation", "XN1")
    assert first.output.startswith("The account is ready. This link sets its password once, within 48 hours:\n")
    second = add(
        *("--role", "lead", "--organisation", "xn1", "--organisation", "0N1", "--organisation", "XN1 "),
        email="ALEX@example.nhs.uk",
        name="Alexandra Moor",
    )
    *told, link = second.output.splitlines()
    assert told == [
        'The account was there already. Its name was left as it is: "Alex Fell".',
        "Already held: lead of XN1.",
        "Added: lead of 0N1.",
        "This link sets its password once, within 48 hours:",
    ]
    assert "/set-password/" in link
    third = add("--role", "national")
    assert "Added: national.\n" in third.output
    assert session().scalars(sa.select(Person.name)).all() == ["Alex Fell"]


def test_an_address_that_no_mail_server_takes_is_refused_in_one_sentence(
    add: Callable[..., Result], world: make.World
) -> None:
    result = add("--role", "administrator", email="ü@exämple.nhs.uk")
    assert result.exit_code == 1
    assert 'No mail server takes "ü@exämple.nhs.uk": write the address without accents' in result.output
    assert people() == 0
