"""The audit as a page: who reads which chains, in which order, narrowed how, in words, without a name in an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from html import unescape

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts import audit_queries, vault
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.db import database, session, transaction

ROW = re.compile(r'<tr class="nhsuk-table__row">\s*<td.*?</tr>', re.DOTALL)
CELL = re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
NOON = datetime(2020, 11, 2, 12, tzinfo=UTC)
Listed = Callable[..., list[list[str]]]
SignedIn = Callable[..., FlaskClient]


def listed(client: FlaskClient, query: str = "") -> list[list[str]]:
    """The cells of each row of the page, lines apart by " | "."""
    response = client.get(f"/audit{query}")
    assert response.status_code == 200, response.text
    rows = [CELL.findall(row) for row in ROW.findall(response.text)]
    return [[_text(cell) for cell in row] for row in rows]


def _text(html: str) -> str:
    lines = unescape(re.sub(r"<br>", " | ", html))
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", lines)).strip()


def subjects(client: FlaskClient, query: str = "") -> list[str]:
    """What each entry is about, leaving out sign-ins and refusals of these tests themselves."""
    said = [row[1].split(" | ")[1] for row in listed(client, query)]
    return [each for each in said if each.startswith("Item ")]


@pytest.fixture
def signed_in(app: Flask, world: make.World) -> SignedIn:
    """A browser in which somebody of a role is signed in."""

    def enter(role: Role, body: int | None = None, name: str = "Robin Ashdown") -> FlaskClient:
        make.person(role, body, name=name)
        client = app.test_client()
        make.sign_in(client, role, body)
        return client

    return enter


@pytest.fixture
def recorded(world: make.World) -> dict[str, int]:
    """Six entries on three days: three of XN1, and one each of XS1, YN1 and the service; the people by name."""
    north, south = world.north_trust, world.south_trust
    asha = make.person(Role.CONTRIBUTOR, north, email="asha@example.nhs.uk", name="Asha Whitcombe")
    tom = make.person(Role.LEAD, south, email="tom@example.nhs.uk", name="Tom Ellerby")
    told = (
        (-30, "status update", "item 1", asha, "contributor", "XN1"),
        (-20, "status update", "item 2", tom, "lead", "XS1"),
        (-10, "status assured", "item 3", tom, "region", "XN1"),
        (-1, "progress exported", "item 4", asha, "contributor", "XN1"),
        (-1, "overdue list exported", "item 5", tom, "region", "YN1"),
        (-1, "framework loaded", "item 6", None, "command line", None),
    )
    for days, verb, subject, by, role, code in told:
        with clock.frozen(NOON + timedelta(days=days)), transaction():
            audit.record(verb=verb, subject=subject, by=by, role=role, organisation_code=code)
    return {"Asha Whitcombe": asha, "Tom Ellerby": tom}


ALL = ["Item 6", "Item 5", "Item 4", "Item 3", "Item 2", "Item 1"]


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("role", "body", "expected"),
    [
        (Role.ADMINISTRATOR, None, ALL),
        (Role.LEAD, "north_trust", ["Item 4", "Item 3", "Item 1"]),
        (Role.BOARD, "north_trust", ["Item 4", "Item 3", "Item 1"]),
        (Role.LEAD, "south_trust", ["Item 2"]),
        (Role.REGION, "north_region", ["Item 5"]),
        (Role.SYSTEM, "north_system", []),
    ],
)
def test_everybody_reads_the_chains_of_their_own_bodies_and_administrators_all(
    signed_in: SignedIn, world: make.World, role: Role, body: str | None, expected: list[str]
) -> None:
    assert subjects(signed_in(role, getattr(world, body) if body else None)) == expected


@pytest.mark.usefixtures("recorded")
def test_somebody_with_two_bodies_reads_both_and_a_role_without_the_power_adds_none(
    signed_in: SignedIn, world: make.World
) -> None:
    person_id = make.person(Role.LEAD, world.north_trust)
    session().add_all(
        Membership(person_id=person_id, role=role, organisation_id=body, granted_at=make.LONG_AGO)
        for role, body in ((Role.REGION, world.north_region), (Role.CONTRIBUTOR, world.south_trust))
    )
    session().commit()
    client = _with_authenticator(signed_in, world)
    assert subjects(client) == ["Item 5", "Item 4", "Item 3", "Item 1"]
    assert subjects(client, "?organisation=yn1") == ["Item 5"]
    assert client.get("/audit?organisation=XS1").status_code == 400


def _with_authenticator(signed_in: SignedIn, world: make.World) -> FlaskClient:
    """Whoever has a regional role too needs a second factor."""
    email = f"lead.{world.north_trust}@example.nhs.uk"
    account = session().scalars(sa.select(Account).where(Account.sign_in_email == email)).one()
    account.totp_secret, account.totp_confirmed_at = vault.seal(make.AUTHENTICATOR), make.LONG_AGO
    session().commit()
    return signed_in(Role.LEAD, world.north_trust)


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


def test_entries_are_told_in_words_with_people_by_name_and_the_forgotten_by_number(
    signed_in: SignedIn, world: make.World
) -> None:
    asha = make.person(Role.LEAD, world.north_trust, email="asha@example.nhs.uk", name="Asha Whitcombe")
    gone = make.person(Role.BOARD, world.north_trust, email="gone@example.nhs.uk", name="Somebody Gone")
    session().execute(sa.update(Person).where(Person.id == gone).values(name="", contact_email="", forgotten_at=NOON))
    session().commit()
    with transaction():
        audit.record(
            verb="status update",
            subject="XN1/8ua-2020/6.1",
            by=asha,
            role="lead",
            organisation_code="XN1",
            before={"status": "no_update", "status_class": "no_update", "entry": 3},
            after={"status": "on_track", "status_class": "on_course", "entry": 4, "recovery_on": None},
        )
        audit.record(
            verb="lead named",
            subject=f"person {gone}",
            by=gone,
            role="board, lead",
            organisation_code="XN1",
            after={"person": asha, "from": "2020-09-21", "names": False, "closed": [f"X{n}" for n in range(9)]},
        )
        audit.record(verb="sign-in refused", subject="unknown or inactive account", before={"role": "lead"})
        audit.record(
            verb="tracking switched on", subject="type practice", role="command line", after={"is_tracked": True}
        )
    rows = [row[1:5] for row in listed(signed_in(Role.ADMINISTRATOR))][1:5]
    assert rows == [
        ["Type of organisation tracked | Type practice", "Command line", "Tracked: yes", "The service"],
        [
            "Sign-in refused | Unknown or inactive account",
            "The service itself",
            "Role before: Health inequalities lead",
            "The service",
        ],
        [
            f"Executive lead named | Person {gone} (forgotten)",
            f"Person {gone} (forgotten) | Board member, Health inequalities lead",
            "Person: Asha Whitcombe | From: 21 September 2020 | With names of people: no | "
            "Closed: X0, X1, X2, X3, X4 and 4 more",
            "XN1",
        ],
        [
            "Status updated | Ask 6.1 of 8ua-2020",
            "Asha Whitcombe | Health inequalities lead",
            "Status: no update → on track",
            "XN1",
        ],
    ]


def test_what_was_refused_before_a_sign_in_is_by_nobody_who_is_signed_in(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    stranger = client.application.test_client()
    stranger.post(
        "/sign-in",
        data={"csrf_token": make.csrf_token(stranger, "/sign-in"), "email": "x@example.nhs.uk", "password": "y"},
    )
    newest = listed(client)[0]
    assert newest[1:3] == ["Sign-in refused | Unknown or inactive account", "Nobody signed in"]
    assert listed(client, f"?request={newest[5]}") == [newest]


def test_stored_text_is_shown_as_text(signed_in: SignedIn) -> None:
    with transaction():
        audit.record(verb="framework loaded", subject="<script>alert(1)</script>", after={"<b>": "<img src=x>"})
    page = signed_in(Role.ADMINISTRATOR).get("/audit").text
    assert "<script>alert" not in page
    assert "<img src=x>" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize("sort", ["-when", "when"])
@pytest.mark.parametrize("organisation", ["", "&organisation=XN1"])
def test_pages_neither_repeat_nor_miss_an_entry_though_all_are_of_one_instant(
    signed_in: SignedIn, sort: str, organisation: str
) -> None:
    with transaction():
        for number in range(120):
            audit.record(verb="status update", subject=f"item {number:03}", organisation_code="XN1")
    client = signed_in(Role.ADMINISTRATOR)
    pages = [subjects(client, f"?what=status+update&sort={sort}&page={page}{organisation}") for page in (1, 2, 3)]
    expected = [f"Item {number:03}" for number in range(120)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert [*pages[0], *pages[1], *pages[2]] == (expected if sort == "when" else expected[::-1])
    text = client.get(f"/audit?what=status+update&page=2{organisation}").text
    assert "Showing 51 to 100 of 120 entries" in text
    assert "Audit (page 2 of 3) – " in text


def test_a_list_that_is_too_long_for_pages_says_where_the_rest_is(
    signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_queries, "MOST_LISTED", 60)
    with transaction():
        for number in range(61):
            audit.record(verb="status update", subject=f"item {number:03}", organisation_code="XN1")
    client = signed_in(Role.ADMINISTRATOR)
    newest = client.get("/audit?what=status+update&page=2").text
    assert "Showing 51 to 60. The pages hold the newest 60 entries that match" in newest
    assert len(subjects(client, "?what=status+update&page=2")) == 10
    assert subjects(client, "?what=status+update&page=3")[0] == "Item 060"
    assert "The pages hold the oldest 60 entries" in client.get("/audit?what=status+update&sort=when").text


def test_a_page_takes_as_many_statements_for_a_hundred_entries_as_for_two(signed_in: SignedIn) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    counts = []
    for many in (2, 100):
        with transaction():
            for number in range(many):
                audit.record(verb="status update", subject=f"person {number}", by=1, organisation_code=f"X{number}")
        client.get("/audit")
        with statements_of(database.engine) as heard:
            assert client.get("/audit").status_code == 200
        counts.append(len(heard))
    assert counts[0] == counts[1] <= 6


def test_looking_at_the_audit_writes_nothing(signed_in: SignedIn, entries: Callable[[str], object]) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    before = len(listed(client))
    client.post("/audit", data={"csrf_token": make.csrf_token(client, "/audit"), "person": "Robin"})
    assert len(listed(client)) == before
