"""The ledger as a list: who reads which of it, what narrows it, its files, and what leads to it."""

from __future__ import annotations

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import make
import pytest
import sqlalchemy as sa
from counted import statements
from flask.testing import FlaskClient
from integration.reminders.choosing_there import audited, entered, snoozed, text_of
from integration.reminders.passing import LEAD, TODAY
from openpyxl import load_workbook

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.topics import ReminderState, Topic
from tracker.organisations.models import OrganisationLife

LEDGER = "/reminders/ledger"


@pytest.fixture
def told(world: make.World, lead: int) -> int:
    """Reminders of three trusts in every state; the id of a lead of another region."""
    south = make.person(Role.LEAD, world.south_trust, email="lead@xs1.example.test", name="Kim Dale")
    team = make.person(Role.SYSTEM, world.north_system, email="team@qn1.example.test", name="Jo Fenwick")
    entered(lead, world.north_trust, ref="6.1", due_on=date(2020, 9, 24))
    entered(lead, world.north_trust, ref="2.2", of_message="failed", last_error="The address was refused")
    entered(lead, world.north_trust, ref="2.3", kind="review_before_7", topic=Topic.REVIEW, state=ReminderState.WAITING)
    entered(lead, world.north_trust, ref="8.1", state=ReminderState.SUPPRESSED, why="Switched off by the person")
    entered(lead, world.north_trust, ref="7.1", of_message="queued", kind="before_30")
    entered(south, world.south_trust, ref="6.1")
    entered(team, world.north_system, ref="6.1", state=ReminderState.SNOOZED, why="Snoozed until 2020-11-20")
    session().rollback()
    return south


def rows_of(client: FlaskClient, query: str = "") -> list[dict[str, str]]:
    answer = client.get(f"{LEDGER}.csv{query}")
    assert answer.status_code == 200
    return list(csv.DictReader(StringIO(answer.text)))


def test_each_role_reads_the_reminders_of_its_organisations(world: make.World, told: int, client: FlaskClient) -> None:
    for role, body, seen in (
        (Role.LEAD, world.north_trust, {"XN1"}),
        (Role.CONTRIBUTOR, world.north_trust, {"XN1"}),
        (Role.BOARD, world.north_trust, {"XN1"}),
        (Role.SYSTEM, world.north_system, {"XN1", "QN1"}),
        (Role.REGION, world.north_region, {"XN1", "QN1"}),
        (Role.NATIONAL, None, {"XN1", "QN1", "XS1"}),
    ):
        browser = client.application.test_client()
        make.sign_in(browser, role, body)
        assert {row["ods_code"] for row in rows_of(browser)} == seen, role
        page = text_of(browser, LEDGER)
        assert f"{len(rows_of(browser))} reminders" in page
    browser = client.application.test_client()
    make.sign_in(browser, Role.ADMINISTRATOR)
    assert browser.get(LEDGER).status_code == 403


def test_names_are_for_those_who_see_people_there(world: make.World, told: int, client: FlaskClient) -> None:
    def named(role: Role, body: int | None) -> set[str]:
        browser = client.application.test_client()
        make.sign_in(browser, role, body)
        page = text_of(browser, LEDGER)
        names = {row["person_name"] for row in rows_of(browser)} - {""}
        assert all(name in page for name in names)
        return names

    assert named(Role.LEAD, world.north_trust) == {"Robin Ashdown"}
    assert named(Role.REGION, world.north_region) == {"Robin Ashdown", "Jo Fenwick"}
    for role, body in ((Role.BOARD, world.north_trust), (Role.SYSTEM, world.north_system), (Role.NATIONAL, None)):
        assert named(role, body) == set(), role


def test_a_lead_reads_no_name_of_the_team_that_it_went_up_to(world: make.World, lead: int, client: FlaskClient) -> None:
    region = make.person(Role.REGION, world.north_region, name="Asha Whitcombe")
    entered(region, world.north_trust, topic=Topic.UNANSWERED, kind="unanswered_never")
    make.enter(client, LEAD)
    page = text_of(client, LEDGER)
    assert "No answer to reminders: once" in page
    assert "Regional team" in page
    assert "Asha" not in page


def test_the_list_says_what_became_of_each_and_why(lead: int, told: int, client: FlaskClient) -> None:
    snoozed(lead, TODAY + timedelta(days=5), ref="8.1")
    make.enter(client, LEAD)
    rows = {row["ask_ref"]: row for row in rows_of(client)}
    assert {ref: (row["state"], row["why"]) for ref, row in rows.items()} == {
        "6.1": ("Sent", ""),
        "2.2": ("Failed", "The address was refused"),
        "2.3": ("Waiting", ""),
        "8.1": ("Not sent", "Switched off by the person"),
        "7.1": ("Queued", ""),
    }
    assert rows["6.1"]["reminder"] == "3 days after"
    assert (rows["6.1"]["due_on"], rows["6.1"]["entered_on"], rows["6.1"]["sent_on"]) == (
        "2020-09-24",
        "2020-11-02",
        "2020-11-02",
    )
    assert (rows["2.3"]["about"], rows["2.3"]["reminder"]) == ("A review is due", "7 days before")
    assert rows["8.1"]["snoozed_until"] == "2020-11-07"
    page = text_of(client, LEDGER)
    assert "24 September 2020 Entered 2 November 2020 Dales Hospitals NHS Trust 6.1" in page
    assert "Sent at 12:00 on 2 November 2020" in page
    assert "It goes with the next digest" in page
    assert "Until 7 November 2020" in page
    assert "1 failed in the last 30 days." in page
    assert f'href="{LEDGER}?state=failed"' in client.get(LEDGER).text


@pytest.mark.parametrize(
    ("query", "refs"),
    [
        ("?organisation=XS1", ["6.1"]),
        ("?organisation=xn1&state=sent", ["6.1"]),
        ("?state=failed", ["2.2"]),
        ("?state=bounced", []),
        ("?state=snoozed", ["6.1"]),
        ("?state=waiting", ["2.3"]),
        ("?topic=review", ["2.3"]),
        ("?from=2020-09-01&to=2020-09-30", ["6.1"]),
        ("?to=2020-09-23", []),
    ],
)
def test_filters_narrow_the_list_and_its_files_alike(
    told: int, client: FlaskClient, query: str, refs: list[str]
) -> None:
    make.sign_in(client, Role.NATIONAL)
    assert [row["ask_ref"] for row in rows_of(client, query)] == refs
    page = text_of(client, LEDGER + query)
    assert f"{len(refs)} reminder" in page or not refs
    assert ("No reminder that these filters leave." in page) is (not refs)


def test_a_person_is_found_by_number_by_those_who_see_people_there_and_by_themselves(
    world: make.World, lead: int, told: int, client: FlaskClient
) -> None:
    make.enter(client, LEAD)
    assert len(rows_of(client, f"?person={lead}")) == 5
    assert rows_of(client, f"?person={told}") == []
    board = client.application.test_client()
    make.sign_in(board, Role.BOARD, world.north_trust)
    assert rows_of(board, f"?person={lead}") == []


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?organisation=XS1", "there is no “XS1” in what you see"),
        ("?state=lost", "there is no “lost”"),
        ("?topic=weather", "there is no “weather”"),
        ("?person=zero", "“zero” is not a number of a person"),
        ("?from=yesterday", "“yesterday” is not a day"),
    ],
)
def test_a_filter_that_is_not_known_lists_nothing_and_says_so(
    told: int, lead: int, client: FlaskClient, query: str, sentence: str
) -> None:
    make.enter(client, LEAD)
    assert sentence in text_of(client, LEDGER + query, 400)
    assert client.get(f"{LEDGER}.csv{query}").status_code == 400


def test_the_workbook_holds_the_same_rows_and_both_files_are_audited(told: int, lead: int, client: FlaskClient) -> None:
    make.enter(client, LEAD)
    sheet = load_workbook(BytesIO(client.get(f"{LEDGER}.xlsx?state=failed").data)).active
    assert sheet is not None
    assert "The address was refused" in {cell.value for row in sheet.iter_rows() for cell in row}
    rows_of(client, "?organisation=XN1")
    assert [(each.after["file"], each.after["names"]) for each in audited("reminders exported") if each.after] == [
        ("xlsx", True),
        ("csv", True),
    ]


def test_pages_are_numbered_newest_first_and_cost_the_same_at_any_size(
    world: make.World, lead: int, client: FlaskClient
) -> None:
    make.enter(client, LEAD)
    entered(lead, world.north_trust, kind="after_3")
    client.get(LEDGER)
    with statements() as for_one:
        client.get(LEDGER)
    for number in range(1, 60):
        entered(lead, world.north_trust, kind=f"after_{3 + 7 * number}")
    with statements() as for_sixty:
        page = text_of(client, LEDGER)
    assert len(for_sixty) == len(for_one) <= 10
    assert "Showing 1 to 50 of 60 reminders" in page
    assert page.index("416 days after") < page.index("409 days after")
    assert "Showing 51 to 60 of 60" in text_of(client, f"{LEDGER}?page=2")
    assert "Showing 1 to 50 of 60" in text_of(client, f"{LEDGER}?page=7")


def test_a_region_is_told_that_mail_does_not_leave(world: make.World, told: int, client: FlaskClient) -> None:
    session().execute(
        sa.update(OutboxMessage)
        .where(OutboxMessage.state == "queued")
        .values(queued_at=clock.now() - timedelta(minutes=61))
    )
    session().commit()
    make.sign_in(client, Role.REGION, world.north_region)
    waited = "Mail is not leaving as it should. 1 message has waited for more than an hour to be sent, since 10:59"
    assert waited in text_of(client, LEDGER)
    lead = client.application.test_client()
    make.enter(lead, LEAD)
    assert "Mail is not leaving" not in text_of(lead, LEDGER)


def test_the_organisation_the_person_and_the_header_lead_to_it(
    world: make.World, lead: int, told: int, client: FlaskClient
) -> None:
    make.enter(client, LEAD)
    assert "Reminders 4 in the last 30 days, 1 failed See reminders" in text_of(client, "/organisations/XN1")
    assert f'href="{LEDGER}"' not in client.get("/organisations/XN1").text
    region = client.application.test_client()
    make.sign_in(region, Role.REGION, world.north_region)
    assert f'href="{LEDGER}"' in region.get("/review/overdue").text
    assert "Reminders 4 in the last 30 days, 1 failed" in text_of(region, f"/people/{lead}")
    assert f"{LEDGER}?person={lead}" in region.get(f"/people/{lead}").text
    administrator = client.application.test_client()
    make.sign_in(administrator, Role.ADMINISTRATOR)
    assert "in the last 30 days" not in text_of(administrator, f"/people/{lead}")


def test_reminders_of_an_organisation_that_has_closed_stay_for_its_region(
    world: make.World, told: int, client: FlaskClient
) -> None:
    with transaction() as current:
        life = sa.update(OrganisationLife).where(OrganisationLife.organisation_id == world.north_trust)
        current.execute(life.values(ends_on=TODAY - timedelta(days=3)).execution_options(synchronize_session=False))
    make.sign_in(client, Role.REGION, world.north_region)
    assert {row["ods_code"] for row in rows_of(client)} == {"XN1", "QN1"}
    page = client.get(f"{LEDGER}?organisation=XN1").text
    assert "Dales Hospitals NHS Trust (closed 30 October 2020)" in page
    assert 'href="/organisations/XN1"' not in page
    other = client.application.test_client()
    make.sign_in(other, Role.REGION, world.south_region)
    assert {row["ods_code"] for row in rows_of(other)} == {"XS1"}


def test_an_organisation_that_closed_and_opened_again_is_listed_once(
    world: make.World, told: int, client: FlaskClient
) -> None:
    with transaction() as current:
        life = sa.update(OrganisationLife).where(OrganisationLife.organisation_id == world.north_trust)
        current.execute(life.values(ends_on=date(2020, 3, 31)).execution_options(synchronize_session=False))
        again = {"organisation_id": world.north_trust, "starts_on": date(2020, 6, 1), "recorded_at": clock.now()}
        current.add(OrganisationLife(**again))
    make.sign_in(client, Role.REGION, world.north_region)
    found = [row for row in rows_of(client) if row["ods_code"] == "XN1"]
    assert len(found) == 5
    assert "(closed" not in text_of(client, LEDGER)
