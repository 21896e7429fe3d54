"""A form that was typed before the second factor was asked for outlives the set-up, and a step that came too late."""

from __future__ import annotations

import make
import pytest
from flask import Flask
from integration.sign_in.second_steps import (
    SET_UP,
    WRONG_CODE,
    FieldsOf,
    Later,
    account_of,
    finish,
    recovery_codes_on,
    without_authenticator,
)

from tracker.accounts import queries
from tracker.accounts.rules import Role
from tracker.db import transaction
from tracker.sign_in import authenticators

PAGE = "/organisations/XN1/8ua-2020/2.2/update"


@pytest.fixture
def sam(sam: str) -> str:
    """Sam has not set up an authenticator yet."""
    without_authenticator(sam)
    return sam


@pytest.fixture
def typed(app: Flask, world: make.World, sam: str, fields_of: FieldsOf) -> dict[str, list[str]]:
    """A form that was filled in by somebody who leads a trust too, before the regional role asked for more."""
    person_id = account_of(sam).person_id
    make.also(person_id, Role.LEAD, world.north_trust)
    writer = app.test_client()
    make.sign_in_by_pages(writer, Role.LEAD, world.north_trust)
    return fields_of(writer.get(PAGE).text) | {"status": ["not_started"], "narrative": ["Typed\nwith care"]}


def test_a_form_that_was_typed_goes_along_through_the_set_up_and_is_shown_again(
    app: Flask, sam: str, typed: dict[str, list[str]], fields_of: FieldsOf
) -> None:
    browser = app.test_client()
    asked = browser.post(PAGE, data=typed, follow_redirects=True)
    assert asked.status_code == 401
    page = browser.post(
        "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [sam], "password": [make.PASSWORD]}
    )
    assert "What you typed before you were signed out is kept." in page.text
    wrong = finish(browser, fields_of, page.text, first_code=[WRONG_CODE])
    shown = finish(browser, fields_of, wrong.text)
    assert len(recovery_codes_on(shown.text)) == 10
    again = browser.post(PAGE, data=fields_of(shown.text, PAGE))
    assert "Check what you typed and save again." in again.text
    assert [text.replace("\r\n", "\n") for text in fields_of(again.text)["narrative"]] == ["Typed\nwith care"]
    assert browser.post(PAGE, data=fields_of(again.text)).status_code == 302


@pytest.mark.parametrize("has_authenticator", [True, False])
def test_a_form_that_was_typed_outlives_a_second_step_that_came_too_late(
    app: Flask,
    sam: str,
    typed: dict[str, list[str]],
    fields_of: FieldsOf,
    later: Later,
    has_authenticator: bool,
) -> None:
    if has_authenticator:
        with transaction():
            account = queries.find_account_by_email(sam, lock=True)
            assert account is not None
            authenticators.set_up(account, make.AUTHENTICATOR)
    browser, step = app.test_client(), "/sign-in/code" if has_authenticator else SET_UP
    asked = browser.post(PAGE, data=typed, follow_redirects=True)
    page = browser.post(
        "/sign-in", data=fields_of(asked.text, "/sign-in") | {"email": [sam], "password": [make.PASSWORD]}
    )
    with later(minutes=11):
        late = browser.post(step, data=fields_of(page.text, step) | {"code": ["123456"], "first_code": ["123456"]})
        assert late.status_code == 401
        assert "not finished within 10 minutes" in late.text
        kept = fields_of(late.text, "/sign-in")
        assert kept["kept.narrative"] == ["Typed\nwith care"]
        assert kept["next"] == [PAGE]
