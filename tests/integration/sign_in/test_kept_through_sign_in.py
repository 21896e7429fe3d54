"""What was typed goes along through a sign-in up to a size that no form reaches; beyond it the page says so."""

from __future__ import annotations

from contextvars import Context
from urllib.parse import quote_plus

import make
import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from integration.sign_in.second_steps import WRONG_CODE, FieldsOf, code_now, is_in, without_authenticator

from tracker.accounts.rules import Role
from tracker.sign_in import kept

# One database is enough: nothing here is asked of a table but who signs in.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PAGE = "/organisations/XN1/8ua-2020/2.2/update"
MB = 1024 * 1024
KEPT, TOO_LONG = "What you typed is kept", "what you typed was too long to keep"


def resumed(app: Flask, typed: dict[str, str]) -> tuple[int, str]:
    """The page that somebody gets who saves and is not signed in."""
    # Reading a page of megabytes strictly takes a quarter of a minute, so this client does not.
    answer = Context().run(FlaskClient(app, Response).post, f"/sign-in/resume?next={PAGE}", data=typed)
    return answer.status_code, answer.text


@pytest.mark.parametrize("sign", ["&", "\U0001f9ea"])
def test_a_post_of_15_mb_is_answered_by_a_small_page_that_says_it_is_not_kept(
    app: Flask, world: make.World, fields_of: FieldsOf, sign: str
) -> None:
    text = sign * (15 * MB // len(quote_plus(sign)))
    status, page = resumed(app, {"narrative": text, "status": "on_track"})
    assert status == 401
    assert len(page.encode()) < 20 * 1024
    assert TOO_LONG in page
    assert "It is not saved" in page
    assert "Go back in your browser first" in page
    assert KEPT not in page
    assert "on_track" not in page
    assert 'name="kept.' not in page
    assert fields_of(page, "/sign-in")["next"] == [PAGE]


@pytest.mark.parametrize(("more", "is_kept"), [(0, True), (1, False)])
def test_half_a_million_characters_are_kept_and_not_one_more(
    app: Flask, world: make.World, more: int, is_kept: bool
) -> None:
    assert kept.LONGEST == 512 * 1024
    names = len("narrative") + len("next_step")
    typed = {"narrative": "&" * (kept.LONGEST - names - 1000), "next_step": "b" * (1000 + more)}
    _, page = resumed(app, typed)
    assert (KEPT in page) is is_kept
    assert (TOO_LONG in page) is not is_kept
    # At most five characters for each of those that mean something in a page.
    assert (2 * MB < len(page.encode()) < 3 * MB) is is_kept


def test_line_ends_count_once_so_that_what_was_kept_is_kept_on_every_page_after(
    app: Flask, world: make.World, fields_of: FieldsOf
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    browser = app.test_client()
    text = "\r\n" * (kept.LONGEST - len("narrative"))
    page = browser.post(f"/sign-in/resume?next={PAGE}", data={"narrative": text}).text
    assert KEPT in page

    def as_a_browser_sends(page: str, action: str, **typed: str) -> dict[str, object]:
        sent = fields_of(page, action)
        (carried,) = sent.pop("kept.narrative")
        return {**sent, "kept.narrative": carried.replace("\r\n", "\n").replace("\n", "\r\n"), **typed}

    own = {"email": "sam@example.nhs.uk", "password": make.PASSWORD}
    page = browser.post("/sign-in", data=as_a_browser_sends(page, "/sign-in", **own)).text
    for code in (WRONG_CODE, code_now()):
        page = browser.post("/sign-in/code", data=as_a_browser_sends(page, "/sign-in/code", code=code)).text
    assert "Go on to what you typed" in page
    (carried,) = fields_of(page, PAGE)["narrative"]
    assert carried.replace("\r\n", "\n") == "\n" * (kept.LONGEST - len("narrative"))


def test_whoever_signs_in_after_it_goes_on_to_the_page_without_what_was_typed(
    app: Flask, robin: str, fields_of: FieldsOf
) -> None:
    browser = app.test_client()
    page = browser.post(f"/sign-in/resume?next={PAGE}", data={"narrative": "a" * MB}).text
    sent = fields_of(page, "/sign-in") | {"email": [robin], "password": [make.PASSWORD]}
    assert browser.post("/sign-in", data=sent).location == PAGE
    assert is_in(browser)


@pytest.mark.parametrize("where", ["/sign-in", "/sign-in/code", "/sign-in/set-up"])
def test_what_is_sent_to_the_pages_of_signing_in_themselves_has_the_same_end(
    app: Flask, world: make.World, where: str
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    if where == "/sign-in/set-up":
        without_authenticator("sam@example.nhs.uk")
    browser = app.test_client()
    if where != "/sign-in":
        begin(browser, "sam@example.nhs.uk")
    page = browser.post(where, data={"kept.narrative": "&" * (5 * MB)}).text
    assert len(page.encode()) < 60 * 1024  # One of them holds a picture.
    assert TOO_LONG in page
    assert "is kept" not in page


def begin(browser: FlaskClient, email: str) -> None:
    sent = {"csrf_token": make.csrf_token(browser, "/sign-in"), "email": email, "password": make.PASSWORD}
    assert browser.post("/sign-in", data=sent).status_code == 302
