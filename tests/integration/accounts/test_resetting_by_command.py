"""A lost second factor is reset by command or by an administrator, and nothing else is."""

from __future__ import annotations

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from integration.sign_in.second_steps import (
    account_of,
    audit_entries,
    give_password,
    is_in,
    open_sessions,
)

from tracker.accounts.rules import Role
from tracker.db import transaction
from tracker.sign_in import authenticators, recovery

RESET = ["accounts", "reset-second-factor"]


def test_a_lost_second_factor_is_reset_its_sessions_end_and_the_next_sign_in_sets_up_another(
    app: Flask, client: FlaskClient, runner: FlaskCliRunner, world: make.World
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    email = f"region.{world.north_region}@example.nhs.uk"
    with transaction():
        codes = recovery.renew(account_of(email).id)
    before = account_of(email).password_hash
    result = runner.invoke(args=[*RESET, f" {email.upper()} "])
    assert result.exit_code == 0, result.output
    assert result.output.startswith("The second factor is reset and every session has ended.")
    assert open_sessions() == 0
    assert not is_in(client)
    kept = account_of(email)
    assert (kept.totp_secret, kept.totp_confirmed_at, kept.totp_last_step) == (None, None, None)
    assert kept.password_hash == before
    assert recovery.how_many_left(kept.id) == 0
    (entry,) = audit_entries("second factor reset")
    assert (entry.subject, entry.person_id) == (f"person {kept.person_id}", None)
    again = app.test_client()
    assert give_password(again, email).location == "/sign-in/set-up?next=/"
    assert give_code_anyhow(again, codes[0]) == 302
    assert not is_in(again)


def give_code_anyhow(browser: FlaskClient, code: str) -> int:
    """Send a code to the page for codes, where this sign-in has no business."""
    token = make.csrf_token(browser, "/sign-in/set-up")
    return browser.post("/sign-in/code", data={"csrf_token": token, "code": code}).status_code


def test_where_there_is_no_second_factor_nothing_is_reset_and_nobody_is_signed_out(
    client: FlaskClient, runner: FlaskCliRunner, world: make.World
) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    result = runner.invoke(args=[*RESET, f"lead.{world.north_trust}@example.nhs.uk"])
    assert (result.exit_code, result.output) == (0, "This account has no second factor. Nothing was changed.\n")
    assert is_in(client)
    assert audit_entries("second factor reset") == []


@pytest.mark.parametrize("email", ["nobody@example.nhs.uk", "", "robin", "rob\x07in@example.nhs.uk"])
def test_a_reset_for_nobody_says_so_in_one_sentence(runner: FlaskCliRunner, world: make.World, email: str) -> None:
    result = runner.invoke(args=[*RESET, email])
    assert result.exit_code == 1
    assert result.output.count("\n") == 1
    assert "\x07" not in result.output


def test_an_administrators_page_resets_it_under_the_administrators_name(
    app: Flask, client: FlaskClient, world: make.World
) -> None:
    by = make.person(Role.ADMINISTRATOR)
    make.sign_in(client, Role.NATIONAL)
    with transaction():
        account = account_of("national.all@example.nhs.uk")
        assert authenticators.reset(account, by=by, by_role=Role.ADMINISTRATOR.value)
        assert not authenticators.reset(account, by=by, by_role=Role.ADMINISTRATOR.value)
    (entry,) = audit_entries("second factor reset")
    assert (entry.person_id, entry.role) == (by, "administrator")
    assert not is_in(client)
    browser = app.test_client()
    assert give_password(browser, "national.all@example.nhs.uk").location == "/sign-in/set-up?next=/"
