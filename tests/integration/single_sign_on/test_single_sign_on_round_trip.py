"""There and back with a real provider: connecting, signing in, being refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import make
import pytest
import requests
from conftest import NOON
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import OWN, START, Back, without_role
from oidc_provider import CLIENT_ID, ROBIN
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import queries
from tracker.db import session


@pytest.fixture(autouse=True)
def provider(honest: str, point: Callable[..., None]) -> str:
    point(honest)
    return honest


def test_an_owner_connects_an_account_once_and_signs_in_with_it_from_then_on(
    client: FlaskClient, robin: int, provider: str, come_back: Back, audited: Any, identities: Any
) -> None:
    make.enter_by_pages(client, "robin@example.nhs.uk")
    assert "Connect NHSmail" in client.get(OWN).get_data(as_text=True)
    back = come_back(client, client.get(f"{OWN}/begin"), ROBIN["sub"])
    assert back.location == f"{OWN}/confirm"
    assert "robin@example.nhs.uk" in client.get(back.location).get_data(as_text=True)
    assert identities() == []  # Nothing is connected before its owner has said so.
    typed = {"csrf_token": make.csrf_token(client, back.location), "current_password": make.PASSWORD}
    assert client.post(back.location, data=typed).location == OWN
    assert "You can now sign in with NHSmail." in client.get(OWN).get_data(as_text=True)
    assert identities() == [(robin, provider, "robin-1")]

    other = client.application.test_client()
    back = come_back(other, other.get(f"{START}?next=/organisations/XN1"), ROBIN["sub"])
    assert back.location == "/organisations/XN1"
    assert "Dales Hospitals" in other.get(back.location).get_data(as_text=True)
    assert audited("identity connected", "signed in") == [
        ("signed in", robin, {"method": "password"}),
        ("identity connected", robin, {"issuer": provider}),
        ("signed in", robin, {"method": "oidc"}),
    ]


def test_the_way_there_carries_state_nonce_and_a_hashed_secret(client: FlaskClient, provider: str) -> None:
    there = urlsplit(client.get(START, headers={"Host": "evil.example"}).location)
    asked = {name: values[0] for name, values in parse_qs(there.query).items()}
    assert f"{there.scheme}://{there.netloc}{there.path}" == f"{provider}/oauth2/authorize"
    assert asked["client_id"] == CLIENT_ID
    assert asked["response_type"] == "code"
    assert set(asked["scope"].split()) == {"openid", "email", "profile"}
    assert asked["code_challenge_method"] == "S256"
    assert len(asked["code_challenge"]) == 43
    assert min(len(asked["state"]), len(asked["nonce"])) >= 20
    # From the settings, whatever the request says of its host.
    assert asked["redirect_uri"] == "http://127.0.0.1:5999/sign-in/single-sign-on/callback"


def test_an_address_that_an_account_has_opens_nothing_by_itself(
    client: FlaskClient, robin: int, come_back: Back, audited: Any, identities: Any, is_signed_in: Any
) -> None:
    """Robin's account signs in with this very address, which the provider even calls verified."""
    back = come_back(client, client.get(START), ROBIN["sub"])
    assert back.status_code == 403
    text = back.get_data(as_text=True)
    assert "Your sign-in is not connected to an account here" in text
    assert "we never connect one by its email address alone" in text
    assert identities() == []
    assert not is_signed_in(client)
    assert audited("sign-in refused") == [
        ("sign-in refused", None, {"method": "oidc", "reason": "identity not connected"})
    ]


def test_the_sign_in_page_leads_there_and_on_to_where_one_was_going(client: FlaskClient, provider: str) -> None:
    text = client.get("/sign-in?next=/organisations/XN1").get_data(as_text=True)
    assert "Sign in with NHSmail" in text
    assert f'href="{START}?next=/organisations/XN1"' in text


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/sign-in", "x" * 9],
)
def test_the_way_on_is_never_another_site(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, address: str
) -> None:
    connect(robin, provider)
    back = come_back(client, client.get(START, query_string={"next": address}), ROBIN["sub"])
    assert back.location == "/"


def test_a_very_long_way_on_does_not_overflow_the_cookie(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider)
    back = come_back(client, client.get(START, query_string={"next": "/" + "x" * 5000}), ROBIN["sub"])
    assert back.location == "/"


def test_many_attempts_do_not_fill_the_cookie_and_the_last_one_counts(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider)
    first = client.get(START)
    for _ in range(20):
        last = client.get(f"{START}?next=/organisations/XN1")
    assert "not begun in this browser" in come_back(client, first, ROBIN["sub"]).get_data(as_text=True)
    last = client.get(f"{START}?next=/organisations/XN1")
    assert come_back(client, last, ROBIN["sub"]).location == "/organisations/XN1"


def test_who_is_signed_in_already_is_not_sent_there(client: FlaskClient, robin: int) -> None:
    make.enter_by_pages(client, "robin@example.nhs.uk")
    assert client.get(f"{START}?next=/organisations/XN1").location == "/organisations/XN1"


def test_who_says_no_at_the_provider_is_told_so(client: FlaskClient, audited: Any) -> None:
    there = client.get(START)
    answer = requests.post(there.location, data={"action": "deny"}, allow_redirects=False, timeout=5)
    back = urlsplit(answer.headers["Location"])
    response = client.get(f"{back.path}?{back.query}")
    assert response.status_code == 403
    assert "You did not sign in with NHSmail" in response.get_data(as_text=True)
    assert audited("sign-in refused")[-1][2] == {"method": "oidc", "reason": "cancelled at the provider"}


def test_an_answer_counts_once(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, is_signed_in: Any
) -> None:
    connect(robin, provider)
    there = client.get(START)
    kept = client.get_cookie("session")
    answers: list[str] = []
    come_back_and_note = _noting(client, answers)
    assert come_back_and_note(there).location == "/"
    assert is_signed_in(client)
    again = client.get(answers[0])
    assert again.status_code == 400
    assert "not begun in this browser" in again.get_data(as_text=True)

    # The same answer with the cookie as it was before: the provider has given its code away.
    thief = client.application.test_client()
    assert kept is not None
    thief.set_cookie("session", kept.value)
    stolen = thief.get(answers[0])
    assert stolen.status_code == 400
    assert "We could not check your sign-in" in stolen.get_data(as_text=True)
    assert not is_signed_in(thief)


def _noting(client: FlaskClient, answers: list[str]) -> Callable[[TestResponse], TestResponse]:
    def go(there: TestResponse) -> TestResponse:
        answer = requests.post(there.location, data={"sub": ROBIN["sub"]}, allow_redirects=False, timeout=5)
        back = urlsplit(answer.headers["Location"])
        answers.append(f"{back.path}?{back.query}")
        return client.get(answers[-1])

    return go


def test_an_answer_to_another_browser_signs_nobody_in(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, is_signed_in: Any
) -> None:
    """Somebody who is sent another's answer must not end up in the other's account."""
    connect(robin, provider)
    there = client.get(START)
    other = client.application.test_client()
    assert come_back(other, there, ROBIN["sub"]).status_code == 400
    other.get(START)  # It has begun one of its own, with a state of its own.
    assert come_back(other, there, ROBIN["sub"]).status_code == 400
    assert not is_signed_in(other)


def test_an_attempt_stands_for_ten_minutes(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider)
    there = client.get(START)
    with clock.frozen(NOON + timedelta(minutes=10, seconds=1)):
        assert come_back(client, there, ROBIN["sub"]).status_code == 400
    there = client.get(START)
    with clock.frozen(NOON + timedelta(minutes=9, seconds=59)):
        assert come_back(client, there, ROBIN["sub"]).location == "/"


def test_nothing_that_was_in_the_browser_before_survives_the_sign_in(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back
) -> None:
    connect(robin, provider)
    with client.session_transaction() as cookie:
        cookie["planted"] = "by somebody else"
        cookie["sign_in"] = "a token that somebody else knows"
    come_back(client, client.get(START), ROBIN["sub"])
    with client.session_transaction() as cookie:
        assert set(cookie) == {"sign_in"}
        assert cookie["sign_in"] != "a token that somebody else knows"


def test_an_account_that_is_switched_off_stays_shut(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, audited: Any, is_signed_in: Any
) -> None:
    connect(robin, provider)
    account = queries.find_account_of_person(robin)
    assert account is not None
    account.is_active = False
    session().commit()
    back = come_back(client, client.get(START), ROBIN["sub"])
    assert back.status_code == 403
    assert "Your account is switched off" in back.get_data(as_text=True)
    assert not is_signed_in(client)
    assert audited("sign-in refused")[-1][2] == {"method": "oidc", "reason": "account switched off"}


def test_who_holds_no_role_any_more_is_told_whom_to_ask(
    client: FlaskClient, robin: int, provider: str, connect: Any, come_back: Back, is_signed_in: Any
) -> None:
    connect(robin, provider)
    without_role(robin)
    back = come_back(client, client.get(START), ROBIN["sub"])
    assert back.status_code == 403
    assert "You have no role here at present" in back.get_data(as_text=True)
    assert not is_signed_in(client)
