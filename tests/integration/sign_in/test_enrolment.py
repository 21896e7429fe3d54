"""Setting up the second factor that a role needs, between the password and the open session."""

from __future__ import annotations

import logging
from collections.abc import Callable

import make
import pytest
import segno
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    SET_UP,
    WRONG_CODE,
    FieldsOf,
    Later,
    account_of,
    audit_entries,
    code_now,
    copy_of,
    finish,
    give_code,
    give_password,
    is_in,
    key_on,
    main_of,
    recovery_codes_on,
    token_of,
    without_authenticator,
)

from tracker.accounts import queries, vault
from tracker.accounts.rules import Role, SessionStep, SignInMethod
from tracker.accounts.viewers import UnfinishedSignIn
from tracker.db import transaction
from tracker.sign_in import authenticators, service, totp


@pytest.fixture
def sam(sam: str) -> str:
    """Sam has not set up an authenticator yet."""
    without_authenticator(sam)
    return sam


@pytest.fixture
def half_in(client: FlaskClient, sam: str) -> FlaskClient:
    """A browser in which the password has been given and the set-up is owed."""
    assert give_password(client, sam).location == f"{SET_UP}?next=/"
    return client


@pytest.mark.parametrize("role", Role)
def test_whose_role_needs_a_second_factor_sets_it_up_before_anything_and_nobody_else_is_asked(
    client: FlaskClient, world: make.World, role: Role
) -> None:
    body = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region}.get(role, world.north_trust)
    make.person(role, None if role in (Role.NATIONAL, Role.ADMINISTRATOR) else body, email="alex@example.nhs.uk")
    without_authenticator("alex@example.nhs.uk")
    is_needed = role in {Role.REGION, Role.NATIONAL, Role.ADMINISTRATOR}
    assert give_password(client, "alex@example.nhs.uk").location == (f"{SET_UP}?next=/" if is_needed else "/")
    assert is_in(client) is not is_needed


def test_the_page_shows_a_key_as_text_and_the_same_in_a_picture_that_the_policy_allows(
    half_in: FlaskClient, sam: str
) -> None:
    page = half_in.get(SET_UP).text
    key = key_on(page)
    assert len(key) == 32
    assert f">{totp.in_groups(key)}</span>" in page
    assert "<title>QR code of the key below</title>" in page
    assert "data:" not in main_of(page)
    drawn = page.split('fill="#000" d="')[1].split('"')[0]
    expected = segno.make(totp.address_for_app(key, sam), error="m", micro=False)
    side = len(expected.matrix) + 8
    assert f'viewBox="0 0 {side} {side}"' in page
    assert dark_squares(drawn) == {
        (across + 4, down + 4) for down, row in enumerate(expected.matrix) for across, dark in enumerate(row) if dark
    }


def dark_squares(path: str) -> set[tuple[int, int]]:
    """The squares that the path of a picture fills, each by its column and row."""
    squares = set()
    for run in path.strip("z").split("z"):
        start, _, rest = run.removeprefix("M").partition("h")
        across, down = map(int, start.split())
        squares |= {(across + step, down) for step in range(int(rest.split("v")[0]))}
    return squares


def test_the_right_code_sets_it_up_shows_ten_recovery_codes_and_opens_a_session_with_a_fresh_token(
    app: Flask, half_in: FlaskClient, sam: str, fields_of: FieldsOf
) -> None:
    half, before = copy_of(app, half_in), token_of(half_in)
    page = half_in.get(SET_UP).text
    shown = finish(half_in, fields_of, page)
    assert shown.status_code == 200
    codes = recovery_codes_on(shown.text)
    assert len(set(codes)) == 10
    assert all(len(code.replace("-", "")) == 32 for code in codes)
    assert 'href="/" role="button"' in shown.text
    assert is_in(half_in)
    assert token_of(half_in) != before
    assert not is_in(half)
    kept = account_of(sam)
    assert vault.unseal(kept.totp_secret or "") == key_on(page)
    assert key_on(page) not in (kept.totp_secret or "")
    (entry,) = audit_entries("second factor set up")
    assert entry.subject == f"person {entry.person_id}" == f"person {kept.person_id}"
    # They are shown once: there is no way back to the page.
    assert half_in.get(SET_UP).status_code == 302
    # The next sign-in asks for a code; the one that proved the app is used up.
    again = app.test_client()
    assert give_password(again, sam).location == "/sign-in/code?next=/"
    assert give_code(again, code_now(secret=key_on(page))).status_code == 200
    assert give_code(again, code_now(1, secret=key_on(page))).status_code == 302
    one_lost = app.test_client()
    give_password(one_lost, sam)
    assert give_code(one_lost, codes[3]).status_code == 302


def test_it_leads_on_to_the_page_that_was_asked_for_and_never_to_another_site(
    client: FlaskClient, sam: str, fields_of: FieldsOf
) -> None:
    for asked, reached in (("/review/overdue?page=2", "/review/overdue?page=2"), ("//elsewhere.example/", "/")):
        without_authenticator(sam)
        fresh = client.application.test_client()
        page = fresh.get(give_password(fresh, sam, next=asked).location).text
        shown = finish(fresh, fields_of, page, next=[asked])
        assert f'href="{reached}" role="button"' in shown.text


def test_a_wrong_code_keeps_the_key_that_is_in_the_app_by_now(half_in: FlaskClient, fields_of: FieldsOf) -> None:
    page = half_in.get(SET_UP).text
    for wrong in (WRONG_CODE, code_now(-2, secret=key_on(page)), ""):
        answer = finish(half_in, fields_of, page, first_code=[wrong])
        assert answer.status_code == 200
        assert "There is a problem" in answer.text
        assert key_on(answer.text) == key_on(page)
    assert not is_in(half_in)
    assert "Keep your recovery codes" in finish(half_in, fields_of, answer.text).text


def test_the_key_cannot_be_chosen_changed_or_brought_from_another_session(
    app: Flask, half_in: FlaskClient, sam: str, fields_of: FieldsOf
) -> None:
    page = half_in.get(SET_UP).text
    other = app.test_client()
    give_password(other, sam)
    others_page = other.get(SET_UP).text
    sealed = fields_of(page, SET_UP)["prepared"][0]
    mine, theirs = make.AUTHENTICATOR, key_on(others_page)
    for carried, key in (
        (mine, mine),
        (f"1 {mine}", mine),
        (sealed[:-4] + "AAAA", key_on(page)),
        (fields_of(others_page, SET_UP)["prepared"][0], theirs),
        ("", mine),
    ):
        answer = finish(half_in, fields_of, page, prepared=[carried], first_code=[code_now(secret=key)])
        assert answer.status_code == 200
        assert "Put the new key below into your app" in answer.text
        assert key_on(answer.text) not in (mine, theirs, key_on(page))
    assert account_of(sam).totp_secret is None
    assert not is_in(half_in)


def test_whoever_reads_the_form_cannot_read_the_key_from_what_it_carries(
    half_in: FlaskClient, fields_of: FieldsOf
) -> None:
    page = half_in.get(SET_UP).text
    assert key_on(page) not in fields_of(page, SET_UP)["prepared"][0]
    assert half_in.get_cookie("session") is not None
    with half_in.session_transaction() as held:
        assert set(held) <= {"sign_in", "csrf_token"}


def test_half_a_sign_in_cannot_replace_what_was_set_up_in_another_browser_meanwhile(
    app: Flask, half_in: FlaskClient, sam: str, fields_of: FieldsOf
) -> None:
    """Somebody who knows the password only must not get a second factor of their own after its owner has one."""
    late = app.test_client()
    give_password(late, sam)
    late_page, page = late.get(SET_UP).text, half_in.get(SET_UP).text
    finish(half_in, fields_of, page)
    assert finish(late, fields_of, late_page).location.startswith("/sign-in")
    assert not is_in(late)
    assert vault.unseal(account_of(sam).totp_secret or "") == key_on(page)
    # Not even where the session of the late one were still alive.
    with transaction():
        unfinished = queries.find_account_by_email(sam)
        assert unfinished is not None
        stale = authenticators.prepare(1)
        waiting = UnfinishedSignIn(1, unfinished.id, unfinished.person_id, SessionStep.ENROLMENT, SignInMethod.PASSWORD)
        assert service.enrol(waiting, stale.secret, code_now(secret=stale.secret)) is None


def test_the_set_up_must_be_finished_within_ten_minutes(
    half_in: FlaskClient, sam: str, fields_of: FieldsOf, later: Later
) -> None:
    page = half_in.get(SET_UP).text
    with later(minutes=10):
        answer = finish(half_in, fields_of, page)
        assert answer.location.startswith("/sign-in?")
        assert "not finished within 10 minutes" in half_in.get(answer.location).text
    assert account_of(sam).totp_secret is None


def test_a_form_without_its_token_sets_nothing_up_and_keeps_its_key(
    half_in: FlaskClient, sam: str, fields_of: FieldsOf
) -> None:
    page = half_in.get(SET_UP).text
    answer = finish(half_in, fields_of, page, csrf_token=["forged"])
    assert answer.status_code == 200
    assert key_on(answer.text) == key_on(page)
    assert account_of(sam).totp_secret is None


def test_opening_the_page_writes_nothing(half_in: FlaskClient, tables: Callable[[], object]) -> None:
    before = tables()
    half_in.get(SET_UP)
    half_in.get(SET_UP)
    assert tables() == before


def test_without_a_sign_in_or_within_an_open_one_there_is_nothing_to_set_up_there(
    client: FlaskClient, world: make.World
) -> None:
    assert client.get(SET_UP).location.startswith("/sign-in")
    make.sign_in_by_pages(client, Role.LEAD, world.north_trust)
    assert client.get(SET_UP).location == "/"


def test_no_key_and_no_code_stands_in_the_log_or_in_the_audit(
    half_in: FlaskClient, fields_of: FieldsOf, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    page = half_in.get(SET_UP).text
    codes = recovery_codes_on(finish(half_in, fields_of, page).text)
    said = caplog.text + "".join(f"{each.subject}{each.before}{each.after}" for each in all_entries())
    for secret in (key_on(page), code_now(secret=key_on(page)), *codes):
        assert secret not in said


def all_entries() -> list[object]:
    return [entry for verb in ("second factor set up", "signed in") for entry in audit_entries(verb)]


def test_a_code_is_shown_in_a_demonstration_and_nowhere_else(app: Flask, half_in: FlaskClient) -> None:
    page = half_in.get(SET_UP).text
    assert code_now(secret=key_on(page)) not in page
    app.extensions["is_demonstration"] = True
    page = half_in.get(SET_UP).text
    assert code_now(secret=key_on(page)) in page
