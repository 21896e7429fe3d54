"""A password that is kept by weaker parameters is kept by the present ones once its owner has given it."""

from __future__ import annotations

import make
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from counted import statements
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import FieldsOf, account_of, give_password, is_in, set_account

from tracker.accounts import links, passwords
from tracker.accounts.models import OneTimeLink
from tracker.accounts.rules import Role
from tracker.db import session, transaction


class Unwilling(PasswordHasher):
    """The real thing, which is not to make a hash."""

    def hash(self, *_given: object, **_more: object) -> str:  # type: ignore[override]
        raise AssertionError("A current hash was made anew.")


WEAKER = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def present(monkeypatch: pytest.MonkeyPatch) -> PasswordHasher:
    """The parameters of now, a little dearer than those by which the password of ``robin`` is kept."""
    hasher = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", hasher)
    return hasher


@pytest.fixture
def weakly_kept(robin: str) -> str:
    set_account(robin, password_hash=WEAKER.hash(make.PASSWORD))
    return robin


def kept_hash(email: str) -> str:
    return account_of(email).password_hash or ""


def test_signing_in_keeps_the_same_password_by_the_present_parameters(
    app: Flask, weakly_kept: str, present: PasswordHasher
) -> None:
    before = kept_hash(weakly_kept)
    assert present.check_needs_rehash(before)
    make.enter_by_pages(app.test_client(), weakly_kept)
    after = kept_hash(weakly_kept)
    assert not present.check_needs_rehash(after)
    assert present.verify(after, make.PASSWORD)
    # It is current by now: nothing more is done.
    make.enter_by_pages(app.test_client(), weakly_kept)
    assert kept_hash(weakly_kept) == after


def test_no_session_ends_and_no_link_is_void(app: Flask, weakly_kept: str) -> None:
    elsewhere = app.test_client()
    make.enter_by_pages(elsewhere, weakly_kept)
    set_account(weakly_kept, password_hash=WEAKER.hash(make.PASSWORD))
    with transaction():
        links.make_password_link(account_of(weakly_kept).id)
    make.enter_by_pages(app.test_client(), weakly_kept)
    assert is_in(elsewhere)
    session().rollback()
    assert session().scalars(sa.select(OneTimeLink.used_at)).all() == [None]


def test_the_password_of_somebody_who_still_owes_the_code_is_renewed_too(
    app: Flask, world: make.World, present: PasswordHasher
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    set_account("sam@example.nhs.uk", password_hash=WEAKER.hash(make.PASSWORD))
    assert give_password(app.test_client(), "sam@example.nhs.uk").location.startswith("/sign-in/code")
    assert not present.check_needs_rehash(kept_hash("sam@example.nhs.uk"))


def test_confirming_by_password_renews_it_and_a_wrong_one_does_not(
    app: Flask, client: FlaskClient, robin: str, present: PasswordHasher, fields_of: FieldsOf
) -> None:
    page = "/account/second-factor"
    make.enter_by_pages(client, robin)
    set_account(robin, password_hash=WEAKER.hash(make.PASSWORD))
    sent = fields_of(client.get(page).text) | {"first_code": ["123"]}
    client.post(page, data=sent | {"current_password": ["three wrong newts"]})
    assert present.check_needs_rehash(kept_hash(robin))
    client.post(page, data=sent | {"current_password": [make.PASSWORD]})
    assert not present.check_needs_rehash(kept_hash(robin))
    assert is_in(client)


@pytest.mark.parametrize("why", ["wrong password", "locked", "switched off"])
def test_a_refusal_renews_nothing_and_sends_the_statements_that_an_unknown_address_gets(
    app: Flask, weakly_kept: str, present: PasswordHasher, why: str
) -> None:
    if why == "locked":
        set_account(weakly_kept, locked_until=make.LONG_AGO.replace(year=2030))
    elif why == "switched off":
        set_account(weakly_kept, is_active=False)
    password = "three wrong newts" if why == "wrong password" else make.PASSWORD
    browser = app.test_client()
    give_password(browser, "nobody@example.nhs.uk")  # The chain of the audit exists from here on.
    token, told = make.csrf_token(browser, "/sign-in"), []
    for email in (weakly_kept, "nobody@example.nhs.uk"):
        with statements() as sent:
            browser.post("/sign-in", data={"csrf_token": token, "email": email, "password": password})
        told.append(list(sent))
    assert told[0] == told[1]
    assert present.check_needs_rehash(kept_hash(weakly_kept))


def test_a_current_hash_costs_no_statement_and_no_second_hash(
    app: Flask, robin: str, present: PasswordHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    set_account(robin, password_hash=present.hash(make.PASSWORD))
    monkeypatch.setattr(passwords, "_HASHER", Unwilling(time_cost=2, memory_cost=16, parallelism=1))
    browser = app.test_client()
    token = make.csrf_token(browser, "/sign-in")
    with statements() as sent:
        answer = browser.post("/sign-in", data={"csrf_token": token, "email": robin, "password": make.PASSWORD})
    assert answer.status_code == 302
    assert [each for each in sent if "password_hash=" in each] == []
