"""One's own authenticator and recovery codes: set up, replaced, removed, renewed, each only by whoever owns them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    WRONG_CODE,
    account_of,
    audit_entries,
    code_now,
    copy_of,
    give_code,
    give_password,
    is_in,
    key_on,
    recovery_codes_on,
    set_account,
    token_of,
)
from werkzeug.test import TestResponse

from tracker.accounts import vault
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.sign_in import authenticators, recovery

Later = Callable[..., AbstractContextManager[None]]
FieldsOf = Callable[..., dict[str, list[str]]]

SET_UP, REMOVE, CODES = "/account/second-factor", "/account/second-factor/remove", "/account/recovery-codes"


@pytest.fixture
def inside(client: FlaskClient, robin: str) -> FlaskClient:
    make.enter_by_pages(client, robin)
    return client


@pytest.fixture
def with_one(inside: FlaskClient, robin: str) -> FlaskClient:
    """A browser of somebody whose role needs no second factor and who has one."""
    with transaction():
        account = account_of(robin)
        authenticators.set_up(account, make.AUTHENTICATOR)
        recovery.renew(account.id)
    return inside


def set_up(browser: FlaskClient, fields_of: FieldsOf, **changes: list[str]) -> TestResponse:
    """Fill the page in, with a code of the app before where one is set up."""
    page = browser.get(SET_UP).text
    own = {"first_code": [code_now(secret=key_on(page))], "current_password": [make.PASSWORD], "code": [code_now()]}
    return browser.post(SET_UP, data=fields_of(page) | own | changes)


def confirm(browser: FlaskClient, page: str, password: str = make.PASSWORD, code: str = "") -> TestResponse:
    token = make.csrf_token(browser, page)
    typed = {"current_password": password, "code": code or code_now()}
    return browser.post(page, data={"csrf_token": token, **typed})


def test_anybody_may_set_one_up_and_is_asked_for_its_code_from_then_on(
    app: Flask, inside: FlaskClient, robin: str, fields_of: FieldsOf
) -> None:
    copied, before = copy_of(app, inside), token_of(inside)
    assert 'name="code"' not in inside.get(SET_UP).text
    shown = set_up(inside, fields_of, code=[])
    assert len(recovery_codes_on(shown.text)) == 10
    assert token_of(inside) != before
    assert not is_in(copied)
    page = inside.get("/account").text
    assert "10 of 10 left" in page
    assert "Remove your authenticator app" in page
    (entry,) = audit_entries("second factor set up")
    assert entry.person_id == account_of(robin).person_id
    secret = vault.unseal(account_of(robin).totp_secret or "")
    again = app.test_client()
    assert give_password(again, robin).location == "/sign-in/code?next=/"
    assert give_code(again, code_now(secret=secret)).status_code == 200  # It proved the app and is used up.
    assert give_code(again, code_now(1, secret=secret)).status_code == 302


def test_another_takes_the_place_of_the_first_whose_codes_stop_working(
    app: Flask, with_one: FlaskClient, robin: str, fields_of: FieldsOf
) -> None:
    with transaction():
        earlier = recovery.renew(account_of(robin).id)
    set_up(with_one, fields_of)
    assert len(audit_entries("second factor replaced")) == 1
    again = app.test_client()
    give_password(again, robin)
    assert give_code(again, code_now()).status_code == 200
    assert give_code(again, earlier[0]).status_code == 200


@pytest.mark.parametrize("what", ["wrong password", "wrong code", "no token", "key of another session", "own key"])
def test_nothing_is_set_up_without_the_password_the_code_and_the_key_of_the_page(
    app: Flask, inside: FlaskClient, robin: str, fields_of: FieldsOf, what: str
) -> None:
    changes: dict[str, list[str]] = {}
    if what == "wrong password":
        changes["current_password"] = ["wrong"]
    elif what == "wrong code":
        changes["first_code"] = [WRONG_CODE]
    elif what == "no token":
        changes["csrf_token"] = [""]
    elif what == "own key":
        changes |= {"prepared": [make.AUTHENTICATOR], "first_code": [code_now()]}
    else:
        other = app.test_client()
        make.enter_by_pages(other, robin)
        page = other.get(SET_UP).text
        changes |= {"prepared": fields_of(page)["prepared"], "first_code": [code_now(secret=key_on(page))]}
    answer = set_up(inside, fields_of, **changes)
    assert answer.status_code == 200
    assert "There is a problem" in answer.text
    assert account_of(robin).totp_secret is None
    assert recovery_codes_on(answer.text) == []
    assert account_of(robin).failed_sign_ins == (1 if what == "wrong password" else 0)


def test_opening_the_page_writes_nothing(inside: FlaskClient, tables: Callable[[], object]) -> None:
    before = tables()
    inside.get(SET_UP)
    assert tables() == before


def test_one_that_no_role_needs_can_be_removed(app: Flask, with_one: FlaskClient, robin: str) -> None:
    copied = copy_of(app, with_one)
    assert confirm(with_one, REMOVE, "wrong").status_code == 200
    assert account_of(robin).totp_secret is not None
    assert confirm(with_one, REMOVE).location == "/account"
    assert not is_in(copied)
    assert account_of(robin).totp_secret is None
    assert recovery.how_many_left(account_of(robin).id) == 0
    assert len(audit_entries("second factor removed")) == 1
    assert give_password(app.test_client(), robin).location == "/"
    # There is nothing left to remove or to get codes for.
    for page in (REMOVE, CODES):
        assert with_one.get(page).location == "/account"


@pytest.mark.parametrize("role", [Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR])
def test_one_that_a_role_needs_cannot_be_removed_but_replaced(
    client: FlaskClient, world: make.World, role: Role, fields_of: FieldsOf
) -> None:
    body = world.north_region if role is Role.REGION else None
    make.sign_in_by_pages(client, role, body)
    assert client.get(REMOVE).status_code == 403
    token = make.csrf_token(client, SET_UP)
    answer = client.post(REMOVE, data={"csrf_token": token, "current_password": make.PASSWORD})
    assert answer.status_code == 403
    assert account_of(f"{role.value}.{body or 'all'}@example.nhs.uk").totp_secret is not None
    # The code of now was used to sign in.
    assert recovery_codes_on(set_up(client, fields_of).text) == []
    assert len(recovery_codes_on(set_up(client, fields_of, code=[code_now(1)]).text)) == 10
    assert is_in(client)


def test_a_role_that_came_in_the_same_moment_keeps_the_second_factor(
    with_one: FlaskClient, world: make.World, robin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The page was let through, and then the role was given."""
    token = make.csrf_token(with_one, REMOVE)
    person_id = account_of(robin).person_id
    is_really = "tracker.sign_in.confirming.is_really"

    def and_now_a_role(*_given: object) -> bool:
        session().add(
            Membership(
                person_id=person_id, role=Role.REGION, organisation_id=world.north_region, granted_at=make.LONG_AGO
            )
        )
        session().flush()
        return True

    monkeypatch.setattr(is_really, and_now_a_role)
    typed = {"current_password": make.PASSWORD, "code": code_now()}
    answer = with_one.post(REMOVE, data={"csrf_token": token, **typed})
    assert answer.location == "/account"
    assert account_of(robin).totp_secret is not None


def test_new_recovery_codes_take_the_place_of_the_old_and_are_shown_once(
    app: Flask, with_one: FlaskClient, robin: str
) -> None:
    with transaction():
        earlier = recovery.renew(account_of(robin).id)
    assert confirm(with_one, CODES, "wrong").status_code == 200
    shown = confirm(with_one, CODES)
    codes = recovery_codes_on(shown.text)
    assert len(codes) == 10
    assert not set(codes) & set(earlier)
    assert recovery_codes_on(with_one.get(CODES).text) == []
    assert len(audit_entries("recovery codes renewed")) == 1
    again = app.test_client()
    give_password(again, robin)
    assert give_code(again, earlier[0]).status_code == 200
    assert give_code(again, codes[0]).status_code == 302
    assert "9 of 10 left" in with_one.get("/account").text


def test_who_has_no_password_must_have_signed_in_lately(
    with_one: FlaskClient, robin: str, later: Later, fields_of: FieldsOf
) -> None:
    set_account(robin, password_hash=None)
    with later(minutes=15, seconds=1):
        for page in (SET_UP, REMOVE, CODES):
            assert "Sign in again to change this" in with_one.get(page).text
    page = with_one.get(SET_UP).text
    assert "current_password" not in page
    first = {"first_code": [code_now(secret=key_on(page))]}
    assert recovery_codes_on(with_one.post(SET_UP, data=fields_of(page) | first).text) == []
    answer = with_one.post(SET_UP, data=fields_of(page) | first | {"code": [code_now()]})
    assert len(recovery_codes_on(answer.text)) == 10
