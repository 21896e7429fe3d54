"""Who tries too often is paused for a while: told so alike whoever it is about, and without losing what was typed."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.hardening.trying import told_of_pauses, try_once
from werkzeug.test import TestResponse

from tracker import throttles
from tracker.accounts.models import Account, SignInSession
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.web.models import ThrottleCounter
from tracker.web.throttle import Throttle

KNOWN, UNKNOWN = "robin@example.nhs.uk", "nobody@example.nhs.uk"
PASSWORDS, ADDRESSES = "passwords for one account", "refused sign-ins from one address"
Later = Callable[..., AbstractContextManager[None]]
Only = Callable[..., Throttle]


@pytest.fixture
def robin(world: make.World) -> str:
    make.person(Role.LEAD, world.north_trust, email=KNOWN)
    return KNOWN


def test_an_account_takes_so_many_tries_and_the_next_is_paused_even_with_the_right_password(
    another_app: Callable[..., Flask], robin: str, only: Only, later: Later
) -> None:
    only(PASSWORDS, most=3)
    client = another_app().test_client()
    assert [try_once(client, robin).status_code for _ in range(3)] == [200, 200, 200]
    paused = try_once(client, robin, make.PASSWORD)
    assert paused.status_code == 429
    assert int(paused.headers["Retry-After"]) == 15 * 60
    assert "about 15 minutes" in paused.text
    assert session().scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0
    with later(minutes=14, seconds=59):
        almost = try_once(client, robin, make.PASSWORD)
        assert almost.status_code == 429
        assert almost.headers["Retry-After"] == "1"
    with later(minutes=15, seconds=1):
        assert try_once(client, robin, make.PASSWORD).status_code == 302


def test_a_known_and_an_unknown_address_are_paused_alike(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only(PASSWORDS, most=2)
    answers = []
    for address in (robin, UNKNOWN):
        client = another_app().test_client()
        answers.append([try_once(client, address) for _ in range(4)])
    for known, unknown in zip(*answers, strict=True):
        assert known.status_code == unknown.status_code
        assert known.headers.get("Retry-After") == unknown.headers.get("Retry-After")
        assert comparable(known) == comparable(unknown)
    assert [each.status_code for each in answers[0]] == [200, 200, 429, 429]


def comparable(answer: TestResponse) -> str:
    """A page without what differs from one answer to the next, and without the address that was typed."""
    text = re.sub(r'(name="csrf_token"[^>]*value|nonce)="[^"]*"', r"\1", answer.text)
    return text.replace(KNOWN, "…").replace(UNKNOWN, "…")


def test_sign_ins_of_its_owner_do_not_tell_that_an_address_has_an_account(
    another_app: Callable[..., Flask], robin: str, only: Only, later: Later
) -> None:
    """Before, between and after the tries of a guesser: they are paused at the same try, and for as long."""
    only(PASSWORDS, most=3)
    app, paused = another_app(), []
    for address in (robin, UNKNOWN):
        for minute in (0, 5, 6, 7):
            with later(minutes=minute):
                if address == robin:
                    assert try_once(app.test_client(), robin, make.PASSWORD).status_code == 302
                if minute:
                    assert try_once(app.test_client(), address).status_code == 200
        with later(minutes=8):
            paused.append(try_once(app.test_client(), address))
    assert [each.status_code for each in paused] == [429, 429]
    assert [each.headers["Retry-After"] for each in paused] == [str(12 * 60)] * 2


def test_a_sign_in_that_goes_on_to_the_second_factor_or_carries_a_form_is_given_back_too(
    another_app: Callable[..., Flask], robin: str, world: make.World, only: Only
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    only(PASSWORDS, most=2)
    app = another_app()
    for _ in range(4):
        assert try_once(app.test_client(), "sam@example.nhs.uk", make.PASSWORD).status_code == 302
        assert "Go on" in try_once(app.test_client(), robin, make.PASSWORD, **{"kept.narrative": "text"}).text
    assert [try_once(app.test_client(), robin).status_code for _ in range(3)] == [200, 200, 429]


def test_an_address_counts_however_it_is_spelled(another_app: Callable[..., Flask], robin: str, only: Only) -> None:
    only(PASSWORDS, most=2)
    client = another_app().test_client()
    spelled = ("ROBIN@example.nhs.uk", " robin@example.nhs.uk ", "Robin@Example.NHS.uk")
    assert [try_once(client, each).status_code for each in spelled] == [200, 200, 429]


def test_one_account_that_is_paused_pauses_no_other(
    another_app: Callable[..., Flask], robin: str, only: Only, world: make.World
) -> None:
    make.person(Role.BOARD, world.north_trust, email="wren@example.nhs.uk")
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    assert [try_once(client, robin).status_code for _ in range(2)] == [200, 429]
    assert try_once(client, "wren@example.nhs.uk", make.PASSWORD).status_code == 302


def test_an_empty_address_is_answered_by_the_form_however_often(
    another_app: Callable[..., Flask], world: make.World, only: Only
) -> None:
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    assert {try_once(client, "").status_code for _ in range(4)} == {200}


def test_a_paused_try_checks_no_password_and_the_audit_is_told_once_in_a_window(
    another_app: Callable[..., Flask], robin: str, only: Only, later: Later
) -> None:
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    try_once(client, robin)
    entries = session().scalar(sa.select(sa.func.count()).select_from(AuditEntry))
    failures = session().scalar(sa.select(Account.failed_sign_ins).where(Account.sign_in_email == robin))
    session().rollback()
    assert [try_once(client, robin).status_code for _ in range(3)] == [429] * 3
    (entry,) = told_of_pauses()
    assert (entry.subject, entry.person_id, entry.role) == (PASSWORDS, None, "")
    assert entry.after == {"most": 1, "minutes": 15}
    assert entry.request_id
    assert session().scalar(sa.select(sa.func.count()).select_from(AuditEntry)) == entries + 1
    assert session().scalar(sa.select(Account.failed_sign_ins).where(Account.sign_in_email == robin)) == failures
    session().rollback()
    with later(minutes=15, seconds=1):
        assert [try_once(client, robin).status_code for _ in range(3)] == [200, 429, 429]
    assert len(told_of_pauses()) == 2


def test_what_was_typed_is_kept_and_sent_again_by_one_press_but_never_the_password(
    another_app: Callable[..., Flask], robin: str, only: Only, later: Later
) -> None:
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    typed = {"next": "/organisations", "kept.narrative": 'Weekly "split"\n<b>by ward</b>', "kept.password": "hush hush"}
    try_once(client, robin)
    page = try_once(client, robin, "a quiet word", **typed).text
    assert "a quiet word" not in page
    assert "hush" not in page
    assert "What you typed is kept" in page
    with later(minutes=16):
        found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page)
        fields = {name: unescape(value) for name, value in found}
        again = client.post("/sign-in", data=fields)
        assert again.status_code == 200
        assert "Enter your password" in again.text
        assert f'value="{robin}"' in again.text
        assert "&lt;b&gt;by ward&lt;/b&gt;" in again.text


def test_of_one_visitor_only_refusals_count_because_a_hospital_shares_an_address(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only(ADDRESSES, most=3)
    app = another_app()
    for _ in range(5):
        assert try_once(app.test_client(), robin, make.PASSWORD).status_code == 302
    # A success that carries a form along is a page, and no refusal either.
    for _ in range(3):
        assert "Go on" in try_once(app.test_client(), robin, make.PASSWORD, **{"kept.narrative": "text"}).text
    wrong = [try_once(app.test_client(), f"nobody{number}@example.nhs.uk").status_code for number in range(4)]
    assert wrong == [200, 200, 200, 429]
    assert try_once(app.test_client(), robin, make.PASSWORD).status_code == 429


def test_wrong_codes_count_for_the_account_and_for_the_visitor(
    another_app: Callable[..., Flask], world: make.World, only: Only
) -> None:
    make.person(Role.REGION, world.north_region, email="sam@example.nhs.uk")
    only("codes for one account", most=2)
    app = another_app()
    answers = []
    for _ in range(3):
        # Each time from the start: another session of the same account.
        client = app.test_client()
        begun = try_once(client, "sam@example.nhs.uk", make.PASSWORD)
        assert begun.location.startswith("/sign-in/code")
        data = {"csrf_token": make.csrf_token(client, "/sign-in/code"), "code": "000000"}
        answers.append(client.post("/sign-in/code", data=data))
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    assert "000000" not in answers[-1].text


def test_reading_pages_and_files_is_never_paused(another_app: Callable[..., Flask], robin: str, only: Only) -> None:
    only(ADDRESSES, most=1)
    client = another_app().test_client()
    make.enter(client, robin)
    try_once(another_app().test_client(), UNKNOWN)
    for address in ("/organisations", "/static/app.js", "/privacy", "/organisations.csv", "/sign-in"):
        for _ in range(3):
            assert client.get(address, buffered=True).status_code in (200, 302)
    before = session().scalar(sa.select(sa.func.count()).select_from(ThrottleCounter))
    session().rollback()
    client.get("/organisations")
    assert session().scalar(sa.select(sa.func.count()).select_from(ThrottleCounter)) == before


def test_dead_links_pause_a_visitor_who_guesses(
    another_app: Callable[..., Flask], world: make.World, only: Only
) -> None:
    only("dead links from one address", most=2)
    client = another_app().test_client()
    assert [client.get(f"/set-password/guess{number}").status_code for number in range(3)] == [404, 404, 429]


def test_a_try_from_a_page_of_another_site_counts_too(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    """A form without its token is not checked, but whoever sends such forms is no visitor in good faith."""
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    data = {"email": robin, "password": "wrong"}
    assert [client.post("/sign-in", data=data).status_code for _ in range(2)] == [200, 429]


def test_every_throttle_of_the_table_is_for_addresses_that_there_are(app: Flask) -> None:
    named = {endpoint for throttle in throttles.THROTTLES for endpoint in throttle.endpoints}
    assert named <= set(app.view_functions)
    for throttle in throttles.THROTTLES:
        methods = {
            method
            for rule in app.url_map.iter_rules()
            if rule.endpoint in throttle.endpoints
            for method in rule.methods or ()
        }
        assert throttle.methods <= methods, throttle.name
        # A page is asked for by either, and does the same work for both.
        assert ("GET" in throttle.methods) == ("HEAD" in throttle.methods), throttle.name


def test_without_its_counters_the_sign_in_is_out_of_service_and_lets_nobody_in(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only(PASSWORDS, most=5)
    client = another_app().test_client()
    token = make.csrf_token(client, "/sign-in")
    session().rollback()
    session().execute(sa.text("ALTER TABLE throttle_counter RENAME TO lost"))
    session().commit()
    try:
        answer = client.post("/sign-in", data={"csrf_token": token, "email": robin, "password": make.PASSWORD})
    finally:
        session().execute(sa.text("ALTER TABLE lost RENAME TO throttle_counter"))
        session().commit()
    assert answer.status_code == 503
    assert answer.headers["Content-Security-Policy"]
    assert session().scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0
