"""A link to set a password works once, for 48 hours, and only while it is the newest."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.accounts import links, queries
from tracker.accounts.models import Account, OneTimeLink
from tracker.accounts.rules import Role
from tracker.accounts.tokens import token_hash
from tracker.db import session, transaction

Later = Callable[..., AbstractContextManager[None]]

NEW = "four slow grey seals"


@pytest.fixture
def link(robin: str) -> str:
    return new_link(robin)


def new_link(email: str) -> str:
    with transaction():
        account = queries.find_account_by_email(email)
        assert account is not None
        return links.make_password_link(account.id)


def use(client: FlaskClient, link: str, password: str = NEW) -> TestResponse:
    return client.post(link, data={"csrf_token": make.csrf_token(client, link), "password": password})


def password_of(email: str) -> str | None:
    return session().scalar(sa.select(Account.password_hash).where(Account.sign_in_email == email))


def test_a_link_sets_the_password_once(client: FlaskClient, robin: str, link: str) -> None:
    answer = use(client, link)
    assert answer.location == "/sign-in"
    assert "Your password is set." in client.get("/sign-in").text
    make.enter_by_pages(client, robin, NEW)
    again = client.get(link)
    assert again.status_code == 404
    assert "This link can no longer be used" in again.text
    token = make.csrf_token(client, "/organisations")
    kept = password_of(robin)
    assert client.post(link, data={"csrf_token": token, "password": "another new one"}).status_code == 404
    assert password_of(robin) == kept


def test_opening_a_link_does_not_use_it_up(client: FlaskClient, link: str) -> None:
    """Mail scanners open every link before the person does."""
    for _ in range(3):
        assert client.get(link).status_code == 200
    assert use(client, link).status_code == 302


def test_a_link_works_for_48_hours_and_not_a_second_longer(
    client: FlaskClient, robin: str, link: str, later: Later
) -> None:
    before = password_of(robin)
    with later(hours=48):
        assert client.get(link).status_code == 404
    with later(hours=48, seconds=-1):
        assert use(client, link).status_code == 302
    assert password_of(robin) != before


def test_a_page_opened_in_time_and_sent_too_late_is_refused(
    client: FlaskClient, robin: str, link: str, later: Later
) -> None:
    token, before = make.csrf_token(client, link), password_of(robin)
    with later(hours=48):
        assert client.post(link, data={"csrf_token": token, "password": NEW}).status_code == 404
    assert password_of(robin) == before


def test_a_newer_link_voids_the_one_before(client: FlaskClient, robin: str, link: str) -> None:
    newer = new_link(robin)
    assert client.get(link).status_code == 404
    assert use(client, newer).status_code == 302


def test_a_newer_link_of_somebody_else_voids_nothing(client: FlaskClient, world: make.World, link: str) -> None:
    make.person(Role.BOARD, world.north_trust, email="alex@example.nhs.uk")
    new_link("alex@example.nhs.uk")
    assert client.get(link).status_code == 200


def test_a_made_up_link_looks_like_a_used_one(client: FlaskClient, link: str) -> None:
    use(client, link)
    used, made_up = client.get(link), client.get("/set-password/made-up")
    assert (used.status_code, made_up.status_code) == (404, 404)
    assert used.text.split("<h1")[1] == made_up.text.split("<h1")[1]


def test_a_password_that_will_not_do_is_said_beside_the_field_and_the_link_still_works(
    client: FlaskClient, robin: str, link: str
) -> None:
    for poor, said in (("", "Enter a new password"), ("short", "at least 12"), ("x" * 129, "128 characters or fewer")):
        answer = use(client, link, poor)
        assert answer.status_code == 200
        assert said in answer.text
    make.enter(client, robin)
    assert use(client.application.test_client(), link).status_code == 302


@pytest.mark.parametrize(
    "poor", ["robin.ashdown", "Robin.Example-2020", "Northern Dales", "dales-hospitals-robin", "XN1 xn1 robin"]
)
def test_a_password_of_own_name_address_or_organisation_is_refused(
    client: FlaskClient, robin: str, link: str, poor: str
) -> None:
    before = password_of(robin)
    answer = use(client, link, poor)
    assert answer.status_code == 200
    assert "made of your own name, email address or organisation" in answer.text
    assert password_of(robin) == before
    assert use(client, link).status_code == 302


def test_a_link_without_the_pages_token_sets_nothing(client: FlaskClient, robin: str, link: str) -> None:
    before = password_of(robin)
    answer = client.post(link, data={"password": NEW})
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert password_of(robin) == before


def test_setting_a_password_ends_every_open_session_and_frees_a_locked_account(
    app: Flask, robin: str, link: str
) -> None:
    """Whoever knew the old password is out, and whoever forgot it is in."""
    inside = app.test_client()
    make.enter(inside, robin)
    outside = app.test_client()
    for _ in range(10):
        outside.post(
            "/sign-in",
            data={"csrf_token": make.csrf_token(outside, "/sign-in"), "email": robin, "password": "wrong"},
        )
    use(app.test_client(), link)
    assert inside.get("/organisations").status_code == 302
    make.enter_by_pages(outside, robin, NEW)


def test_the_table_keeps_only_the_hash_of_a_link(link: str) -> None:
    kept = session().scalars(sa.select(OneTimeLink.token_hash)).one()
    assert kept == token_hash(link.rpartition("/")[2])
    assert kept not in link
