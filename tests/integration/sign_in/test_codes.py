"""The code of an authenticator: right once, for a minute and a half, and never instead of anything else."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    SAM,
    WRONG_CODE,
    Later,
    account_of,
    audit_entries,
    code_now,
    copy_of,
    give_code,
    give_password,
    is_in,
    main_of,
    open_sessions,
    set_account,
    token_of,
)

from tracker.accounts import queries
from tracker.accounts import service as accounts
from tracker.db import transaction
from tracker.sign_in import service


@pytest.fixture
def half_in(client: FlaskClient, sam: str) -> FlaskClient:
    """A browser in which the password has been given and the code is owed."""
    answer = give_password(client, sam)
    assert answer.location == "/sign-in/code?next=/"
    return client


def test_a_right_code_opens_a_session_with_a_token_of_its_own(half_in: FlaskClient, app: Flask) -> None:
    half = copy_of(app, half_in)
    before = token_of(half_in)
    answer = give_code(half_in, code_now())
    assert (answer.status_code, answer.location) == (302, "/")
    assert is_in(half_in)
    assert token_of(half_in) != before
    # Whoever copied the cookie between the two steps has nothing.
    assert not is_in(half)
    assert half.get("/sign-in/code").location.startswith("/sign-in?")
    (entry,) = audit_entries("signed in")
    assert entry.after == {"method": "password"}


def test_the_password_alone_opens_no_page_at_all(half_in: FlaskClient, app: Flask) -> None:
    copied = copy_of(app, half_in)
    for rule in app.url_map.iter_rules():
        access = getattr(app.view_functions[rule.endpoint], "access", None)
        if "GET" not in (rule.methods or ()) or rule.arguments or access == "public" or rule.endpoint == "static":
            continue
        for browser in (half_in, copied):
            answer = browser.get(rule.rule)
            assert (answer.status_code, answer.location[:9]) == (302, "/sign-in?"), rule.rule
    assert half_in.get("/organisations/XN1").status_code == 302
    assert half_in.post("/sign-out", data={}).status_code == 307


def test_a_code_may_be_typed_with_spaces(half_in: FlaskClient) -> None:
    code = code_now()
    assert give_code(half_in, f" {code[:3]} {code[3:]} ").status_code == 302


@pytest.mark.parametrize(("steps_away", "is_taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_half_a_minute_wrong_and_no_more(half_in: FlaskClient, steps_away: int, is_taken: bool) -> None:
    assert give_code(half_in, code_now(steps_away)).status_code == (302 if is_taken else 200)
    assert is_in(half_in) is is_taken


def test_a_code_that_was_taken_is_refused_from_then_on_and_so_are_those_before_it(
    app: Flask, half_in: FlaskClient, sam: str
) -> None:
    assert give_code(half_in, code_now()).status_code == 302
    onlooker = app.test_client()
    give_password(onlooker, sam)
    for steps_away in (0, -1):
        answer = give_code(onlooker, code_now(steps_away))
        assert "was used already" in answer.text
    assert not is_in(onlooker)
    # The next one is as good as ever.
    assert give_code(onlooker, code_now(1)).status_code == 302


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_two_browsers_that_bring_the_same_code_at_once_one_gets_in(
    app: Flask, sam: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    browsers = [app.test_client() for _ in range(2)]
    tokens = []
    for browser in browsers:
        give_password(browser, sam)
        tokens.append(make.csrf_token(browser, "/sign-in/code"))
    together, code = Barrier(2), code_now()
    find_account = queries.find_account

    def found_together(account_id: int, *, lock: bool = False) -> object:
        together.wait(timeout=20)  # Both stand before the account before either has locked it.
        return find_account(account_id, lock=lock)

    monkeypatch.setattr(queries, "find_account", found_together)

    def bring(number: int) -> int:
        data = {"csrf_token": tokens[number], "code": code}
        return browsers[number].post("/sign-in/code", data=data).status_code

    with ThreadPoolExecutor(2) as threads:
        answers = sorted(threads.map(bring, range(2)))
    monkeypatch.undo()
    assert answers == [200, 302]
    assert sorted(is_in(browser) for browser in browsers) == [False, True]
    assert len(audit_entries("signed in")) == 1


def test_ten_wrong_tries_lock_whether_passwords_or_codes_and_the_right_code_is_refused(
    app: Flask, half_in: FlaskClient, sam: str, later: Later
) -> None:
    for _ in range(4):
        assert give_code(half_in, WRONG_CODE).status_code == 200
    for _ in range(5):
        give_password(app.test_client(), sam, "wrong")
    # A right password between them begins no new count: the sign-in is not whole.
    other = app.test_client()
    assert give_password(other, sam).status_code == 302
    assert account_of(sam).failed_sign_ins == 9
    give_code(other, WRONG_CODE)
    refused = give_code(half_in, code_now())
    assert refused.status_code == 200
    assert "locked for 15 minutes" in refused.text
    assert give_password(app.test_client(), sam).status_code == 200
    with later(minutes=14, seconds=59):
        assert give_password(app.test_client(), sam).status_code == 200
    with later(minutes=15):
        again = app.test_client()
        assert give_password(again, sam).status_code == 302
        assert give_code(again, code_now()).status_code == 302
    assert account_of(sam).failed_sign_ins == 0


def test_a_wrong_code_says_no_more_than_that_and_the_audit_says_why(half_in: FlaskClient, sam: str) -> None:
    said = main_of(give_code(half_in, WRONG_CODE).text)
    set_account(sam, locked_until=make.LONG_AGO.replace(year=2030))
    assert main_of(give_code(half_in, WRONG_CODE).text) == said
    reasons = [(entry.after or {}).get("reason") for entry in audit_entries("sign-in refused")]
    assert reasons == ["wrong code", "locked"]
    assert not is_in(half_in)


def test_the_code_must_come_within_ten_minutes(half_in: FlaskClient, later: Later) -> None:
    token = make.csrf_token(half_in, "/sign-in/code")
    with later(minutes=10):
        answer = half_in.post("/sign-in/code", data={"csrf_token": token, "code": code_now(), "next": "/exports"})
        assert answer.location == "/sign-in?next=/exports"
        assert "not finished within 10 minutes" in half_in.get(answer.location).text
        assert not is_in(half_in)
    with later(minutes=9, seconds=59):
        assert give_code(half_in, code_now()).status_code == 302


@pytest.mark.parametrize("what", ["switched off", "role ended", "password set anew", "second factor reset"])
def test_what_changes_between_the_two_steps_ends_the_sign_in(half_in: FlaskClient, sam: str, what: str) -> None:
    token = make.csrf_token(half_in, "/sign-in/code")
    with transaction():
        account = queries.find_account_by_email(sam, lock=True)
        assert account is not None
        if what == "switched off":
            accounts.set_active(account, False)
        elif what == "role ended":
            (held,) = queries.roles_in_force(account.person_id)
            membership = queries.find_membership(account.person_id, held.role, held.organisation_id)
            assert membership is not None
            accounts.end_membership(membership)
        elif what == "password set anew":
            accounts.set_password(account, "four slow grey seals")
        else:
            service.authenticators.reset(account)
    half_in.post("/sign-in/code", data={"csrf_token": token, "code": code_now()})
    assert not is_in(half_in)
    assert open_sessions() == 0


def test_a_code_without_a_password_before_it_opens_nothing(client: FlaskClient, sam: str) -> None:
    token = make.csrf_token(client, "/sign-in")
    answer = client.post("/sign-in/code", data={"csrf_token": token, "code": code_now()})
    assert answer.location.startswith("/sign-in")
    assert not is_in(client)


def test_the_code_of_somebody_elses_authenticator_opens_nothing(half_in: FlaskClient) -> None:
    assert give_code(half_in, code_now(secret="A" * 32)).status_code == 200
    assert not is_in(half_in)


def test_the_code_field_may_be_filled_by_a_password_manager_and_by_pasting(half_in: FlaskClient) -> None:
    page = half_in.get("/sign-in/code").text
    assert 'autocomplete="one-time-code"' in page
    assert "onpaste" not in page


def test_a_code_is_shown_in_a_demonstration_and_nowhere_else(app: Flask, half_in: FlaskClient) -> None:
    assert "demonstration" not in half_in.get("/sign-in/code").text
    assert code_now() not in half_in.get("/sign-in/code").text
    app.extensions["is_demonstration"] = True
    assert code_now() in half_in.get("/sign-in/code").text
    # The next one where the present one was taken.
    give_code(half_in, code_now())
    again = app.test_client()
    give_password(again, SAM)
    assert code_now(1) in again.get("/sign-in/code").text
    assert give_code(again, code_now(1)).status_code == 302
