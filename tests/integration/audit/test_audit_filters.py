"""The audit narrowed: which filters list what, what is not known, and what is typed, without a name in an address."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from html import unescape

import make
import pytest
from integration.audit.reading_audit import ALL, SignedIn, subjects

from tracker import clock
from tracker.accounts import audit_queries
from tracker.accounts.models import Person
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.db import session, transaction


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("?sort=when", ALL[::-1]),
        ("?sort=-when", ALL),
        ("?sort=entry_hash", ALL),
        ("?organisation=XN1", ["Item 4", "Item 3", "Item 1"]),
        ("?organisation=+xn1+", ["Item 4", "Item 3", "Item 1"]),
        ("?organisation=XN1&sort=when", ["Item 1", "Item 3", "Item 4"]),
        ("?organisation=service", ["Item 6"]),
        ("?organisation=QN1", []),
        ("?what=status+update", ["Item 2", "Item 1"]),
        ("?what=status+update&organisation=XN1", ["Item 1"]),
        ("?person=Asha", ["Item 4", "Item 1"]),
        ("?person=ellerby", ["Item 5", "Item 3", "Item 2"]),
        ("?person=TOM@example.nhs.uk", ["Item 5", "Item 3", "Item 2"]),
        ("?person=e", ["Item 5", "Item 4", "Item 3", "Item 2", "Item 1"]),
        ("?from=2020-10-23", ["Item 6", "Item 5", "Item 4", "Item 3"]),
        ("?from=2020-10-24", ["Item 6", "Item 5", "Item 4"]),
        ("?to=2020-10-13", ["Item 2", "Item 1"]),
        ("?to=2020-10-12", ["Item 1"]),
        ("?from=2020-10-13&to=2020-10-23", ["Item 3", "Item 2"]),
        ("?from=2020-10-23&to=2020-10-13", []),
        ("?request=0123456789abcdef", []),
        ("?page=99", ALL),
    ],
)
def test_filters_and_the_order_say_what_is_listed(signed_in: SignedIn, query: str, expected: list[str]) -> None:
    assert subjects(signed_in(Role.ADMINISTRATOR), query) == expected


def test_a_day_is_a_london_day_on_both_its_edges(signed_in: SignedIn) -> None:
    """On 24 October 2020 London was an hour ahead of UTC, on 25 October it fell back."""
    instants = ("2020-10-23T22:59:59.999999", "2020-10-23T23:00", "2020-10-25T23:59:59.999999", "2020-10-26T00:00")
    for number, instant in enumerate(instants, 1):
        with clock.frozen(datetime.fromisoformat(instant).replace(tzinfo=UTC)), transaction():
            audit.record(verb="status update", subject=f"item {number}", organisation_code="XN1")
    assert subjects(signed_in(Role.ADMINISTRATOR), "?from=2020-10-24&to=2020-10-25") == ["Item 3", "Item 2"]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?organisation=XZ9", "There is no “XZ9” in what you may see."),
        ("?organisation=%07", "There is no “�” in what you may see."),
        ("?what=nonsense", "There is nothing called “nonsense” to look for."),
        ("?request=Robin", "“Robin” is not the number of a request: it has 16 digits and letters from a to f."),
        ("?from=yesterday", "“yesterday” is not a day: in an address it is written like 2020-11-02."),
        ("?to=0001-01-01", "“0001-01-01” is not a day: in an address it is written like 2020-11-02."),
        ("?person=nobody+at+all", "Nobody whose entries you may see has this name, address or number."),
        ("?person=999999999999999999", "Nobody whose entries you may see has this name, address or number."),
        ("?person=%25", "Nobody whose entries you may see has this name, address or number."),
    ],
)
@pytest.mark.parametrize("file", ["", ".csv", ".xlsx"])
def test_a_filter_that_is_not_known_lists_nothing_and_says_so(
    signed_in: SignedIn, query: str, said: str, file: str
) -> None:
    response = signed_in(Role.ADMINISTRATOR).get(f"/audit{file}{query}")
    assert response.status_code == 400
    assert said in unescape(response.text)
    assert "Item" not in response.text


@pytest.mark.usefixtures("recorded")
def test_a_foreign_and_an_unknown_organisation_are_answered_alike(signed_in: SignedIn, world: make.World) -> None:
    client = signed_in(Role.LEAD, world.north_trust)
    foreign, unknown = (client.get(f"/audit?organisation={code}") for code in ("XS1", "XZ9"))
    assert (foreign.status_code, unknown.status_code) == (400, 400)
    assert "There is no “XS1” in what you may see." in unescape(foreign.text)
    assert _without_marks(foreign.text).replace("XS1", "XZ9") == _without_marks(unknown.text)


def _without_marks(html: str) -> str:
    """A page without what is new each time: the nonce and the tokens."""
    return re.sub(r'nonce="[^"]*"|value="[^"]{60,}"', "", html)


@pytest.mark.parametrize(
    ("typed", "stranger"), [("Tom", "Quill"), ("tom@example.nhs.uk", "quill@example.nhs.uk"), ("{tom}", "987654321")]
)
def test_whether_somebody_is_known_to_the_service_is_not_told_to_who_may_read_some_chains_only(
    signed_in: SignedIn, world: make.World, recorded: dict[str, int], typed: str, stranger: str
) -> None:
    """Tom has written in XN1 and not in QN1, whose team is answered as it would be for somebody who does not exist."""
    typed = typed.format(tom=recorded["Tom Ellerby"])
    assert subjects(signed_in(Role.LEAD, world.north_trust), f"?person={typed}") == ["Item 3"]
    system = signed_in(Role.SYSTEM, world.north_system)
    known, unknown = (system.get(f"/audit?person={each}") for each in (typed, stranger))
    assert (known.status_code, unknown.status_code) == (400, 400)
    assert "Ellerby" not in known.text
    answers = [
        _without_marks(page.text).replace(f'value="{each}"', "") for page, each in ((known, typed), (unknown, stranger))
    ]
    assert answers[0] == answers[1]


def test_what_is_typed_becomes_an_address_without_a_name(signed_in: SignedIn, recorded: dict[str, int]) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    page = client.get("/audit").text
    assert 'method="post"' in page.partition('aria-label="Filters"')[0].rpartition("<form")[2]
    fields = {
        "csrf_token": make.csrf_token(client, "/audit"),
        "organisation": "xn1",
        "person": "asha whitcombe",
        "what": "status update",
        **day("from_on", 1, 10, 2020),
        **day("to_on", 2, 11, 2020),
        "request": "",
    }
    response = client.post("/audit?sort=when", data=fields)
    asha = recorded["Asha Whitcombe"]
    assert (response.status_code, response.location) == (
        302,
        f"/audit?organisation=xn1&person={asha}&what=status+update&from=2020-10-01&to=2020-11-02&sort=when",
    )
    answer = client.get(response.location).text
    assert "Done by Asha Whitcombe." in answer
    assert f'name="person" type="text" value="{asha}"' in re.sub(r'\s+spellcheck="false"', "", answer)
    assert subjects(client, response.location.removeprefix("/audit")) == ["Item 1"]


def day(field: str, number: int, month: int, year: int) -> dict[str, str]:
    """A day as it is typed into three boxes."""
    return {f"{field}-day": str(number), f"{field}-month": str(month), f"{field}-year": str(year)}


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"organisation": "XZ9"}, "There is no “XZ9” in what you may see."),
        ({"person": "Quill"}, "Nobody whose entries you may see has this name, address or number."),
        ({"request": "Robin"}, "“Robin” is not the number of a request"),
        ({"what": "nonsense"}, "What: choose one of the answers that are offered"),
        (day("from_on", 31, 2, 2020), "is not a real date"),
        (day("from_on", 1, 1, 2021) | day("to_on", 1, 1, 2020), "The last day must not be before the first day"),
    ],
)
def test_what_is_typed_wrongly_is_said_beside_its_field_and_kept(
    signed_in: SignedIn, changes: dict[str, str], said: str
) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    response = client.post("/audit", data={"csrf_token": make.csrf_token(client, "/audit"), **changes})
    assert response.status_code == 400
    assert "There is a problem" in response.text
    assert said in unescape(response.text)
    for typed in changes.values():
        assert typed == "nonsense" or f'value="{typed}"' in response.text
    assert "Item" not in response.text


def test_more_people_than_anybody_meant_are_asked_to_be_narrowed(signed_in: SignedIn) -> None:
    session().add_all(
        Person(name=f"Ann Other {n}", recorded_at=make.LONG_AGO) for n in range(audit_queries.MOST_PEOPLE)
    )
    session().commit()
    client = signed_in(Role.ADMINISTRATOR)
    assert client.get("/audit?person=Ann+Other").status_code == 200
    session().add(Person(name="Ann Other too", recorded_at=make.LONG_AGO))
    session().commit()
    response = client.get("/audit?person=Ann+Other")
    assert response.status_code == 400
    assert "More than 20 people match." in response.text
