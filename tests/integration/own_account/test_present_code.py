"""Who has an authenticator shows it before it is replaced or removed, and before codes are made that go round it."""

from __future__ import annotations

import re
from collections.abc import Callable

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    WRONG_CODE,
    account_of,
    audit_entries,
    code_now,
    give_code,
    give_password,
    is_in,
    key_on,
    recovery_codes_on,
    set_account,
)
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import Role
from tracker.db import transaction
from tracker.sign_in import authenticators, recovery, totp
from tracker.sign_in.service import TRIES_BEFORE_LOCK

FieldsOf = Callable[..., dict[str, list[str]]]

REPLACE, REMOVE, CODES = "/account/second-factor", "/account/second-factor/remove", "/account/recovery-codes"
NOT_RIGHT = "The code is not right, was used already, or the account is locked for 15 minutes."
every_page = pytest.mark.parametrize("page", [REPLACE, REMOVE, CODES])


@pytest.fixture
def codes(robin: str) -> list[str]:
    """Robin, whose role needs no second factor, has one; these are its recovery codes."""
    with transaction():
        account = account_of(robin)
        authenticators.set_up(account, make.AUTHENTICATOR)
        return recovery.renew(account.id)


@pytest.fixture
def inside(client: FlaskClient, robin: str, codes: list[str]) -> FlaskClient:
    """A browser that signed in with a recovery code, so that the app's code of now is still to be had."""
    assert give_password(client, robin).location == "/sign-in/code?next=/"
    assert give_code(client, codes.pop()).status_code == 302
    assert is_in(client)
    return client


def send(browser: FlaskClient, fields_of: FieldsOf, page: str, **changes: str) -> TestResponse:
    """Fill a page in as its owner would, but for the changes."""
    shown = browser.get(page).text
    typed = {"current_password": make.PASSWORD, "code": code_now()}
    if page == REPLACE:
        typed["first_code"] = code_now(secret=key_on(shown))
    return browser.post(page, data={**fields_of(shown), **typed, **changes})


def is_done(email: str, page: str, answer: TestResponse) -> bool:
    if page == REMOVE:
        return answer.location == "/account" and account_of(email).totp_secret is None
    return len(recovery_codes_on(answer.text)) == recovery.HOW_MANY


def what_stands(email: str) -> tuple[str | None, int]:
    account = account_of(email)
    return account.totp_secret, recovery.how_many_left(account.id)


@every_page
def test_the_apps_code_does_and_so_does_a_recovery_code(
    inside: FlaskClient, robin: str, codes: list[str], fields_of: FieldsOf, page: str
) -> None:
    assert is_done(robin, page, send(inside, fields_of, page))
    with transaction():
        account = account_of(robin)
        authenticators.set_up(account, make.AUTHENTICATOR)
        (again, *_) = recovery.renew(account.id)
    assert is_done(robin, page, send(inside, fields_of, page, code=again.upper()))


@every_page
@pytest.mark.parametrize("which", ["none", "wrong", "used", "of another", "of another app", "replaced"])
def test_no_other_does_and_one_clear_sentence_stands_at_the_field(
    inside: FlaskClient,
    world: make.World,
    robin: str,
    codes: list[str],
    fields_of: FieldsOf,
    page: str,
    which: str,
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    with transaction():
        (sams, *_) = recovery.renew(account_of("sam@example.nhs.uk").id)
    with transaction():
        recovery.renew(account_of(robin).id)
    if which == "used":
        set_account(robin, totp_last_step=totp.step_of(clock.real_now()))
    typed = {
        "none": "",
        "wrong": WRONG_CODE,
        "used": code_now(),
        "of another": sams,
        "of another app": code_now(secret=totp.new_secret()),
        "replaced": codes[0],
    }[which]
    before = what_stands(robin)
    answer = send(inside, fields_of, page, code=typed)
    assert answer.status_code == 200
    said = "Enter the code" if which == "none" else NOT_RIGHT
    assert re.search(rf'href="#code">\s*{said}', answer.text)
    assert what_stands(robin) == before
    assert recovery_codes_on(answer.text) == []
    assert is_in(inside)
    is_counted = which != "none"
    assert account_of(robin).failed_sign_ins == is_counted
    entries = audit_entries("confirmation refused")
    assert [(each.person_id, each.after) for each in entries] == (
        [(account_of(robin).person_id, {"reason": "wrong code"})] if is_counted else []
    )


@every_page
def test_a_code_is_not_used_up_for_nothing(
    inside: FlaskClient, robin: str, codes: list[str], fields_of: FieldsOf, page: str
) -> None:
    before = what_stands(robin)
    assert "The password is not right" in send(inside, fields_of, page, code=codes[0], current_password="wrong").text
    if page == REPLACE:
        page_then = send(inside, fields_of, page, code=codes[0], first_code=WRONG_CODE).text
        assert "Check that it belongs to the key on this page" in page_then
    assert what_stands(robin) == before
    assert is_done(robin, page, send(inside, fields_of, page, code=codes[0]))


def test_wrong_codes_lock_as_they_do_at_the_sign_in_and_count_together_with_those(
    app: Flask, inside: FlaskClient, robin: str, codes: list[str], fields_of: FieldsOf
) -> None:
    for page in [REPLACE, REMOVE, CODES] * 3:
        send(inside, fields_of, page, code=WRONG_CODE)
    half_in = app.test_client()
    give_password(half_in, robin)
    assert account_of(robin).failed_sign_ins == TRIES_BEFORE_LOCK - 1
    give_code(half_in, WRONG_CODE)
    before = what_stands(robin)
    for page in (REPLACE, REMOVE, CODES):
        for right in (code_now(), codes[0]):
            assert not is_done(robin, page, send(inside, fields_of, page, code=right))
    assert what_stands(robin) == before
    assert give_code(half_in, code_now()).status_code == 200


def test_without_a_password_the_code_alone_meets_the_lock(
    inside: FlaskClient, robin: str, codes: list[str], fields_of: FieldsOf
) -> None:
    set_account(robin, password_hash=None)
    for _ in range(TRIES_BEFORE_LOCK):
        send(inside, fields_of, REMOVE, code=WRONG_CODE)
    assert not is_done(robin, REMOVE, send(inside, fields_of, REMOVE))
    assert audit_entries("confirmation refused")[-1].after == {"reason": "locked"}


@every_page
def test_an_authenticator_that_nobody_can_read_any_more_is_said_and_a_recovery_code_does(
    inside: FlaskClient, robin: str, codes: list[str], fields_of: FieldsOf, page: str
) -> None:
    set_account(robin, totp_secret=(account_of(robin).totp_secret or "")[:-8] + "AAAAAAA=")
    answer = send(inside, fields_of, page)
    assert "can no longer read your authenticator" in answer.text
    assert account_of(robin).failed_sign_ins == 0
    assert audit_entries("confirmation refused")[-1].after == {"reason": "authenticator sealed by another key"}
    assert is_done(robin, page, send(inside, fields_of, page, code=codes[0]))


@every_page
def test_what_was_typed_stays_but_for_the_password(
    inside: FlaskClient, codes: list[str], fields_of: FieldsOf, page: str
) -> None:
    answer = send(inside, fields_of, page, code=codes[0] + "x")
    assert fields_of(answer.text)["code"] == [codes[0] + "x"]
    assert make.PASSWORD not in answer.text
    if page == REPLACE:
        # The key is the one that the app was given, and the app's code still stands beside it.
        assert fields_of(answer.text)["first_code"] == [code_now(secret=key_on(answer.text))]


@every_page
def test_a_demonstration_shows_the_code_as_it_does_at_the_sign_in_and_nowhere_else_is_it_shown(
    app: Flask, inside: FlaskClient, robin: str, fields_of: FieldsOf, page: str
) -> None:
    shown = re.compile(r"In this demonstration your code is <strong>(\d{6})</strong>")
    assert shown.findall(inside.get(page).text) == []
    app.extensions["is_demonstration"] = True
    (code,) = shown.findall(inside.get(page).text)
    assert is_done(robin, page, send(inside, fields_of, page, code=code))


def test_typed_codes_do_not_travel_through_the_sign_in_page(app: Flask, codes: list[str]) -> None:
    typed = {"code": codes[0], "first_code": "123456", "submit": "yes"}
    page = app.test_client().post(REPLACE, data=typed, follow_redirects=True)
    assert page.status_code == 401
    assert codes[0] not in page.text
