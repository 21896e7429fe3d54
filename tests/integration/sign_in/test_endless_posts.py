"""Whoever is not signed in gets a short page however much they send, and nothing of it back."""

from __future__ import annotations

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import SAM, give_password, set_account
from werkzeug.test import TestResponse

from tracker.accounts.rules import Role
from tracker.sign_in.forms import LONGEST_ADDRESS, LONGEST_TYPED

ENDLESS = "x" * 15_000_000
LONGEST_ANSWER = 20_000
"""Characters; the page of the sign-in has some 9,000."""


@pytest.fixture
def half_in(client: FlaskClient, world: make.World) -> FlaskClient:
    make.person(Role.REGION, world.north_region, email=SAM)
    assert give_password(client, SAM).status_code == 302
    return client


def send(client: FlaskClient, page: str, **typed: str) -> TestResponse:
    return client.post(page, data={"csrf_token": make.csrf_token(client, page), **typed})


def size(answer: TestResponse) -> int:
    return len(answer.data) + len(str(answer.headers))


@pytest.mark.parametrize("field", ["email", "password", "next", "unknown"])
@pytest.mark.parametrize("page", ["/sign-in", "/forgotten-password"])
def test_fifteen_megabytes_in_any_field_are_answered_by_a_short_page(
    client: FlaskClient, robin: str, page: str, field: str
) -> None:
    answer = send(client, page, **{"email": robin, "password": "a wrong one", "next": "/organisations", field: ENDLESS})
    assert answer.status_code in (200, 302)
    assert size(answer) < LONGEST_ANSWER
    if field == "email":
        assert "Email address must be 254 characters or fewer. You have typed 15,000,000." in answer.text


@pytest.mark.parametrize("field", ["code", "next"])
def test_so_are_they_beside_a_code(half_in: FlaskClient, field: str) -> None:
    answer = send(half_in, "/sign-in/code", **{"code": "000000", "next": "/organisations", field: ENDLESS})
    assert answer.status_code == 200
    assert size(answer) < LONGEST_ANSWER
    if field == "code":
        assert "Code must be 60 characters or fewer. You have typed 15,000,000." in answer.text


@pytest.mark.parametrize("field", ["email", "next"])
def test_so_are_they_without_a_token_too(client: FlaskClient, robin: str, field: str) -> None:
    assert size(client.post("/sign-in", data={"email": robin, field: ENDLESS})) < LONGEST_ANSWER
    assert size(client.post("/forgotten-password", data={"email": robin, field: ENDLESS})) < LONGEST_ANSWER


@pytest.mark.parametrize("page", ["/sign-in/code", "/sign-in/set-up"])
def test_so_are_they_where_no_sign_in_has_begun(client: FlaskClient, robin: str, page: str) -> None:
    assert size(client.post(page, data={"next": ENDLESS})) < LONGEST_ANSWER
    # Where something typed goes along, the page is drawn at once.
    assert size(client.post(page, data={"next": ENDLESS, "kept.narrative": "By ward"})) < LONGEST_ANSWER


def test_setting_up_an_authenticator_sends_nothing_endless_back(client: FlaskClient, world: make.World) -> None:
    make.person(Role.REGION, world.north_region, email=SAM)
    set_account(SAM, totp_secret=None, totp_confirmed_at=None)
    assert give_password(client, SAM).location.startswith("/sign-in/set-up")
    shown = len(client.get("/sign-in/set-up").data)  # With the picture of its key.
    for field in ("first_code", "prepared", "next"):
        answer = send(client, "/sign-in/set-up", **{"first_code": "000000", field: ENDLESS})
        assert size(answer) < shown + LONGEST_ANSWER


def test_what_is_just_short_enough_is_kept(app: Flask, client: FlaskClient, robin: str) -> None:
    address = f"{'a' * 230}@example.nhs.uk"
    assert f'value="{address}"' in send(client, "/sign-in", email=address, password="a wrong one").text
    longest = "/organisations?q=" + "y" * (LONGEST_ADDRESS - 17)
    for given, kept in ((longest, longest), (longest + "y", "/")):
        browser = app.test_client()
        answer = send(browser, "/sign-in", email=robin, password=make.PASSWORD, next=given)
        assert answer.location == kept
    assert LONGEST_TYPED == 1000


def test_signing_out_leads_nowhere_endless(client: FlaskClient, robin: str) -> None:
    make.enter_by_pages(client, robin)
    answer = client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/account"), "next": ENDLESS})
    assert answer.status_code == 302
    assert size(answer) < LONGEST_ANSWER
