"""No address that a visitor brings along leads from our pages to another site, at whatever step it is given."""

from __future__ import annotations

from urllib.parse import urlsplit

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from security.hostile import ADDRESSES, ELSEWHERE
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.models import Account
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.sign_in import totp

# A part of the list goes through the pages; the whole of it through the function itself, in test_addresses.py.
SOME = [address for address in ADDRESSES if len(address) < 200][::4]
"""Fewer than the throttle of one account lets through."""


def assert_ours(answer: TestResponse) -> None:
    location = urlsplit(answer.headers.get("Location", "/"))
    assert location.scheme in ("", "http")
    assert location.netloc in ("", "localhost")
    assert not location.path.startswith("//")
    assert not location.path.endswith(ELSEWHERE)


@pytest.fixture
def lead(app: Flask, world: make.World) -> str:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    return "robin@example.nhs.uk"


def test_a_sign_in_goes_on_to_our_own_pages_only(app: Flask, lead: str) -> None:
    for address in SOME:
        client = app.test_client()
        token = make.csrf_token(client, "/sign-in")
        data = {"csrf_token": token, "email": lead, "password": make.PASSWORD, "next": address}
        signed_in = client.post("/sign-in", data=data)
        assert signed_in.status_code == 302
        assert_ours(signed_in)
        # Already signed in: the page itself goes on.
        assert_ours(client.get("/sign-in", query_string={"next": address}))


def test_the_next_address_is_dropped_on_the_way_through_the_code(app: Flask, lead: str) -> None:
    for address in SOME:
        client = app.test_client()
        data = {"email": "sam@example.nhs.uk", "password": make.PASSWORD, "next": address}
        begun = client.post("/sign-in", data={"csrf_token": make.csrf_token(client, "/sign-in"), **data})
        assert_ours(begun)
        page = client.get("/sign-in/code", query_string={"next": address})
        assert f'href="//{ELSEWHERE}' not in page.text
        # Each code is taken once, so the last one is forgotten.
        session().execute(sa.update(Account).values(totp_last_step=None))
        session().commit()
        code = totp.code_of(make.AUTHENTICATOR, totp.step_of(clock.real_now()))
        data = {"csrf_token": make.csrf_token(client, "/sign-in/code"), "code": code, "next": address}
        signed_in = client.post("/sign-in/code", data=data)
        assert signed_in.status_code == 302
        assert_ours(signed_in)


def test_what_was_typed_is_never_posted_to_another_site(app: Flask, lead: str) -> None:
    for address in SOME:
        client = app.test_client()
        token = make.csrf_token(client, "/sign-in")
        data = {"csrf_token": token, "email": lead, "password": make.PASSWORD, "next": address, "kept.narrative": "x"}
        page = client.post("/sign-in", data=data).text
        action = page.split('<form action="', 1)[1].split('"', 1)[0]
        assert action.startswith("/")
        assert not action.startswith(("//", "/\\"))


def test_every_page_that_a_query_is_added_to_stays_here(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    for name in ("next", "url", "return", "goto", "redirect", "continue"):
        for path in ("/", "/organisations", "/sign-in", "/review/overdue", "/sign-in/code", "/forgotten-password"):
            answer = client.get(path, query_string={name: f"//{ELSEWHERE}"})
            assert_ours(answer)
            assert f'href="//{ELSEWHERE}' not in answer.text
