"""Whatever a provider does wrong, nobody is signed in, the page says so, and the audit keeps the reason."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from integration.single_sign_on.conftest import DESCRIPTION, START, Back
from oidc_provider import CLIENT_ID, FaultyProvider

from tracker.sign_in import oidc

AN_HOUR_AGO = int(time.time()) - 3600

BAD_TOKEN, UNREACHABLE = "identity token not valid", "provider not reached"
MISDESCRIBED, CODE_REFUSED = "provider describes itself wrongly", "code refused by the provider"
INCOMPLETE, DOMAIN = "claims missing or not usable", "email domain not allowed"

pytestmark = pytest.mark.usefixtures("connected")

AFTER_THE_WAY_BACK = [
    pytest.param({"claims": {"nonce": "another"}}, 400, BAD_TOKEN, id="nonce of another attempt"),
    pytest.param({"claims": {"nonce": None}}, 400, BAD_TOKEN, id="no nonce"),
    pytest.param({"claims": {"aud": "somebody"}}, 400, BAD_TOKEN, id="for another client"),
    pytest.param({"claims": {"aud": "somebody", "azp": CLIENT_ID}}, 400, BAD_TOKEN, id="for another, asked for by us"),
    pytest.param({"claims": {"aud": [CLIENT_ID, "x"], "azp": "x"}}, 400, BAD_TOKEN, id="for two, asked for by another"),
    pytest.param({"claims": {"aud": None}}, 400, BAD_TOKEN, id="for nobody"),
    pytest.param({"claims": {"iss": "https://id.evil.example"}}, 400, BAD_TOKEN, id="from another issuer"),
    pytest.param({"claims": {"iss": None}}, 400, BAD_TOKEN, id="from nobody"),
    pytest.param({"claims": {"exp": AN_HOUR_AGO}}, 400, BAD_TOKEN, id="out of date"),
    pytest.param({"claims": {"exp": None}}, 400, BAD_TOKEN, id="good for ever"),
    pytest.param({"claims": {"exp": "never"}}, 400, BAD_TOKEN, id="out of date in words"),
    pytest.param({"claims": {"iat": AN_HOUR_AGO + 7200}}, 400, BAD_TOKEN, id="issued in an hour"),
    pytest.param({"claims": {"sub": None}}, 400, BAD_TOKEN, id="about nobody"),
    pytest.param({"claims": {"sub": ["robin-1"]}}, 400, BAD_TOKEN, id="about a list"),
    pytest.param({"claims": {"at_hash": "wrong"}}, 400, BAD_TOKEN, id="with another access token"),
    pytest.param({"claims": {"amr": "mfa"}}, 400, BAD_TOKEN, id="methods that are no list"),
    pytest.param({"signing": "none"}, 400, BAD_TOKEN, id="not signed"),
    pytest.param(
        {"signing": "none", "description": {"id_token_signing_alg_values_supported": ["none", "RS256"]}},
        400,
        BAD_TOKEN,
        id="not signed, and said to be right",
    ),
    pytest.param({"signing": "foreign"}, 400, BAD_TOKEN, id="signed with another key"),
    pytest.param({"signing": "changed afterwards"}, 400, BAD_TOKEN, id="changed after it was signed"),
    pytest.param({"signing": "HS256 secret"}, 400, BAD_TOKEN, id="signed with the shared secret"),
    pytest.param(
        {"signing": "HS256 secret", "description": {"id_token_signing_alg_values_supported": ["HS256", "RS256"]}},
        400,
        BAD_TOKEN,
        id="signed with the shared secret, and said to be right",
    ),
    pytest.param(
        {"signing": "HS256 key", "description": {"id_token_signing_alg_values_supported": ["HS256", "RS256"]}},
        400,
        BAD_TOKEN,
        id="signed with the public key as a secret",
    ),
    pytest.param({"bodies": {"/jwks": "{}"}}, 400, BAD_TOKEN, id="keys that are none"),
    pytest.param({"bodies": {"/jwks": '{"keys": [1]}'}}, 400, BAD_TOKEN, id="keys that are numbers"),
    pytest.param({"bodies": {"/jwks": "<html>"}}, 503, UNREACHABLE, id="keys that are a page"),
    pytest.param({"bodies": {"/token": "<html>"}}, 400, BAD_TOKEN, id="a token that is a page"),
    pytest.param({"bodies": {"/token": "[]"}}, 400, BAD_TOKEN, id="a token that is a list"),
    pytest.param({"bodies": {"/token": "{}"}}, 400, BAD_TOKEN, id="a token without anything"),
    pytest.param(
        {"bodies": {"/token": '{"access_token": "x", "id_token": 7}'}}, 400, BAD_TOKEN, id="a number as a token"
    ),
    pytest.param(
        {"bodies": {"/token": '{"access_token": "x", "id_token": "a.b.c"}'}}, 400, BAD_TOKEN, id="letters as token"
    ),
    pytest.param(
        {"bodies": {"/token": '{"access_token": "x", "token_type": "Bearer"}'}}, 400, BAD_TOKEN, id="no identity token"
    ),
    pytest.param({"statuses": {"/token": 500}}, 503, UNREACHABLE, id="an error instead of a token"),
    pytest.param({"statuses": {"/jwks": 503}}, 503, UNREACHABLE, id="an error instead of keys"),
    pytest.param({"drops_at": "/token"}, 503, UNREACHABLE, id="hangs up instead of a token"),
    pytest.param({"hangs_at": "/token"}, 503, UNREACHABLE, id="hangs at the token"),
    pytest.param({"hangs_at": "/jwks"}, 503, UNREACHABLE, id="hangs at the keys"),
    pytest.param({"code_lives": -1}, 400, CODE_REFUSED, id="a code out of date"),
    pytest.param({"error": "access_denied"}, 403, "cancelled at the provider", id="said no"),
    pytest.param({"error": "server_error"}, 403, "turned away by the provider", id="an error of the provider"),
    pytest.param({"claims": {"email": "robin@evil.example"}}, 403, DOMAIN, id="another domain"),
    pytest.param({"claims": {"email": "robin@evilnhs.net"}}, 403, DOMAIN, id="a look-alike in front"),
    pytest.param({"claims": {"email": "robin@nhs.uk.evil.example"}}, 403, DOMAIN, id="a look-alike behind"),
    pytest.param({"claims": {"email_verified": False}}, 403, DOMAIN, id="an address that is not verified"),
    pytest.param({"claims": {"email": None}, "userinfo": {"sub": "robin-1"}}, 403, INCOMPLETE, id="no address at all"),
    pytest.param({"claims": {"email": ["robin@nhs.net"]}}, 403, INCOMPLETE, id="a list of addresses"),
    pytest.param({"claims": {"sub": "x" * 256}}, 403, INCOMPLETE, id="a subject that is too long"),
    pytest.param({"claims": {"sub": "robin\n1"}}, 403, INCOMPLETE, id="a subject of two lines"),
    pytest.param(
        {"claims": {"email": None}, "userinfo": {"sub": "sam-2", "email": "sam@nhs.net"}},
        400,
        BAD_TOKEN,
        id="another's page about the person",
    ),
    pytest.param(
        {"claims": {"email": None}, "bodies": {"/userinfo": "[]"}}, 400, BAD_TOKEN, id="a page about the person, empty"
    ),
]

BEFORE_THE_WAY_THERE = [
    pytest.param({"statuses": {DESCRIPTION: 500}}, UNREACHABLE, id="an error"),
    pytest.param({"statuses": {DESCRIPTION: 404}}, UNREACHABLE, id="nothing there"),
    pytest.param({"drops_at": DESCRIPTION}, UNREACHABLE, id="hangs up"),
    pytest.param({"hangs_at": DESCRIPTION}, UNREACHABLE, id="hangs"),
    pytest.param({"bodies": {DESCRIPTION: "<html>"}}, MISDESCRIBED, id="a page"),
    pytest.param({"bodies": {DESCRIPTION: "[]"}}, MISDESCRIBED, id="a list"),
    pytest.param({"bodies": {DESCRIPTION: "null"}}, MISDESCRIBED, id="null"),
    pytest.param({"bodies": {DESCRIPTION: "{}"}}, MISDESCRIBED, id="nothing"),
    pytest.param({"description": {"issuer": "https://id.evil.example"}}, MISDESCRIBED, id="another issuer"),
    pytest.param({"description": {"issuer": 7}}, MISDESCRIBED, id="a number as issuer"),
    pytest.param({"description": {"authorization_endpoint": None}}, MISDESCRIBED, id="no way there"),
    pytest.param({"description": {"token_endpoint": None}}, MISDESCRIBED, id="no token"),
    pytest.param({"description": {"jwks_uri": "/jwks"}}, MISDESCRIBED, id="half an address"),
    pytest.param({"description": {"jwks_uri": "file:///etc/passwd"}}, MISDESCRIBED, id="a file"),
    pytest.param({"description": {"token_endpoint": "http://["}}, MISDESCRIBED, id="a broken address"),
    pytest.param({"description": {"userinfo_endpoint": 7}}, MISDESCRIBED, id="a number as address"),
    pytest.param(
        {"description": {"id_token_signing_alg_values_supported": ["none", "HS256"]}}, MISDESCRIBED, id="no signature"
    ),
]


@pytest.fixture
def database_url() -> str:
    """One database is enough here: what a provider does wrong is found out before any table is asked."""
    return "sqlite:///:memory:"


@pytest.fixture(autouse=True)
def short_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(oidc, "TIMEOUT", 0.5)


def test_a_provider_that_does_everything_right_signs_robin_in(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, is_signed_in: Any
) -> None:
    """Without this every refusal below could have another cause."""
    assert come_back(client, client.get(f"{START}?next=/organisations/XN1")).location == "/organisations/XN1"
    assert is_signed_in(client)
    (asked,) = faulty.asked("/token")
    (begun,) = faulty.asked("/authorize")
    assert len(asked["code_verifier"]) >= 43
    assert asked["code_verifier"] not in str(begun)
    assert "client_secret" not in asked  # It goes in the header.


@pytest.mark.parametrize(("ways", "status", "reason"), AFTER_THE_WAY_BACK)
def test_what_comes_back_wrong_signs_nobody_in(
    client: FlaskClient,
    faulty: FaultyProvider,
    come_back: Back,
    audited: Any,
    is_signed_in: Any,
    ways: dict[str, Any],
    status: int,
    reason: str,
) -> None:
    faulty.behave(**ways)
    refused = come_back(client, client.get(START))
    assert refused.status_code == status, refused.location
    text = refused.get_data(as_text=True)
    assert "<script>alert" not in text
    assert "Begin again with NHSmail" in text
    assert not is_signed_in(client)
    assert audited("sign-in refused", "signed in") == [("sign-in refused", None, {"method": "oidc", "reason": reason})]


@pytest.mark.parametrize(("ways", "reason"), BEFORE_THE_WAY_THERE)
def test_a_provider_that_cannot_be_used_is_said_to_be_so_and_is_asked_again_next_time(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, audited: Any, ways: dict[str, Any], reason: str
) -> None:
    faulty.behave(**ways)
    refused = client.get(START)
    assert refused.status_code == 503
    assert "NHSmail cannot be used just now" in refused.get_data(as_text=True)
    assert audited("sign-in refused") == [("sign-in refused", None, {"method": "oidc", "reason": reason})]
    faulty.behave()
    assert come_back(client, client.get(START)).location == "/"


def test_a_provider_that_is_down_is_said_to_be_so(client: FlaskClient, point: Callable[..., None]) -> None:
    point("http://127.0.0.1:9")  # The port for throwing away, where nobody listens.
    refused = client.get(START)
    assert refused.status_code == 503
    assert "NHSmail cannot be used just now" in refused.get_data(as_text=True)


def test_a_provider_with_tls_is_not_followed_to_an_address_without(
    client: FlaskClient, faulty: FaultyProvider, point: Callable[..., None]
) -> None:
    """The client's secret would be sent there. Asked of the check itself: there is no certificate for loopback here."""
    described = {
        "issuer": "https://id.example",
        "_loaded_at": 0,
        "authorization_endpoint": "https://id.example/authorize",
        "token_endpoint": "http://id.example/token",
        "jwks_uri": "https://id.example/jwks",
    }
    with pytest.raises(oidc.Refused, match=MISDESCRIBED):
        oidc._checked_description(described, "https://id.example")
    described["token_endpoint"] = "https://id.example/token"
    assert oidc._checked_description(described, "https://id.example")["token_endpoint"] == "https://id.example/token"


def test_five_seconds_are_waited_and_no_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    assert oidc.TIMEOUT == 5


def test_a_hanging_provider_holds_a_page_for_no_longer_than_the_wait(
    client: FlaskClient, faulty: FaultyProvider
) -> None:
    faulty.behave(hangs_at=DESCRIPTION)
    begun = time.monotonic()
    assert client.get(START).status_code == 503
    assert time.monotonic() - begun < 3


def test_secrets_of_an_attempt_are_not_logged(
    client: FlaskClient, faulty: FaultyProvider, come_back: Back, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    assert come_back(client, client.get(START)).location == "/"
    (asked,) = faulty.asked("/token")
    secret = base64.b64encode(b"tracker:kingfisher and heron").decode()
    for each in (asked["code_verifier"], secret, "kingfisher", "robin@example.nhs.uk", "robin-1"):
        assert each not in caplog.text
