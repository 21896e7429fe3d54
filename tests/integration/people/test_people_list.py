"""The list of people: who sees whom, in which order, and the same lines as a file, of which the audit is told."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from html import unescape

import make
import openpyxl
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import NEW, invite, said

from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.db import database, session

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)


def listed(client: FlaskClient, query: str = "") -> list[tuple[str, ...]]:
    """The cells of each line of the page."""
    page = client.get(f"/people{query}")
    assert page.status_code == 200
    if "<tbody" not in page.text:
        return []
    rows = page.text.split("<tbody", 1)[1].split("</tbody>")[0].split("<tr")[1:]
    return [tuple(unescape(re.sub(r"<[^>]+>", "", cell)).strip() for cell in CELL.findall(row)) for row in rows]


def emails(client: FlaskClient, query: str = "") -> list[str]:
    return [line[1] for line in listed(client, query)]


@pytest.fixture
def everybody(country: object, world: make.World) -> None:
    """One person of each kind around the northern trust, and one lead in every neighbour."""
    for number, (role, body) in enumerate(
        (
            (Role.LEAD, world.north_trust),
            (Role.CONTRIBUTOR, world.north_trust),
            (Role.BOARD, world.north_trust),
            (Role.LEAD, world.north_ccg),
            (Role.LEAD, country.same_region),  # type: ignore[attr-defined]
            (Role.SYSTEM, world.north_system),
            (Role.REGION, world.north_region),
            (Role.LEAD, world.south_trust),
            (Role.REGION, world.south_region),
            (Role.NATIONAL, None),
            (Role.ADMINISTRATOR, None),
        )
    ):
        make.person(role, body, name=f"Person {chr(ord('Z') - number)}")


def address(role: Role, body: int | None) -> str:
    return f"{role.value}.{body or 'all'}@example.nhs.uk"


@pytest.mark.usefixtures("everybody")
def test_a_lead_sees_the_people_of_their_own_organisation(enter: Enter, world: make.World) -> None:
    trust = world.north_trust
    assert set(emails(enter(Role.LEAD))) == {address(role, trust) for role in (Role.LEAD, Role.CONTRIBUTOR, Role.BOARD)}


@pytest.mark.usefixtures("everybody")
def test_a_region_sees_the_people_of_everything_in_it_and_of_itself(
    enter: Enter, country: object, world: make.World
) -> None:
    assert set(emails(enter(Role.REGION))) == {
        address(Role.LEAD, world.north_trust),
        address(Role.CONTRIBUTOR, world.north_trust),
        address(Role.BOARD, world.north_trust),
        address(Role.LEAD, world.north_ccg),
        address(Role.LEAD, country.same_region),  # type: ignore[attr-defined]
        address(Role.SYSTEM, world.north_system),
        address(Role.REGION, world.north_region),
    }


@pytest.mark.usefixtures("everybody")
def test_an_administrator_sees_everybody(enter: Enter) -> None:
    lines = listed(enter(Role.ADMINISTRATOR))
    assert len(lines) == 11
    assert ("Administrator", "No organisation") in {line[2:4] for line in lines}


@pytest.mark.parametrize("role", [Role.CONTRIBUTOR, Role.BOARD, Role.SYSTEM, Role.NATIONAL])
def test_nobody_else_sees_the_list_a_person_or_a_form(enter: Enter, world: make.World, role: Role) -> None:
    person_id, client = make.person(Role.LEAD, world.north_trust), enter(role)
    for path in ("/people", "/people.csv", "/people.xlsx", "/people/invite", f"/people/{person_id}"):
        assert client.get(path).status_code == 403, path


def test_somebody_with_roles_elsewhere_shows_those_in_scope_only(enter: Enter, world: make.World) -> None:
    person_id = make.person(Role.BOARD, world.north_trust)
    make.also(person_id, Role.LEAD, world.south_trust)
    lead = enter(Role.LEAD)
    assert [line[2] for line in listed(lead) if line[1] == address(Role.BOARD, world.north_trust)] == ["Board member"]
    page = lead.get(f"/people/{person_id}").text
    assert "Board member" in page
    assert "Downs" not in page
    assert "Downs" in enter(Role.ADMINISTRATOR).get(f"/people/{person_id}").text


def test_each_line_says_how_somebody_stands(app: Flask, enter: Enter, later: Later, world: make.World) -> None:
    lead = enter(Role.LEAD)
    make.person(Role.BOARD, world.north_trust, name="Never Here")
    make.person(Role.CONTRIBUTOR, world.north_trust, name="Switched Off")
    session().execute(
        sa.update(Account)
        .where(Account.sign_in_email == address(Role.CONTRIBUTOR, world.north_trust))
        .values(is_active=False, last_signed_in_at=datetime(2020, 10, 24, 23, 30, tzinfo=UTC))
    )
    session().commit()
    invite(lead)
    states = {line[1]: (line[0], *line[4:]) for line in listed(lead)}
    assert states[address(Role.LEAD, world.north_trust)] == ("Robin Ashdown", "2 November 2020", "Active")
    assert states[address(Role.BOARD, world.north_trust)] == ("Never Here", "Never", "Active")
    assert states[address(Role.CONTRIBUTOR, world.north_trust)] == ("Switched Off", "25 October 2020", "Switched off")
    assert states[NEW] == (f"Not accepted yet: {NEW}, Contributor", "Not accepted yet", "Invited and waiting")
    with later(hours=48):
        make.enter(lead := app.test_client(), address(Role.LEAD, world.north_trust))
        assert {line[1]: line[5] for line in listed(lead)}[NEW] == "Invitation expired"


def test_administrators_also_see_accounts_without_a_role(enter: Enter, world: make.World) -> None:
    person_id = make.person(Role.BOARD, world.north_trust, name="Formerly Here")
    session().execute(sa.update(Membership).where(Membership.person_id == person_id).values(ended_at=make.LONG_AGO))
    session().commit()
    administrator, region = enter(Role.ADMINISTRATOR), enter(Role.REGION)
    (line,) = [line for line in listed(administrator) if line[0] == "Formerly Here"]
    assert line[2:] == ("No role", "No organisation", "Never", "No role")
    assert "holds no role at present" in administrator.get(f"/people/{person_id}").text
    assert "Formerly Here" not in str(listed(region))
    assert region.get(f"/people/{person_id}").status_code == 404


@pytest.mark.usefixtures("everybody")
def test_filters_leave_what_was_asked_for_and_combine(enter: Enter, country: object, world: make.World) -> None:
    region = enter(Role.REGION)
    assert set(emails(region, "?role=board")) == {address(Role.BOARD, world.north_trust)}
    assert set(emails(region, "?organisation=0n1")) == {address(Role.LEAD, world.north_ccg)}
    assert len(emails(region, "?organisation=hospitals")) == 4
    assert set(emails(region, "?organisation=hospitals&role=lead")) == {
        address(Role.LEAD, world.north_trust),
        address(Role.LEAD, country.same_region),  # type: ignore[attr-defined]
    }
    assert emails(region, "?state=switched_off") == []
    assert len(emails(region, "?state=active")) == 7
    assert emails(region, "?organisation=XS1") == []
    assert emails(region, "?organisation=%25") == [], "A percent sign is no pattern."


@pytest.mark.parametrize("query", ["?role=chair", "?state=dead", "?role=national", "?state=no_role"])
def test_a_filter_that_is_not_known_lists_nobody_and_says_so(enter: Enter, query: str) -> None:
    region = enter(Role.REGION)
    page = region.get(f"/people{query}")
    assert page.status_code == 400
    assert "in what you may see" in page.text
    for kind in ("csv", "xlsx"):
        assert region.get(f"/people.{kind}{query}").status_code == 400
    assert said("people exported") == []


@pytest.mark.usefixtures("everybody")
@pytest.mark.parametrize("column", ["name", "email", "role", "organisation", "signed_in", "state"])
def test_every_order_holds_the_same_lines_and_turns_round(enter: Enter, column: str) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    invite(administrator, "national")
    up, down = listed(administrator, f"?sort={column}"), listed(administrator, f"?sort=-{column}")
    assert sorted(up) == sorted(down) == sorted(listed(administrator))
    place = ["name", "email", "role", "organisation", "signed_in", "state"].index(column)
    keys = [line[place] for line in up]
    if column in ("name", "email"):
        named = [key.lower() for key in keys if not key.startswith("Not accepted")]
        assert named == sorted(named)
    if column == "role":
        order = [role.label for role in Role]
        assert [order.index(key) for key in keys] == sorted(order.index(key) for key in keys)


@pytest.mark.usefixtures("everybody")
def test_an_unknown_page_or_order_is_the_first_page_in_the_usual_order(enter: Enter) -> None:
    region = enter(Role.REGION)
    for query in ("?page=999", "?page=-1", "?page=x", "?sort=password_hash", "?page=1&page=2"):
        assert listed(region, query) == listed(region)


def test_pages_neither_repeat_nor_miss_a_line_and_cost_as_many_statements(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    lead.get("/people")
    with statements_of(database.engine) as few:
        lead.get("/people")
    for number in range(119):
        make.person(Role.BOARD, world.north_trust, email=f"board{number:03}@example.nhs.uk", name="Same Name")
    with statements_of(database.engine) as many:
        lead.get("/people")
    assert len(many) == len(few) <= 4
    found = [email for page in (1, 2, 3) for email in emails(lead, f"?page={page}")]
    assert len(found) == len(set(found)) == 120
    assert "page 2 of 3" in lead.get("/people?page=2").text


def test_the_page_of_a_person_costs_as_many_statements_for_many_roles(
    enter: Enter, country: object, world: make.World
) -> None:
    person_id, administrator = make.person(Role.LEAD, world.north_trust), enter(Role.ADMINISTRATOR)
    administrator.get(f"/people/{person_id}")
    with statements_of(database.engine) as few:
        administrator.get(f"/people/{person_id}")
    session().add_all(
        Membership(person_id=person_id, role=Role.BOARD, organisation_id=body, granted_at=make.LONG_AGO)
        for body in (world.north_ccg, world.south_trust, country.same_region)  # type: ignore[attr-defined]
    )
    session().commit()
    with statements_of(database.engine) as many:
        administrator.get(f"/people/{person_id}")
    assert len(many) == len(few)


@pytest.mark.usefixtures("everybody")
def test_the_files_hold_the_lines_of_the_list_in_its_order(enter: Enter, world: make.World) -> None:
    region = enter(Role.REGION)
    invite(region, Role.LEAD, "XN3")
    query = "?sort=-email&organisation=trust"
    answer = region.get(f"/people.csv{query}")
    assert answer.headers["Content-Disposition"] == 'attachment; filename="people-2020-11-02.csv"'
    rows = list(csv.DictReader(io.StringIO(answer.text, newline="")))
    assert [row["email"] for row in rows] == emails(region, query)
    assert {row["ods_code"] for row in rows} == {"XN1", "XN2", "XN3"}
    invited_row = next(row for row in rows if row["email"] == NEW)
    assert (invited_row["name"], invited_row["state"]) == ("", "Invited and waiting")
    workbook = region.get(f"/people.xlsx{query}")
    sheet = openpyxl.load_workbook(io.BytesIO(workbook.get_data()))["List"]
    (table,) = sheet.tables.values()
    lines = [[cell.value for cell in line] for line in sheet[table.ref]]
    assert [line[1] for line in lines[1:]] == [row["email"] for row in rows]


def test_the_audit_is_told_that_names_left_in_a_file(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)
    lead.get("/people")
    assert said("people exported") == []
    lead.get("/people.csv")
    lead.get("/people.xlsx?role=board")
    first, second = said("people exported")
    assert first.person_id == make.person(Role.LEAD, world.north_trust)
    assert (first.role, first.after) == ("lead", {"file": "csv", "names": True, "lines": 1})
    assert second.after == {"file": "xlsx", "names": True, "lines": 0}


def test_a_person_out_of_reach_and_nobody_look_alike(enter: Enter, world: make.World) -> None:
    foreign = make.person(Role.LEAD, world.south_trust)
    for role in (Role.LEAD, Role.REGION):
        client = enter(role)
        there, nobody = client.get(f"/people/{foreign}"), client.get("/people/99999")
        assert (there.status_code, nobody.status_code) == (404, 404)
        assert there.text.split("<main")[1] == nobody.text.split("<main")[1]


def test_how_an_account_is_secured_is_shown_to_administrators_only(enter: Enter, world: make.World) -> None:
    region = make.person(Role.REGION, world.north_region)
    assert "Authenticator" not in enter(Role.REGION).get(f"/people/{region}").text
    assert "Set up" in enter(Role.ADMINISTRATOR).get(f"/people/{region}").text
