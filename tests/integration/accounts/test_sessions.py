"""A sign-in lasts as long as it should and not a minute longer; its end is the server's and not the cookie's."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from conftest import NOON, StrictClient, make_settings
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.signed_in import cookie, enter_as, is_in, with_cookie

from tracker.accounts.models import Membership, SignInSession
from tracker.accounts.rules import Role
from tracker.accounts.tokens import token_hash
from tracker.app import create_app
from tracker.config import Environment
from tracker.db import database, session
from tracker.schema import METADATA

Later = Callable[..., AbstractContextManager[None]]

SHORT_IDLERS = {Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR}


@pytest.mark.parametrize("role", Role)
def test_a_rest_ends_the_session_after_60_minutes_and_after_30_for_those_who_see_many(
    client: FlaskClient, world: make.World, later: Later, role: Role
) -> None:
    limit = 30 if role in SHORT_IDLERS else 60
    enter_as(client, role, world)
    with later(minutes=limit, seconds=-1):
        assert is_in(client)
    # That visit began the rest anew.
    with later(minutes=2 * limit - 1, seconds=58):
        assert is_in(client)
    with later(minutes=3 * limit, seconds=1):
        assert not is_in(client)


def test_somebody_who_is_both_rests_for_the_shorter_time(client: FlaskClient, world: make.World, later: Later) -> None:
    person_id = make.person(Role.REGION, world.north_region, email="both@example.nhs.uk")
    session().add(Membership(person_id=person_id, role=Role.LEAD, organisation_id=world.north_trust, granted_at=NOON))
    session().commit()
    make.enter(client, "both@example.nhs.uk")
    with later(minutes=30, seconds=1):
        assert not is_in(client)


def test_no_session_outlasts_twelve_hours_however_busy(client: FlaskClient, world: make.World, later: Later) -> None:
    enter_as(client, Role.LEAD, world)
    for minutes in range(50, 12 * 60, 50):
        with later(minutes=minutes):
            assert is_in(client)
    with later(hours=11, minutes=59):
        assert is_in(client)
    with later(hours=12):
        assert not is_in(client)


def test_the_last_visit_is_written_once_a_minute_at_most(client: FlaskClient, world: make.World, later: Later) -> None:
    enter_as(client, Role.LEAD, world)
    seen = sa.select(SignInSession.last_seen_at)
    with later(seconds=60):
        assert is_in(client)
    assert session().scalar(seen) == NOON
    with later(seconds=61):
        assert is_in(client)
    assert (session().scalar(seen) or NOON) > NOON


@pytest.mark.parametrize(
    ("role", "is_let_in"),
    [(Role.REGION, False), (Role.NATIONAL, False), (Role.ADMINISTRATOR, False), (Role.LEAD, True)],
)
def test_a_session_without_the_second_factor_that_a_role_needs_opens_nothing(
    client: FlaskClient, world: make.World, role: Role, *, is_let_in: bool
) -> None:
    """However it came to be there: who holds such a role is asked at each request what the session was opened with."""
    make.sign_in(client, role, {Role.REGION: world.north_region, Role.LEAD: world.north_trust}.get(role))
    assert client.get("/account").status_code == 200
    session().execute(sa.update(SignInSession).values(second_factor_at=None))
    session().commit()
    answer = client.get("/account")
    assert answer.status_code == (200 if is_let_in else 302)
    assert is_let_in or answer.location.startswith("/sign-in")


def test_signing_out_ends_the_session_on_the_server_so_that_a_copied_cookie_is_refused(
    app: Flask, client: FlaskClient, world: make.World
) -> None:
    enter_as(client, Role.LEAD, world)
    copied = cookie(client)
    assert is_in(with_cookie(app, copied))
    answer = client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/organisations")})
    assert answer.location == "/sign-in"
    assert "You have signed out." in client.get("/sign-in").text
    assert not is_in(client)
    assert not is_in(with_cookie(app, copied))


def test_signing_out_asks_the_browser_to_throw_away_what_it_kept_and_nothing_else_does(
    client: FlaskClient, robin: str
) -> None:
    make.enter(client, robin)
    token = make.csrf_token(client, "/organisations")
    assert "Clear-Site-Data" not in client.get("/organisations").headers
    answer = client.post("/sign-out", data={"csrf_token": token})
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    page = client.get("/sign-in")
    assert "You have signed out." in page.text  # The message came along in the emptied cookie.
    assert "Clear-Site-Data" not in page.headers


def test_signing_out_needs_a_post_with_a_token(client: FlaskClient, world: make.World) -> None:
    enter_as(client, Role.LEAD, world)
    assert client.get("/sign-out").status_code == 405
    assert client.post("/sign-out").status_code == 400
    assert client.post("/sign-out", data={"csrf_token": "forged"}).status_code == 400
    assert is_in(client)


def test_signing_out_of_one_browser_leaves_the_other_signed_in(app: Flask, world: make.World) -> None:
    here, there = app.test_client(), app.test_client()
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    make.enter(here, "robin@example.nhs.uk")
    make.enter(there, "robin@example.nhs.uk")
    here.post("/sign-out", data={"csrf_token": make.csrf_token(here, "/organisations")})
    assert not is_in(here)
    assert is_in(there)


def test_what_was_in_the_cookie_before_signing_in_is_replaced(
    app: Flask, client: FlaskClient, world: make.World
) -> None:
    """Session fixation: a cookie that somebody else planted before the sign-in opens nothing after it."""
    client.get("/sign-in")
    planted = cookie(client)
    with client.session_transaction() as before:
        before["planted"] = "by somebody else"
    enter_as(client, Role.LEAD, world)
    with client.session_transaction() as after:
        assert set(after) == {"sign_in"}
    assert cookie(client) != planted
    assert not is_in(with_cookie(app, planted))


def test_each_sign_in_has_a_token_of_its_own_and_the_table_keeps_only_its_hash(app: Flask, world: make.World) -> None:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    tokens = []
    for _ in range(2):
        client = app.test_client()
        make.enter(client, "robin@example.nhs.uk")
        with client.session_transaction() as held:
            tokens.append(held["sign_in"])
    assert tokens[0] != tokens[1]
    assert all(len(token) >= 43 for token in tokens)  # 32 random bytes.
    assert set(session().scalars(sa.select(SignInSession.token_hash))) == {token_hash(token) for token in tokens}


def test_a_cookie_with_a_made_up_token_or_a_broken_signature_opens_nothing(
    app: Flask, client: FlaskClient, world: make.World
) -> None:
    enter_as(client, Role.LEAD, world)
    with client.session_transaction() as held:
        held["sign_in"] = "made up"
    assert not is_in(client)
    assert not is_in(with_cookie(app, "not.a.cookie"))


def test_the_cookie_is_kept_from_scripts_and_from_other_sites(client: FlaskClient, world: make.World) -> None:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    token = make.csrf_token(client, "/sign-in")
    answer = client.post(
        "/sign-in", data={"csrf_token": token, "email": "robin@example.nhs.uk", "password": make.PASSWORD}
    )
    flags = {part.strip().split("=")[0] for part in answer.headers["Set-Cookie"].split(";")[1:]}
    assert {"HttpOnly", "SameSite", "Path"} <= flags
    assert "SameSite=Lax" in answer.headers["Set-Cookie"]
    # A session cookie: it dies with the browser.
    assert not flags & {"Expires", "Max-Age", "Domain"}


def test_in_production_the_cookie_goes_over_tls_only_and_to_this_host_only() -> None:
    app = create_app(
        make_settings("sqlite:///:memory:", environment=Environment.PRODUCTION, trusted_hosts=("localhost",))
    )
    app.test_client_class = StrictClient
    with app.app_context():
        METADATA.create_all(database.engine)
        sent = app.test_client().get("/sign-in", base_url="https://localhost").headers["Set-Cookie"]
        database.session.remove()
        database.engine.dispose()
    assert sent.startswith("__Host-session=")
    for flag in ("Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert flag in sent.split("; ")
    assert "Domain" not in sent
