"""Changing one's own password: only with the current one, and every other browser is out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    account_of,
    audit_entries,
    copy_of,
    give_password,
    is_in,
    set_account,
    token_of,
)
from werkzeug.test import TestResponse

from tracker.accounts.models import SignInSession
from tracker.accounts.rules import Role
from tracker.accounts.viewers import OpenSession
from tracker.db import session, transaction
from tracker.own_account import service

Later = Callable[..., AbstractContextManager[None]]
FieldsOf = Callable[..., dict[str, list[str]]]

PAGE = "/account/password"
NEW = "four slow grey seals"


@pytest.fixture
def inside(client: FlaskClient, robin: str) -> FlaskClient:
    make.enter_by_pages(client, robin)
    return client


def change(browser: FlaskClient, current: str = make.PASSWORD, new: str = NEW, page: str = PAGE) -> TestResponse:
    token = make.csrf_token(browser, page)
    return browser.post(page, data={"csrf_token": token, "current_password": current, "password": new})


def test_the_current_password_and_a_good_new_one_change_it(app: Flask, inside: FlaskClient, robin: str) -> None:
    copied, elsewhere = copy_of(app, inside), app.test_client()
    make.enter_by_pages(elsewhere, robin)
    before = token_of(inside)
    answer = change(inside)
    assert answer.location == "/account"
    assert "Your password is saved." in inside.get("/account").text
    assert token_of(inside) != before
    assert not is_in(copied)
    assert not is_in(elsewhere)
    assert give_password(app.test_client(), robin).status_code == 200
    make.enter_by_pages(app.test_client(), robin, NEW)
    (entry,) = audit_entries("password changed")
    assert entry.subject == f"person {account_of(robin).person_id}"


def test_own_name_address_and_organisation_make_no_password(inside: FlaskClient, robin: str) -> None:
    before = account_of(robin).password_hash
    for poor in ("robin.ashdown", "Robin@example.nhs.uk", "NorthernDales20"):
        answer = change(inside, new=poor)
        assert answer.status_code == 200
        assert "made of your own name, email address or organisation" in answer.text
    assert account_of(robin).password_hash == before


def test_a_change_does_not_make_the_session_last_longer(inside: FlaskClient, later: Later) -> None:
    for minutes in range(50, 11 * 60, 50):
        with later(minutes=minutes):
            assert is_in(inside)
    with later(hours=11, minutes=30):
        change(inside)
        assert is_in(inside)
    with later(hours=12):
        assert not is_in(inside)


def test_a_wrong_current_password_changes_nothing_and_counts(app: Flask, inside: FlaskClient, robin: str) -> None:
    before = account_of(robin).password_hash
    for tries in range(1, 10):
        answer = change(inside, current="wrong")
        assert answer.status_code == 200
        assert "The password is not right" in answer.text
        assert 'href="#current_password"' in answer.text
        assert account_of(robin).failed_sign_ins == tries
    change(inside, current="wrong")
    # The tenth locks: for the right one too, and for the sign-in page.
    assert change(inside).status_code == 200
    assert give_password(app.test_client(), robin).status_code == 200
    assert account_of(robin).password_hash == before
    assert len(audit_entries("confirmation refused")) == 11
    assert is_in(inside)


@pytest.mark.parametrize(
    ("new", "said"),
    [
        ("", "Enter a new password"),
        ("short", "at least 12"),
        ("nhs hospital 2024", "many people use"),
        ("x" * 129, "128 characters or fewer"),
    ],
)
def test_a_poor_new_password_is_said_beside_its_field(inside: FlaskClient, robin: str, new: str, said: str) -> None:
    before = account_of(robin).password_hash
    answer = change(inside, new=new)
    assert answer.status_code == 200
    assert said in answer.text
    assert account_of(robin).password_hash == before


def test_neither_password_comes_back_in_the_page(inside: FlaskClient) -> None:
    page = change(inside, current="my old secret words", new="short").text
    assert "my old secret words" not in page
    assert 'value="short"' not in page


def test_the_fields_say_which_password_is_which_and_let_people_paste(inside: FlaskClient) -> None:
    page = inside.get(PAGE).text
    assert page.count('autocomplete="current-password"') == 1
    assert page.count('autocomplete="new-password"') == 1
    assert page.count('data-module="nhsuk-password-input"') == 2  # Each can be shown.
    assert "onpaste" not in page
    assert "readonly" not in page


def test_a_change_without_the_pages_token_is_refused(inside: FlaskClient, robin: str) -> None:
    before = account_of(robin).password_hash
    inside.post(PAGE, data={"current_password": make.PASSWORD, "password": NEW})
    assert account_of(robin).password_hash == before


def test_the_second_factor_stays(client: FlaskClient, world: make.World) -> None:
    make.sign_in_by_pages(client, Role.REGION, world.north_region)
    email = f"region.{world.north_region}@example.nhs.uk"
    before = account_of(email).totp_secret
    assert change(client).status_code == 302
    assert is_in(client)
    assert account_of(email).totp_secret == before


def test_who_has_no_password_sets_one_within_a_quarter_of_an_hour_of_signing_in_and_is_asked_to_sign_in_again_later(
    inside: FlaskClient, robin: str, later: Later, fields_of: FieldsOf
) -> None:
    set_account(robin, password_hash=None)
    page = inside.get(PAGE).text
    assert "Set a password" in page
    assert "current_password" not in page
    sent = fields_of(page) | {"password": [NEW]}
    with later(minutes=15, seconds=1):
        for answer in (inside.get(PAGE), inside.post(PAGE, data=sent)):
            assert "Sign in again to change this" in answer.text
    assert account_of(robin).password_hash is None
    with later(minutes=15):
        assert inside.post(PAGE, data=sent).location == "/account"
    make.enter_by_pages(inside.application.test_client(), robin, NEW)


def test_the_service_itself_asks_who_it_is_whatever_its_page_asked(inside: FlaskClient, robin: str) -> None:
    set_account(robin, password_hash=None)
    row = session().scalars(sa.select(SignInSession)).one()
    here = OpenSession(row.id, row.person_id, row.last_seen_at, NOON - timedelta(minutes=16), None, row.method)
    with transaction():
        assert service.change_password(here, "", NEW) == service.NOT_THEY
    with transaction():
        recent = replace(here, started_at=NOON - timedelta(minutes=15))
        assert service.change_password(recent, "", NEW).is_done


def test_signing_in_again_leads_back_to_the_change(inside: FlaskClient, robin: str, later: Later) -> None:
    set_account(robin, password_hash=None)
    with later(minutes=16):
        page = inside.get(PAGE).text
        token = page.split('name="csrf_token" value="')[-1].split('"')[0]
        assert f'name="next" value="{PAGE}"' in page
        answer = inside.post("/sign-out", data={"csrf_token": token, "next": PAGE})
        assert answer.location == f"/sign-in?next={PAGE}"
        assert not is_in(inside)
