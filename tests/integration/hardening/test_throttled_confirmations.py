"""Codes on the pages of one's own account are paused like codes at sign-in; the way to the provider is, generously."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import throttles
from tracker.accounts.models import Account
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.web.throttle import Throttle

CONFIRMATIONS, SINGLE_SIGN_ON = "confirmations of one person", "single sign-ons from one address"
START, CALLBACK = "/sign-in/single-sign-on", "/sign-in/single-sign-on/callback"
OTHERS = "/account/sessions/end-others"
REPLACE, CODES = "/account/second-factor", "/account/recovery-codes"
Only = Callable[..., Throttle]
AnotherApp = Callable[..., Flask]


@pytest.fixture
def sam(world: make.World) -> str:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    return "sam@example.nhs.uk"


def confirm(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    own = {"csrf_token": make.csrf_token(client, page), "current_password": make.PASSWORD, "code": "000000"}
    return client.post(page, data={**own, **typed})


def test_wrong_codes_are_paused_over_all_pages_and_browsers_of_a_person(
    another_app: AnotherApp, sam: str, world: make.World, only: Only
) -> None:
    make.person(Role.REGION, world.south_region, email="alex@example.nhs.uk")
    only(CONFIRMATIONS, most=3)
    app = another_app()
    client, other, alex = app.test_client(), app.test_client(), app.test_client()
    for browser, email in ((client, sam), (other, sam), (alex, "alex@example.nhs.uk")):
        make.enter(browser, email)
    tried = [(client, REPLACE), (other, CODES), (client, CODES), (other, REPLACE), (client, OTHERS)]
    assert [confirm(browser, page).status_code for browser, page in tried] == [200, 200, 200, 429, 429]
    assert confirm(alex, CODES).status_code == 200


def test_a_paused_code_is_not_checked_and_no_secret_comes_back(another_app: AnotherApp, sam: str, only: Only) -> None:
    only(CONFIRMATIONS, most=1)
    client = another_app().test_client()
    make.enter(client, sam)
    confirm(client, CODES)
    paused = confirm(client, CODES, code="987654")
    assert paused.status_code == 429
    assert "987654" not in paused.text
    assert make.PASSWORD not in paused.text
    assert session().scalar(sa.select(Account.failed_sign_ins).where(Account.sign_in_email == sam)) == 1


def test_reading_those_pages_is_not_paused(another_app: AnotherApp, sam: str, only: Only) -> None:
    only(CONFIRMATIONS, most=1)
    client = another_app().test_client()
    make.enter(client, sam)
    assert {client.get(page).status_code for page in (REPLACE, CODES) for _ in range(3)} == {200}


@pytest.fixture
def with_provider(another_app: AnotherApp) -> Callable[[], Flask]:
    """A service that names a provider which does not answer."""

    def build() -> Flask:
        app = another_app()
        named = {"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "tracker", "oidc_client_secret": "x"}
        app.extensions["settings"] = replace(app.extensions["settings"], **named)
        return app

    return build


@pytest.mark.usefixtures("world")
def test_the_way_to_the_provider_and_back_is_paused_by_one_count(
    with_provider: Callable[[], Flask], only: Only
) -> None:
    only(SINGLE_SIGN_ON, most=4)
    client = with_provider().test_client()
    asked = [
        client.get(START),
        client.get(f"{CALLBACK}?code=x&state=y"),
        client.get(START),
        client.get(f"{CALLBACK}?error=access_denied"),
    ]
    assert 429 not in [each.status_code for each in asked]
    for path in (START, f"{CALLBACK}?code=x&state=y"):
        paused = client.get(path)
        assert paused.status_code == 429
        assert int(paused.headers["Retry-After"]) == 15 * 60
        assert "about 15 minutes" in paused.text
        assert "What you typed" not in paused.text
    # The sign-in by password stays open, and so does another address.
    assert client.get("/sign-in").status_code == 200
    assert client.get(START, environ_base={"REMOTE_ADDR": "192.0.2.7"}).status_code == 503


def test_a_hospital_behind_one_address_is_let_through_and_no_address_may_keep_the_provider_busy() -> None:
    (found,) = [throttle for throttle in throttles.THROTTLES if throttle.name == SINGLE_SIGN_ON]
    assert 2 * 300 <= found.most <= 2 * 1000
    assert found.minutes == 15
