"""The page of one's own account: what it says, and that it is nobody else's."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from counted import statements
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import account_of, audit_entries, main_of

from tracker.accounts.models import Membership, Person
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.organisations.models import OrganisationLife

FieldsOf = Callable[..., dict[str, list[str]]]

PAGE, NAME = "/account", "/account/name"


@pytest.fixture
def inside(client: FlaskClient, robin: str) -> FlaskClient:
    make.enter_by_pages(client, robin)
    return client


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", main_of(page)).split())


def test_the_page_says_who_one_is_here_and_how_one_signs_in(inside: FlaskClient, robin: str) -> None:
    said = words_of(inside.get(PAGE).text)
    for words in (
        "Name Robin Ashdown Change name",
        f"Email address {robin}",
        "Health inequalities lead of Dales Hospitals NHS Trust (XN1)",
        "Password Set Change password",
        "Authenticator app Not set up Set up an authenticator app",
        "A browser (this browser) 12:00 on 2 November 2020",
    ):
        assert words in said
    assert "Recovery codes" not in said
    assert "Single sign-on" not in said


def test_every_role_is_named_with_its_body_and_those_that_ended_or_closed_are_not(
    client: FlaskClient, world: make.World
) -> None:
    person_id = make.person(Role.BOARD, world.north_trust, email="alex@example.nhs.uk")
    session().add_all(
        Membership(person_id=person_id, role=role, organisation_id=body, granted_at=NOON, ended_at=ended)
        for role, body, ended in (
            (Role.SYSTEM, world.south_system, None),
            (Role.LEAD, world.north_ccg, None),
            (Role.CONTRIBUTOR, world.south_trust, NOON),
        )
    )
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == world.north_ccg)
        .values(ends_on=NOON.date().replace(day=1))
    )
    session().commit()
    make.enter_by_pages(client, "alex@example.nhs.uk")
    said = words_of(client.get(PAGE).text)
    assert "Board member of Dales Hospitals NHS Trust (XN1) System team of Downs Health and Care (QS1)" in said
    assert "CCG" not in said
    assert "Contributor" not in said


@pytest.mark.parametrize("role", [Role.NATIONAL, Role.ADMINISTRATOR])
def test_a_role_without_a_body_stands_by_itself(client: FlaskClient, world: make.World, role: Role) -> None:
    make.sign_in_by_pages(client, role)
    said = words_of(client.get(PAGE).text)
    assert f"Your roles {role.label} Leads, regional teams" in said
    assert "Authenticator app Set up at" in said
    assert "Recovery codes 0 of 10 left Get new codes" in said
    assert "Remove your authenticator app" not in said


def test_where_a_provider_is_set_its_page_is_linked(app: Flask, inside: FlaskClient) -> None:
    settings = app.extensions["settings"]
    app.extensions["settings"] = replace(settings, oidc_issuer="https://id.example", oidc_name="NHSmail")
    page = inside.get(PAGE).text
    assert 'href="/account/single-sign-on"' in page
    assert "NHSmail" in page


def test_the_name_can_be_corrected_and_the_audit_keeps_neither_spelling(
    inside: FlaskClient, robin: str, fields_of: FieldsOf
) -> None:
    form = fields_of(inside.get(NAME).text)
    assert form["name"] == ["Robin Ashdown"]
    answer = inside.post(NAME, data=form | {"name": ["  Robyn O’Ashdown "]})
    assert answer.location == PAGE
    page = inside.get(PAGE).text
    assert "Your name is saved." in page
    assert "Robyn O’Ashdown" in page
    (entry,) = audit_entries("name corrected")
    assert entry.person_id == account_of(robin).person_id
    assert "Ashdown" not in f"{entry.subject}{entry.before}{entry.after}"
    inside.post(NAME, data=fields_of(inside.get(NAME).text))
    assert len(audit_entries("name corrected")) == 1


@pytest.mark.parametrize(
    "name", ["", "   ", "x" * 201, "Robin\r\nBcc: all@example.nhs.uk", "Robin\x07", "=1+1", "@SUM(A1)"]
)
def test_a_name_that_cannot_be_kept_is_said_and_nothing_changes(
    inside: FlaskClient, fields_of: FieldsOf, name: str
) -> None:
    answer = inside.post(NAME, data=fields_of(inside.get(NAME).text) | {"name": [name]})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert session().scalars(sa.select(Person.name)).all() == ["Robin Ashdown"]


def test_a_name_with_marks_is_shown_as_it_was_typed(inside: FlaskClient, fields_of: FieldsOf) -> None:
    inside.post(NAME, data=fields_of(inside.get(NAME).text) | {"name": ["Ada <script>alert(1)</script>"]})
    page = inside.get(PAGE).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_form_cannot_reach_another_column_or_another_person(
    inside: FlaskClient, world: make.World, robin: str, fields_of: FieldsOf, tables: Callable[[], object]
) -> None:
    other = make.person(Role.LEAD, world.south_trust, email="alex@example.nhs.uk", name="Alex Fell")
    sent = fields_of(inside.get(NAME).text) | {
        "name": ["Robin Ashdown"],
        "person_id": [str(other)],
        "id": [str(other)],
        "sign_in_email": ["taken@example.nhs.uk"],
        "is_active": [""],
        "role": ["administrator"],
        "totp_secret": ["x"],
    }
    before = tables()
    assert inside.post(NAME, data=sent).status_code == 302
    assert tables() == before


def test_the_page_takes_as_many_statements_for_one_session_as_for_many(
    app: Flask, inside: FlaskClient, robin: str
) -> None:
    def count() -> int:
        with statements() as sent:
            assert inside.get(PAGE).status_code == 200
        return len([each for each in sent if each.startswith(("SELECT", "UPDATE", "INSERT"))])

    one = count()
    for _ in range(5):
        make.enter_by_pages(app.test_client(), robin)
    assert count() == one <= 10


def test_what_was_typed_for_a_password_does_not_travel_through_the_sign_in_page(app: Flask) -> None:
    outside = app.test_client()
    typed = {"current_password": make.PASSWORD, "password": "four slow grey seals", "prepared": "x", "submit": "yes"}
    page = outside.post("/account/password", data=typed, follow_redirects=True)
    assert page.status_code == 401
    for secret in (make.PASSWORD, "four slow grey seals"):
        assert secret not in page.text
    assert "What you typed is kept" not in page.text
