"""Somebody is found by name or address; neither stands in an address, and nobody finds who is not theirs to see."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qs, urlsplit

import make
import pytest
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.people.inviting import NEW, invite
from integration.people.test_people_list import emails
from werkzeug.test import TestResponse

from tracker.accounts.rules import Role
from tracker.db import database
from tracker.people.queries import MOST_FOUND

Enter = Callable[..., FlaskClient]


def look_for(client: FlaskClient, who: str, at: str = "/people", **others: str) -> TestResponse:
    token = make.csrf_token(client, at)
    return client.post(at, data={"csrf_token": token, "who": who, **others})


@pytest.fixture
def people(world: make.World) -> None:
    for name, role, body, address in (
        ("Asha Whitcombe", Role.LEAD, world.north_trust, "asha@example.nhs.uk"),
        ("Tom Ellerby", Role.BOARD, world.north_trust, "t.ellerby@example.nhs.uk"),
        ("Tom Fairweather", Role.LEAD, world.south_trust, "fair_100%@example.nhs.uk"),
    ):
        make.person(role, body, name=name, email=address)


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("tom", {"t.ellerby@example.nhs.uk", "fair_100%@example.nhs.uk"}),
        (" WHITCOMBE ", {"asha@example.nhs.uk"}),
        ("t.ellerby@example.nhs.uk", {"t.ellerby@example.nhs.uk"}),
        ("Asha@Example", {"asha@example.nhs.uk"}),
        ("_100%", {"fair_100%@example.nhs.uk"}),
    ],
)
def test_an_administrator_finds_people_and_no_name_stands_in_the_address(
    enter: Enter, typed: str, found: set[str]
) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    answer = look_for(administrator, typed)
    assert answer.status_code == 302
    query = urlsplit(answer.location).query
    assert set(parse_qs(query)) == {"found"}
    assert not any(word.lower() in answer.location.lower() for word in (typed.strip(), "tom", "asha", "example"))
    assert set(emails(administrator, f"?{query}")) == found
    rows = administrator.get(f"/people.csv?{query}").text.splitlines()[1:]
    assert {row.split(",")[1] for row in rows} == found


@pytest.mark.usefixtures("people")
def test_other_filters_sorting_and_files_keep_what_was_found(enter: Enter) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    first = look_for(administrator, "tom", "/people?sort=-email").location
    page = administrator.get(first)
    assert emails(administrator, f"?{urlsplit(first).query}") == [
        "t.ellerby@example.nhs.uk",
        "fair_100%@example.nhs.uk",
    ]
    assert "2 roles and invitations matched" in page.text
    found = parse_qs(urlsplit(first).query)["found"][0]
    assert found.replace(",", "%2C") in page.text.split('href="/people.csv')[1].split('"')[0]
    token = make.csrf_token(administrator, first)
    again = administrator.post(
        "/people?sort=-email", data={"csrf_token": token, "found": found, "role": "board", "who": ""}
    )
    assert parse_qs(urlsplit(again.location).query) == {"found": [found], "role": ["board"], "sort": ["-email"]}
    assert emails(administrator, f"?{urlsplit(again.location).query}") == ["t.ellerby@example.nhs.uk"]


@pytest.mark.usefixtures("people")
@pytest.mark.parametrize("typed", ["Fairweather", "fair_100", "Nobody at all", "%"])
def test_whom_one_may_not_see_is_found_like_somebody_who_is_not_there(enter: Enter, typed: str) -> None:
    answer = look_for(enter(Role.LEAD), typed)
    assert answer.status_code == 400
    assert "Nobody whom you may see has this in their name or email address" in answer.text
    assert "<table" not in answer.text
    assert f'value="{typed}"' in answer.text


def test_an_invited_address_is_found_and_the_name_behind_it_by_administrators_only(
    enter: Enter, world: make.World
) -> None:
    """Whoever invites is not to learn whose the address is, nor whether it had an account."""
    make.person(Role.BOARD, world.south_trust, email=NEW, name="Kim Marsh")
    lead = enter(Role.LEAD)
    invite(lead)
    assert look_for(lead, "Kim Marsh").status_code == 400
    answer = look_for(lead, NEW)
    assert parse_qs(urlsplit(answer.location).query)["found"][0].startswith("invitation.")
    assert emails(lead, f"?{urlsplit(answer.location).query}") == [NEW]
    administrator = enter(Role.ADMINISTRATOR)
    query = urlsplit(look_for(administrator, "Kim Marsh").location).query
    assert emails(administrator, f"?{query}") == [NEW, NEW]


@pytest.mark.usefixtures("people")
def test_lines_of_elsewhere_that_are_written_into_the_address_are_not_shown(enter: Enter, world: make.World) -> None:
    foreign = parse_qs(urlsplit(look_for(enter(Role.ADMINISTRATOR), "Fairweather").location).query)["found"][0]
    lead = enter(Role.LEAD)
    assert emails(lead, f"?found={foreign}") == []
    assert len(lead.get(f"/people.csv?found={foreign}").text.splitlines()) == 1


@pytest.mark.parametrize(
    "found", ["Robin", "role.x", "role.", "person.1", "role.1,Robin", "role.99999999999999999999", ",", "role.²"]
)
def test_an_address_that_names_no_lines_lists_nothing_and_says_so(enter: Enter, found: str) -> None:
    lead = enter(Role.LEAD)
    answer = lead.get("/people", query_string={"found": found})
    assert answer.status_code == 400
    assert "names something that is not in the list" in answer.text
    assert "Robin<" not in answer.text.split("<main", 1)[1]
    assert lead.get("/people.csv", query_string={"found": found}).status_code == 400


def test_a_name_in_the_address_is_not_looked_at(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    assert emails(lead, "?who=Nobody") == emails(lead)


def test_too_many_are_not_listed_in_part(enter: Enter, world: make.World) -> None:
    for number in range(MOST_FOUND + 1):
        make.person(Role.BOARD, world.north_trust, email=f"many{number}@example.nhs.uk")
    lead = enter(Role.LEAD)
    answer = look_for(lead, "many")
    assert answer.status_code == 400
    assert f"More than {MOST_FOUND} roles and invitations match" in answer.text
    assert look_for(lead, "many1").status_code == 302


def test_looking_for_somebody_needs_the_pages_token(enter: Enter) -> None:
    assert enter(Role.LEAD).post("/people", data={"who": "Robin"}).status_code == 400


def test_a_search_costs_as_many_statements_for_many_as_for_one(enter: Enter, world: make.World) -> None:
    lead = enter(Role.LEAD)

    def cost() -> int:
        token = make.csrf_token(lead, "/people")
        with statements_of(database.engine) as seen:
            assert lead.post("/people", data={"csrf_token": token, "who": "many"}).status_code == 302
        return len(seen)

    make.person(Role.BOARD, world.north_trust, email="many@example.nhs.uk")
    before = cost()
    for number in range(20):
        make.person(Role.BOARD, world.north_trust, email=f"many{number}@example.nhs.uk")
    assert cost() == before
