"""Somebody makes a calendar, sees its address once, finds it in a list and revokes it."""

from __future__ import annotations

import re
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.calendars.reading import NEW, calendar_row, made_by, make_one, send, status

from tracker.accounts.rules import Role
from tracker.accounts.tokens import token_hash
from tracker.audit.models import AuditEntry
from tracker.calendars.models import CalendarFeed
from tracker.calendars.rules import MOST_CALENDARS
from tracker.db import session
from tracker.schema import METADATA


def test_the_address_is_shown_once_and_the_database_holds_only_its_hash(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.LEAD, world.north_trust, "organisation", "XN1")
    token = path.removeprefix("/calendars/").removesuffix(".ics")
    assert status(client, path) == 200
    assert session().scalars(sa.select(CalendarFeed.token_hash)).all() == [token_hash(token)]
    stored = [str(row) for table in METADATA.sorted_tables for row in session().execute(sa.select(table))]
    assert len(stored) > 100
    assert [row for row in stored if token in row] == []
    session().commit()
    for page in ("/calendars", NEW, "/account"):
        assert token not in client.get(page).text


def test_no_two_calendars_have_the_same_address_and_each_has_256_bits(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    paths = {make_one(client, "mine") for _ in range(3)}
    assert len(paths) == 3
    assert all(len(path) == len("/calendars/.ics") + 43 for path in paths)


def test_a_form_that_is_sent_twice_makes_one_calendar_and_says_so(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    key = str(uuid4())
    assert send(client, "mine", submission_key=key).status_code == 200
    again = send(client, "mine", submission_key=key)
    assert again.status_code == 302
    assert "is shown once only" in client.get(again.location).text
    assert session().scalar(sa.select(sa.func.count(CalendarFeed.id))) == 1


def test_nobody_has_more_than_ten(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    person_id = make.person(Role.LEAD, world.north_trust)
    rows = [calendar_row(person_id)[0] for _ in range(MOST_CALENDARS)]
    answer = send(client, "mine")
    assert answer.status_code == 409
    assert "the most there can be" in answer.text
    assert 'href="/calendars/new"' not in client.get("/calendars").text
    assert client.post(f"/calendars/{rows[0]}/revoke", data=token_of(client)).status_code == 302
    assert send(client, "mine").status_code == 200


@pytest.mark.parametrize(
    ("role", "offered"),
    [
        (Role.LEAD, ["mine", "organisation"]),
        (Role.CONTRIBUTOR, ["mine", "organisation"]),
        (Role.BOARD, ["organisation"]),
        (Role.SYSTEM, ["mine", "organisation"]),
        (Role.REGION, ["organisation", "YN1"]),
        (Role.NATIONAL, ["organisation", "YN1", "YS1"]),
        (Role.ADMINISTRATOR, []),
    ],
)
def test_what_may_be_chosen_is_what_the_role_shows(
    client: FlaskClient, world: make.World, role: Role, offered: list[str]
) -> None:
    bodies = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region}
    bodies |= dict.fromkeys((Role.NATIONAL, Role.ADMINISTRATOR))
    make.sign_in(client, role, bodies.get(role, world.north_trust))
    page = client.get(NEW).text
    assert re.findall(r'name="of"[^>]*value="(\w+)"', page) == offered
    assert ("nothing that a calendar could hold" in page) is (offered == [])


@pytest.mark.parametrize(
    ("of", "organisation", "said"),
    [
        ("", "", "Choose what you want in the calendar"),
        ("organisation", "", "Enter the code of the organisation"),
        ("organisation", "XS1", "There is no organisation with this code whose progress you see"),
        ("organisation", "NOWHERE", "There is no organisation with this code whose progress you see"),
        ("organisation", "YN1", "This is the code of a region"),
        ("YS1", "", "choose one of the answers that are offered"),
    ],
)
def test_what_cannot_be_made_is_said_in_a_sentence(
    client: FlaskClient, world: make.World, of: str, organisation: str, said: str
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    answer = send(client, of, organisation)
    assert answer.status_code == 200
    assert said in answer.text
    assert session().scalar(sa.select(sa.func.count(CalendarFeed.id))) == 0


def test_a_calendar_is_in_the_list_until_it_is_revoked(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.LEAD, world.north_trust, "organisation", "xn1 ")
    page = client.get("/calendars").text
    assert "Dales Hospitals NHS Trust (XN1)" in page
    assert "Health inequalities lead of XN1" in page
    (calendar_id,) = session().scalars(sa.select(CalendarFeed.id))
    assert client.get(f"/calendars/{calendar_id}/revoke").status_code == 200
    assert status(client, path) == 200
    assert client.post(f"/calendars/{calendar_id}/revoke", data=token_of(client)).status_code == 302
    assert status(client, path) == 404
    assert client.get(f"/calendars/{calendar_id}/revoke").status_code == 404
    assert "You have no calendar" in client.get("/calendars").text


def test_the_audit_names_no_address(client: FlaskClient, world: make.World) -> None:
    path = made_by(client, Role.REGION, world.north_region, "YN1")
    entry = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "calendar made")).one()
    token = path.split("/")[-1].removesuffix(".ics")
    assert {**entry.after, "calendar": 0} == {"calendar": 0, "calendar_of": "region", "body": "YN1"}
    assert token not in str(entry.after)
    assert token_hash(token) not in str(entry.after)


def test_ones_own_account_leads_to_ones_calendars(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    assert 'href="/calendars"' in client.get("/account").text


def token_of(client: FlaskClient) -> dict[str, str]:
    return {"csrf_token": make.csrf_token(client, NEW)}
