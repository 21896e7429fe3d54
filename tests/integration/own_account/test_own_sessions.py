"""The list of browsers in which one is signed in, and signing them out."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import account_of, audit_entries, copy_of, is_in, main_of, set_account
from werkzeug.test import TestResponse

from tracker.accounts.models import SignInSession
from tracker.accounts.rules import Role
from tracker.db import session

Later = Callable[..., AbstractContextManager[None]]

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Mobile/15E148 Safari/604.1"
OTHERS = "/account/sessions/end-others"


@pytest.fixture
def here(app: Flask, robin: str) -> FlaskClient:
    return entered(app, robin, FIREFOX)


def entered(app: Flask, email: str, agent: str) -> FlaskClient:
    browser = app.test_client()
    browser.environ_base["HTTP_USER_AGENT"] = agent
    make.enter_by_pages(browser, email)
    return browser


def ids() -> list[int]:
    session().rollback()
    return list(session().scalars(sa.select(SignInSession.id).order_by(SignInSession.id)))


def end(browser: FlaskClient, session_id: int) -> TestResponse:
    token = make.csrf_token(browser, "/account")
    own = {"csrf_token": token, "current_password": make.PASSWORD}
    return browser.post(f"/account/sessions/{session_id}/end", data=own)


def test_each_browser_is_listed_in_words_with_its_times_and_how_one_signed_in(
    app: Flask, here: FlaskClient, robin: str, later: Later
) -> None:
    with later(minutes=40):
        entered(app, robin, SAFARI)
        said = main_of(here.get("/account").text)
    assert "Firefox on Windows (this browser)" in said
    assert "Safari on iPhone" in said
    assert "12:40 on 2 November 2020" in said
    assert said.count(">Password</td>") == 2
    assert said.count("/end") == 2  # One for the other browser, one for all others.


def test_a_session_that_ended_ran_out_or_waits_for_its_code_is_not_listed(
    app: Flask, here: FlaskClient, robin: str, world: make.World, later: Later
) -> None:
    with later(minutes=-61):
        entered(app, robin, SAFARI)
    gone = entered(app, robin, SAFARI)
    gone.post("/sign-out", data={"csrf_token": make.csrf_token(gone, "/account")})
    said = main_of(here.get("/account").text)
    assert "Safari" not in said
    assert "Sign out everywhere but here" not in said


def test_one_browser_is_signed_out_on_its_very_next_request(app: Flask, here: FlaskClient, robin: str) -> None:
    there = entered(app, robin, SAFARI)
    mine, theirs = ids()
    page = here.get(f"/account/sessions/{theirs}/end").text
    assert "Safari on iPhone" in page
    assert end(here, theirs).location == "/account"
    assert not is_in(there)
    assert is_in(here)
    (entry,) = audit_entries("session ended")
    assert entry.after == {"session": theirs}
    # Once more there is nothing to end.
    assert end(here, theirs).status_code == 404
    assert end(here, mine).status_code == 404
    assert is_in(here)


def test_another_persons_session_does_not_exist_for_whoever_asks(
    app: Flask, here: FlaskClient, world: make.World
) -> None:
    make.person(Role.LEAD, world.north_trust, email="alex@example.nhs.uk")
    other = entered(app, "alex@example.nhs.uk", SAFARI)
    theirs = ids()[-1]
    assert here.get(f"/account/sessions/{theirs}/end").status_code == 404
    assert end(here, theirs).status_code == 404
    assert end(here, 10**9).status_code == 404
    assert is_in(other)
    make.sign_in_by_pages(administrator := app.test_client(), Role.ADMINISTRATOR)
    assert end(administrator, theirs).status_code == 404


def test_all_other_browsers_are_signed_out_together_and_nobody_elses(
    app: Flask, here: FlaskClient, robin: str, world: make.World
) -> None:
    make.person(Role.LEAD, world.north_trust, email="alex@example.nhs.uk")
    stranger = entered(app, "alex@example.nhs.uk", SAFARI)
    others = [entered(app, robin, SAFARI) for _ in range(2)]
    copied = copy_of(app, others[0])
    own = {"csrf_token": make.csrf_token(here, OTHERS), "current_password": make.PASSWORD}
    answer = here.post(OTHERS, data=own)
    assert answer.location == "/account"
    assert [is_in(browser) for browser in (here, stranger, *others, copied)] == [True, True, False, False, False]
    assert len(audit_entries("other sessions ended")) == 1


@pytest.mark.parametrize("typed", ["", "not the password"])
def test_whoever_sits_at_an_open_session_without_the_password_signs_nobody_out(
    app: Flask, here: FlaskClient, robin: str, typed: str
) -> None:
    there = entered(app, robin, SAFARI)
    for page in (OTHERS, f"/account/sessions/{ids()[-1]}/end"):
        answer = here.post(page, data={"csrf_token": make.csrf_token(here, page), "current_password": typed})
        assert answer.status_code == 200
        assert ("The password is not right" if typed else "Enter your current password") in answer.text
    assert is_in(there)
    assert len(audit_entries("confirmation refused")) == (2 if typed else 0)
    assert account_of(robin).failed_sign_ins == (2 if typed else 0)


def test_without_a_password_one_must_have_signed_in_lately(
    app: Flask, here: FlaskClient, robin: str, later: Later
) -> None:
    there = entered(app, robin, SAFARI)
    set_account(robin, password_hash=None)
    theirs = ids()[-1]
    pages = (f"/account/sessions/{theirs}/end", OTHERS)
    with later(minutes=16):
        for page in pages:
            answer = here.post(page, data={"csrf_token": make.csrf_token(here, "/account")})
            assert "Sign in again to change this" in answer.text
            assert f'value="{page}"' in answer.text
        assert is_in(there)
    with later(minutes=15):
        assert "current_password" not in here.get(OTHERS).text
        assert end(here, theirs).location == "/account"
        assert not is_in(there)


@pytest.mark.parametrize("token", [{}, {"csrf_token": "forged"}])
def test_a_request_without_the_pages_token_signs_nobody_out(
    app: Flask, here: FlaskClient, robin: str, token: dict[str, str]
) -> None:
    there = entered(app, robin, SAFARI)
    for page in (OTHERS, f"/account/sessions/{ids()[-1]}/end"):
        assert here.post(page, data=token).status_code == 200
    assert is_in(there)


def test_a_browser_that_says_nothing_or_too_much_of_itself_is_a_browser(app: Flask, robin: str) -> None:
    browser = entered(app, robin, "x" * 5000 + "<script>alert(1)</script>")
    assert "A browser (this browser)" in browser.get("/account").text
