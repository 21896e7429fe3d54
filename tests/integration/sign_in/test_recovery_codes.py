"""Recovery codes stand in for an authenticator, each once; and what happens when nobody can read one any more."""

from __future__ import annotations

import base64
import re

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import (
    SAM,
    WRONG_CODE,
    account_of,
    audit_entries,
    code_now,
    give_code,
    give_password,
    is_in,
)

from tracker.accounts import vault
from tracker.accounts.models import RecoveryCode
from tracker.accounts.rules import Role
from tracker.accounts.tokens import token_hash
from tracker.db import session, transaction
from tracker.sign_in import recovery


@pytest.fixture
def codes(sam: str) -> list[str]:
    with transaction():
        return recovery.renew(account_of(sam).id)


def half_in(app: Flask, email: str = SAM) -> FlaskClient:
    browser = app.test_client()
    assert give_password(browser, email).status_code == 302
    return browser


def test_each_code_lets_in_once(app: Flask, codes: list[str]) -> None:
    browser = half_in(app)
    assert give_code(browser, codes[0]).status_code == 302
    assert "You used a recovery code. 9 unused codes left" in browser.get("/account").text
    again = half_in(app)
    assert give_code(again, codes[0]).status_code == 200
    assert not is_in(again)
    assert give_code(again, codes[1]).status_code == 302
    assert [(entry.after or {}).get("recovery_codes_left") for entry in audit_entries("signed in")] == [9, 8]


def test_a_code_has_160_bits_in_groups_that_can_be_read_out(codes: list[str]) -> None:
    for code in codes:
        assert re.fullmatch("[a-z2-7]{4}(-[a-z2-7]{4}){7}", code)
        assert len(base64.b32decode(code.replace("-", "").upper())) * 8 == 160
    assert len(set(codes)) == 10


def test_a_code_of_120_bits_from_before_is_still_taken(app: Flask, codes: list[str]) -> None:
    with transaction():
        account_id, before = account_of(SAM).id, "abcdef-ghijkl-mnopqr-stuvwx"
        hashed = token_hash(before.replace("-", ""))
        session().add(RecoveryCode(account_id=account_id, code_hash=hashed, created_at=NOON))
    assert give_code(half_in(app), before).status_code == 302


def test_a_code_may_be_typed_in_capitals_with_spaces_or_without_its_hyphens(app: Flask, codes: list[str]) -> None:
    for typed in (codes[0].upper(), codes[1].replace("-", " "), codes[2].replace("-", "")):
        assert give_code(half_in(app), typed).status_code == 302


def test_a_code_of_somebody_else_and_one_that_was_replaced_open_nothing(
    app: Flask, codes: list[str], world: make.World
) -> None:
    make.person(Role.REGION, world.south_region, email="alex@example.nhs.uk")
    assert give_code(half_in(app, "alex@example.nhs.uk"), codes[0]).status_code == 200
    with transaction():
        newer = recovery.renew(account_of(SAM).id)
    assert give_code(half_in(app), codes[0]).status_code == 200
    assert give_code(half_in(app), newer[0]).status_code == 302


def test_a_code_opens_nothing_while_the_account_is_locked_and_is_not_used_up(app: Flask, codes: list[str]) -> None:
    browser = half_in(app)
    for _ in range(10):
        give_code(browser, WRONG_CODE)
    assert give_code(browser, codes[0]).status_code == 200
    unused = sa.select(sa.func.count(RecoveryCode.id)).where(RecoveryCode.used_at.is_(None))
    assert session().scalar(unused) == 10


def test_the_table_keeps_hashes_only(codes: list[str]) -> None:
    kept = set(session().scalars(sa.select(RecoveryCode.code_hash)))
    assert kept == {token_hash(code.replace("-", "")) for code in codes}


@pytest.fixture
def lost_key(sam: str) -> None:
    """The service was given another SECRET_KEY, and the one before was not kept."""
    before = account_of(sam)
    sealed = vault.seal(make.AUTHENTICATOR)
    before.totp_secret = sealed[:-8] + "AAAAAAA="
    session().commit()


@pytest.mark.usefixtures("lost_key")
def test_an_authenticator_that_cannot_be_read_any_more_is_said_plainly_and_audited(app: Flask, sam: str) -> None:
    browser = half_in(app)
    answer = give_code(browser, code_now())
    assert answer.status_code == 200
    assert "can no longer read your authenticator" in answer.text
    assert "ask an administrator of this service to reset your second factor" in answer.text
    assert not is_in(browser)
    (entry,) = audit_entries("sign-in refused")
    assert entry.after == {"reason": "authenticator sealed by another key"}
    # It is not the person's mistake, and no code could be guessed.
    assert account_of(sam).failed_sign_ins == 0


@pytest.mark.usefixtures("lost_key")
def test_a_recovery_code_still_opens_what_the_lost_key_does_not(app: Flask, codes: list[str]) -> None:
    assert give_code(half_in(app), codes[0]).status_code == 302


@pytest.mark.usefixtures("lost_key")
def test_the_page_for_the_code_of_a_demonstration_stands_a_lost_key(app: Flask) -> None:
    app.extensions["is_demonstration"] = True
    assert half_in(app).get("/sign-in/code").status_code == 200


def test_an_authenticator_sealed_with_an_earlier_key_is_read_while_that_key_is_kept(app: Flask, sam: str) -> None:
    earlier = str(app.config["SECRET_KEY"])
    app.config.update(SECRET_KEY="a new key of forty characters, for this test", SECRET_KEY_FALLBACKS=[earlier])
    assert give_code(half_in(app), code_now()).status_code == 302
