"""The audit as a page: who reads which chains, in words, page after page."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.audit.reading_audit import ALL, NOON, SignedIn, listed, subjects

from tracker.accounts import audit_queries, vault
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.db import database, session, transaction


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
