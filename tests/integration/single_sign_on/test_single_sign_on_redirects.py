"""The service asks the provider at the addresses that it named, and follows no answer to another."""

from __future__ import annotations

from typing import Any

import pytest
import requests
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import DESCRIPTION, START, Back
from oidc_provider import MOVED, FaultyProvider

REFUSED = {"method": "oidc", "reason": "provider not reached"}

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def database_url() -> str:
    """One database is enough here: no table is asked before the provider has answered."""
    return "sqlite:///:memory:"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("where", ["/token", "/jwks", "/userinfo"])
def test_an_answer_that_leads_on_signs_nobody_in(
    client: FlaskClient,
    faulty: FaultyProvider,
    come_back: Back,
    audited: Any,
    is_signed_in: Any,
    where: str,
    status: int,
) -> None:
    # The page about the person is asked only where the token has no address.
    faulty.behave(moved={where: status}, claims={"email": None} if where == "/userinfo" else {})
    refused = come_back(client, client.get(START))
    assert refused.status_code == 503
    assert len(faulty.asked(where)) == 1
    assert faulty.asked(MOVED + where) == []
    assert not is_signed_in(client)
    assert audited("sign-in refused", "signed in") == [("sign-in refused", None, REFUSED)]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_description_that_leads_on_is_none(
    client: FlaskClient, faulty: FaultyProvider, audited: Any, status: int
) -> None:
    faulty.behave(moved={DESCRIPTION: status})
    assert client.get(START).status_code == 503
    assert len(faulty.asked(DESCRIPTION)) == 1
    assert faulty.asked(MOVED + DESCRIPTION) == []
    assert audited("sign-in refused") == [("sign-in refused", None, REFUSED)]


def test_whoever_followed_would_have_found_what_was_asked_for(faulty: FaultyProvider) -> None:
    """Without this the tests above could be right for another reason."""
    faulty.behave(moved={"/jwks": 302, DESCRIPTION: 307})
    for path in ("/jwks", DESCRIPTION):
        plain = requests.get(f"{faulty.address}{MOVED}{path}", timeout=5).json()
        assert requests.get(f"{faulty.address}{path}", timeout=5).json() == plain
