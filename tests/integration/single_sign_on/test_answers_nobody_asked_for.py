"""An answer that nobody asked for, that says a thing twice or that comes again signs nobody in."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import CALLBACK, START, Back
from oidc_provider import FaultyProvider

pytestmark = pytest.mark.usefixtures("connected")


@pytest.fixture
def database_url() -> str:
    """One database is enough here: what is wrong with an answer is found out before any table is asked."""
    return "sqlite:///:memory:"


@pytest.mark.parametrize(
    "query",
    [
        "",
        "?code=x",
        "?state=x",
        "?code=x&state=x",
        "?state=&code=",
        "?code=x&state=" + "x" * 5000,
        "?error=access_denied",
        "?error=%00%0d%0aSet-Cookie:x",
        "?error=login_required&error_description=<script>alert(1)</script>&error_uri=https://evil.example",
        "?code[]=x&state[]=y",
        "?code=%ff%fe&state=%f0",
    ],
)
def test_an_answer_that_nobody_asked_for_is_refused(client: FlaskClient, query: str, is_signed_in: Any) -> None:
    refused = client.get(CALLBACK + query)
    assert 400 <= refused.status_code < 500
    text = refused.get_data(as_text=True)
    assert "evil.example" not in text
    assert "alert(1)" not in text
    assert not is_signed_in(client)


@pytest.mark.parametrize("code", ["", "&code="])
def test_an_answer_with_its_state_and_no_code_is_refused_without_asking_the_provider(
    client: FlaskClient, faulty: FaultyProvider, is_signed_in: Any, code: str
) -> None:
    state = client.get(START).location.partition("state=")[2].partition("&")[0]
    assert client.get(f"{CALLBACK}?state={state}{code}").status_code == 400
    assert faulty.asked("/token") == []
    assert not is_signed_in(client)


@pytest.mark.parametrize("twice", ["code", "state", "error", "session_state"])
def test_a_parameter_that_comes_twice_is_refused(
    client: FlaskClient, faulty: FaultyProvider, is_signed_in: Any, twice: str
) -> None:
    import requests

    there = client.get(START).location
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    path = back.partition("5999")[2]
    given = dict(part.split("=") for part in path.partition("?")[2].split("&"))
    value = given.get(twice, "x")
    again = f"{path}&{twice}={value}" + ("" if twice in given else f"&{twice}={value}")
    assert client.get(again).status_code == 400
    assert not is_signed_in(client)


@pytest.mark.parametrize("ways", [{"claims": {"nonce": "another"}}, {"error": "access_denied"}])
def test_an_attempt_that_was_refused_cannot_be_taken_up_again(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, ways: dict[str, Any]
) -> None:
    """Any answer uses its attempt up: the same browser cannot try another against it."""
    faulty.behave(**ways)
    there = client.get(START)
    assert 400 <= come_back(client, there).status_code < 500
    faulty.behave()
    assert "not begun in this browser" in come_back(client, there).get_data(as_text=True)
