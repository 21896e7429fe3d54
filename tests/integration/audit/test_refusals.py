"""Who was refused what is written down, in a transaction of its own, and nothing personal of the address is."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import make
import pytest
import sqlalchemy as sa
from flask import Flask, abort
from flask.testing import FlaskClient
from sqlalchemy.exc import OperationalError

from tracker.accounts import refusals
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session
from tracker.organisations.models import Organisation

Entries = Callable[[str], Sequence[AuditEntry]]
PAGE = "/organisations/XN1/8ua-2020/2.2/update"


@pytest.fixture
def inside(client: FlaskClient, world: make.World) -> FlaskClient:
    """A browser in which the lead of XN1 has signed in."""
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client


def told(entries: Entries) -> list[tuple[str, dict[str, Any] | None]]:
    return [(entry.subject, entry.after) for entry in entries("refused")]


@pytest.mark.parametrize(
    ("path", "status", "subject", "after"),
    [
        ("/review/overdue", 403, "GET review.overdue", {"reason": "not allowed"}),
        ("/review/overdue?region=Robin+Ashdown", 403, "GET review.overdue", {"reason": "not allowed"}),
        ("/organisations/XS1", 404, "GET progress.organisation", {"reason": "out of reach", "organisation": "XS1"}),
        ("/organisations/xs1", 404, "GET progress.organisation", {"reason": "out of reach", "organisation": "XS1"}),
        ("/organisations/XS1/8ua-2020/2.2", 404, "GET progress.ask", {"reason": "out of reach", "organisation": "XS1"}),
        ("/organisations/XZ9?q=Robin", 404, "GET progress.organisation", {"reason": "out of reach"}),
        ("/organisations/robin@example.nhs.uk", 404, "GET progress.organisation", {"reason": "out of reach"}),
        (
            "/exports/progress?file=csv&code=xs1&as_at-day=2&as_at-month=11&as_at-year=2020",
            400,
            "GET exports.progress",
            {"reason": "out of reach", "organisation": "XS1"},
        ),
        ("/audit?organisation=XS1", 400, "GET accounts.audit", {"reason": "out of reach", "organisation": "XS1"}),
        ("/audit.csv?organisation=XZ9", 400, "GET accounts.audit_csv", {"reason": "out of reach"}),
    ],
)  # fmt: skip
def test_a_refused_look_is_written_down_with_its_page_and_a_known_organisation_only(
    inside: FlaskClient, entries: Entries, path: str, status: int, subject: str, after: dict[str, str]
) -> None:
    assert inside.get(path).status_code == status
    (entry,) = entries("refused")
    assert (entry.subject, entry.after, entry.before) == (subject, after, None)
    assert (entry.role, entry.request_id != "") == ("lead", True)
    assert entry.person_id is not None
    assert verify_chains()[2] == []


def test_a_person_out_of_reach_is_written_down_without_saying_who(
    inside: FlaskClient, world: make.World, entries: Entries
) -> None:
    stranger = make.person(Role.LEAD, world.south_trust, name="Tom Ellerby")
    assert inside.get(f"/people/{stranger}").status_code == 404
    assert told(entries) == [("GET people.person", {"reason": "out of reach"})]


def test_a_refused_save_is_written_down_and_saves_nothing(
    client: FlaskClient, world: make.World, entries: Entries
) -> None:
    make.sign_in(client, Role.BOARD, world.north_trust)
    token = make.csrf_token(client, "/organisations")
    assert client.post(PAGE, data={"csrf_token": token, "status": "not_started"}).status_code == 403
    assert told(entries) == [("POST progress.update", {"reason": "not allowed", "organisation": "XN1"})]
    assert entries("refused")[0].role == "board"


@pytest.mark.parametrize("token", [{}, {"csrf_token": ""}, {"csrf_token": "made-up"}])
def test_a_post_without_a_valid_token_is_written_down_wherever_the_token_is_checked(
    inside: FlaskClient, entries: Entries, token: dict[str, str]
) -> None:
    assert inside.post("/sign-out", data=token).status_code == 400
    assert inside.post(PAGE, data={**token, "status": "not_started", "narrative": "Robin told Sam"}).status_code == 200
    assert told(entries) == [
        ("POST sign_in.sign_out", {"reason": "no valid token"}),
        ("POST progress.update", {"reason": "no valid token", "organisation": "XN1"}),
    ]


def test_what_is_answered_well_leaves_no_refusal(inside: FlaskClient, entries: Entries) -> None:
    """A form filled in wrongly, a page that is not there and a saved form that leads on are no refusals."""
    token = make.csrf_token(inside, PAGE)
    assert inside.get("/nowhere").status_code == 404
    assert inside.get("/organisations/XN1/8ua-2020/9.9").status_code == 404
    assert inside.post(PAGE, data={"csrf_token": token, "status": "nonsense"}).status_code == 200
    answers = {"csrf_token": token, "maternity": "yes", "version": "0"}
    assert inside.post("/organisations/XN1/services", data=answers).status_code == 302
    assert inside.post("/sign-out", data={"csrf_token": token}).status_code == 302
    assert told(entries) == []


def test_a_post_with_its_token_that_cannot_be_answered_is_no_refusal(
    app: Flask, inside: FlaskClient, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    @wraps(app.view_functions["sign_in.sign_out"])
    def cannot() -> object:
        abort(400)

    monkeypatch.setitem(app.view_functions, "sign_in.sign_out", cannot)
    token = make.csrf_token(inside, PAGE)
    assert inside.post("/sign-out", data={"csrf_token": token}).status_code == 400
    assert told(entries) == []


def test_whoever_is_not_signed_in_writes_nothing(client: FlaskClient, world: make.World, entries: Entries) -> None:
    assert client.get("/review/overdue").status_code == 302
    assert client.get("/organisations/XN1").status_code == 302
    assert client.post("/sign-in", data={"email": "a@example.nhs.uk", "password": "b"}).status_code == 200
    assert client.post("/sign-out").status_code == 307
    assert told(entries) == []


def test_somebody_with_several_roles_is_written_down_with_all_of_them(
    client: FlaskClient, world: make.World, entries: Entries
) -> None:
    person_id = make.person(Role.LEAD, world.north_trust)
    roles = (Role.CONTRIBUTOR, Role.BOARD)
    session().add_all(
        Membership(person_id=person_id, role=role, organisation_id=world.north_trust, granted_at=make.LONG_AGO)
        for role in roles
    )
    session().commit()
    make.sign_in(client, Role.LEAD, world.north_trust)
    assert client.get("/review/overdue").status_code == 403
    assert [entry.role for entry in entries("refused")] == ["board, contributor, lead"]


def test_what_a_failed_request_had_begun_is_not_saved_by_writing_the_refusal_down(
    app: Flask, inside: FlaskClient, entries: Entries, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal has a transaction of its own; what was left in the request's is rolled back first."""

    @wraps(app.view_functions["organisations.index"])
    def half_way(**_: object) -> object:
        session().add(Organisation(code="XQ9", recorded_at=make.LONG_AGO))
        session().flush()
        abort(403)

    monkeypatch.setitem(app.view_functions, "organisations.index", half_way)
    assert inside.get("/organisations").status_code == 403
    assert told(entries) == [("GET organisations.index", {"reason": "not allowed"})]
    session().rollback()
    assert "XQ9" not in session().scalars(sa.select(Organisation.code)).all()


def test_a_refusal_that_cannot_be_written_down_is_a_refusal_still(
    inside: FlaskClient, entries: Entries, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(**_: object) -> None:
        raise OperationalError("INSERT", {}, Exception("disk full"))

    monkeypatch.setattr(refusals.audit, "record", fail)
    assert inside.get("/review/overdue").status_code == 403
    monkeypatch.undo()
    assert told(entries) == []
    assert "A refusal could not be written down (request " in caplog.text


def test_an_organisation_out_of_reach_looks_like_one_that_is_not_there(inside: FlaskClient) -> None:
    paths = ("/organisations/XS1", "/organisations/XZ9", "/organisations/XN1/8ua-2020/9.9")
    foreign, unknown, no_ask = (_without_marks(inside.get(path).text) for path in paths)
    assert foreign == unknown == no_ask


def _without_marks(html: str) -> str:
    """A page without what is new each time: the nonce and the tokens."""
    return re.sub(r'nonce="[^"]*"|value="[^"]{60,}"', "", html)
