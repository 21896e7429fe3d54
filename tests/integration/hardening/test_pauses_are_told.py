"""The audit is told of the first try that is paused in each window; the page of a pause is short, whatever was sent."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.hardening.trying import WRONG, told_of_pauses, try_once

from tracker.accounts.models import Account
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.web.throttle import Throttle

KNOWN, UNKNOWN = "robin@example.nhs.uk", "nobody@example.nhs.uk"
PASSWORDS, ADDRESSES = "passwords for one account", "refused sign-ins from one address"
Only = Callable[..., Throttle]


@pytest.fixture
def robin(world: make.World) -> str:
    make.person(Role.LEAD, world.north_trust, email=KNOWN)
    return KNOWN


def test_a_pause_of_failures_only_is_told_once_too_and_for_each_visitor(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only(ADDRESSES, most=1)
    client = another_app().test_client()
    assert [try_once(client, f"nobody{number}@example.nhs.uk").status_code for number in range(4)] == [200] + [429] * 3
    assert [entry.subject for entry in told_of_pauses()] == [ADDRESSES]
    data = {"csrf_token": make.csrf_token(client, "/sign-in"), "email": UNKNOWN, "password": WRONG}
    elsewhere = {"REMOTE_ADDR": "192.0.2.7"}
    assert [client.post("/sign-in", data=data, environ_base=elsewhere).status_code for _ in range(3)] == [200, 429, 429]
    assert len(told_of_pauses()) == 2


def test_a_pause_of_somebody_who_is_signed_in_names_their_number_and_role(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only("confirmations of one person", most=1)
    client = another_app().test_client()
    make.enter(client, robin)
    page = "/account/second-factor"
    data = {"csrf_token": make.csrf_token(client, page), "current_password": "wrong", "first_code": "000000"}
    assert [client.post(page, data=data).status_code for _ in range(3)] == [200, 429, 429]
    (entry,) = told_of_pauses()
    assert entry.person_id == session().scalar(sa.select(Account.person_id).where(Account.sign_in_email == robin))
    assert entry.role == "lead"


def test_a_paused_try_of_fifteen_megabytes_is_not_sent_back(
    another_app: Callable[..., Flask], robin: str, only: Only
) -> None:
    only(PASSWORDS, most=1)
    client = another_app().test_client()
    try_once(client, robin)
    answer = try_once(client, robin, **{"kept.narrative": "x" * 15_000_000})
    assert answer.status_code == 429
    assert len(answer.data) < 20_000
    assert "too long to be kept on this page" in answer.text
