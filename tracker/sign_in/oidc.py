"""The conversation with a provider of OpenID Connect: there and back; it knows no account and no table.

Authorisation code flow with state, nonce and PKCE (OpenID Connect Core 1.0, section 3.1; RFC 7636; RFC 9700), through
Authlib's client for Flask. Authlib is loaded on first use, so that a service without a provider does not pay for it.

What Authlib leaves to its caller is done here: that the provider's own description of itself is the right one, that
only signatures made with a private key count, that the token is meant for us, and how long an attempt stands.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import requests
from flask import current_app, request, session, url_for

from tracker import clock
from tracker.config import Settings
from tracker.sign_in import claims
from tracker.sign_in.claims import Identity
from tracker.sign_in.refusals import Refusal, Refused

CLIENT = "single_sign_on"
TIMEOUT = 5
"""Seconds to wait for a connection, and for each part of an answer."""
LONGEST_ATTEMPT = timedelta(minutes=10)
KNOWN_FOR = timedelta(hours=1)
"""How long a provider's description and keys are kept: a key that it withdraws is good for no longer than that."""
CLOCKS_APART = 60
"""Seconds by which the provider's clock may differ from ours."""
SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
"""Only signatures that somebody without the provider's private key cannot make: no "none", no shared secret."""
LONGEST_NEXT = 500
"""Characters: what a cookie of 4,096 bytes leaves room for."""
_ATTEMPT = f"_state_{CLIENT}_"
"""How the names begin under which Authlib keeps attempts in the browser's session."""


class Purpose(StrEnum):
    """What somebody goes to the provider for."""

    SIGN_IN = "sign_in"
    CONNECT = "connect"


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way to the provider, begun in this browser. ``person_id``: who was signed in when it began, if anybody."""

    purpose: Purpose
    goes_on_at: str
    person_id: int | None


def begin(attempt: Attempt) -> str:
    """The address at the provider to send the browser to. Only the last attempt that a browser began can be finished.

    Raises Refused where the provider cannot be reached or describes itself wrongly.
    """
    client = _client()
    _forget_attempts()
    way = client.create_authorization_url(_callback_address())
    client.save_authorize_data(
        state=way["state"],
        nonce=way["nonce"],
        code_verifier=way["code_verifier"],
        redirect_uri=_callback_address(),
        purpose=attempt.purpose.value,
        goes_on_at=attempt.goes_on_at if len(attempt.goes_on_at) <= LONGEST_NEXT else "/",
        person_id=attempt.person_id,
        begun_at=clock.real_now().isoformat(),
    )
    return str(way["url"])


def find_attempt() -> Attempt | None:
    """The attempt that the provider's answer in this request belongs to, or None."""
    kept = session.get(_ATTEMPT + request.args.get("state", "")) or {}
    data = kept.get("data")
    if data is None or clock.real_now() - datetime.fromisoformat(data["begun_at"]) > LONGEST_ATTEMPT:
        return None
    return Attempt(Purpose(data["purpose"]), data["goes_on_at"], data["person_id"])


def finish() -> Identity:
    """Who the provider says has come back, after every check. An attempt counts once, whatever comes of it.

    Raises Refused with the reason.
    """
    try:
        return _finish()
    finally:
        _forget_attempts()


def _finish() -> Identity:
    if any(len(request.args.getlist(name)) > 1 for name in request.args):
        raise Refused(Refusal.NOT_BEGUN, "a parameter came twice")  # RFC 6749, section 3.1.
    if error := request.args.get("error"):
        raise Refused(Refusal.CANCELLED if error == "access_denied" else Refusal.TURNED_AWAY)
    if find_attempt() is None:
        raise Refused(Refusal.NOT_BEGUN)
    if not request.args.get("code"):
        raise Refused(Refusal.CODE_REFUSED, "there was no code")
    client, settings = _client(), _settings()
    return claims.identity_of(_checked_claims(client, settings), settings.oidc_claims, settings.oidc_domains)


def _checked_claims(client: Any, settings: Settings) -> Mapping[str, Any]:
    """The claims of the ID token, and of the provider's page about the person where the address is only there."""
    from authlib.integrations.base_client import OAuthError

    wanted = {
        "iss": {"essential": True, "value": client.server_metadata["issuer"]},
        "aud": {"essential": True, "value": settings.oidc_client_id},
    }
    try:
        token = client.authorize_access_token(claims_options=wanted, leeway=CLOCKS_APART)
        told: dict[str, Any] = dict(token["userinfo"])
        if settings.oidc_claims["email"] not in told and "userinfo_endpoint" in client.server_metadata:
            besides = client.userinfo(token=token)
            # OpenID Connect Core 1.0, section 5.3.2: another's page must not be taken for this person's.
            if besides["sub"] != told["sub"]:
                raise Refused(Refusal.BAD_TOKEN, "the page about the person is about somebody else")
            told = {**{name: besides[name] for name in _open_to_the_page(settings) if name in besides}, **told}
    except Refused:
        raise
    except OAuthError as fault:
        raise Refused(Refusal.CODE_REFUSED, repr(fault.error)[:100]) from fault
    except requests.RequestException as fault:
        _forget_provider()
        raise Refused(Refusal.UNREACHABLE, type(fault).__name__) from fault
    except Exception as fault:
        # There is no end to the ways in which an answer can be wrong; each is a refusal, and none an error of ours.
        _forget_provider()
        raise Refused(Refusal.BAD_TOKEN, type(fault).__name__) from fault
    return told


def _open_to_the_page(settings: Settings) -> set[str]:
    """The claims that the page about the person may add: how to reach somebody, never who it is or how it was shown."""
    names = settings.oidc_claims
    return {names["email"], names["name"], "email_verified"} - {names["subject"]}


def _client() -> Any:
    """Authlib's client, knowing its provider; asked for once an hour, and again after anything went wrong."""
    kept: tuple[Any, datetime] | None = current_app.extensions.get(CLIENT)
    if kept is not None and clock.real_now() - kept[1] < KNOWN_FOR:
        return kept[0]
    from authlib.integrations.flask_client import OAuth

    # At its finest level Authlib would log the secret of an attempt.
    logging.getLogger("authlib").setLevel(logging.INFO)
    settings = _settings()
    client = OAuth(current_app).register(
        CLIENT,
        client_id=settings.oidc_client_id,
        client_secret=settings.oidc_client_secret,
        server_metadata_url=f"{settings.oidc_issuer}/.well-known/openid-configuration",
        client_kwargs={
            "scope": "openid email profile",
            "code_challenge_method": "S256",
            "default_timeout": TIMEOUT,
            "max_redirects": 0,  # What its own description names, and nothing that an answer leads on to.
            "leeway": 0,  # The access token is used at once or never; a minute's life is enough.
        },
    )
    try:
        described = client.load_server_metadata()
    except requests.exceptions.JSONDecodeError as fault:
        raise Refused(Refusal.MISDESCRIBED, "its description is not JSON") from fault
    except requests.RequestException as fault:
        raise Refused(Refusal.UNREACHABLE, type(fault).__name__) from fault
    except (TypeError, ValueError) as fault:
        raise Refused(Refusal.MISDESCRIBED, "its description is not an object") from fault
    client.server_metadata = _checked_description(described, settings.oidc_issuer)
    current_app.extensions[CLIENT] = (client, clock.real_now())
    return client


def _checked_description(described: Mapping[str, Any], issuer: str) -> dict[str, Any]:
    """What we use of a provider's description of itself, and nothing more.

    OpenID Connect Discovery 1.0, section 4.3: the issuer in it must be the one that was asked for.
    """
    named = described.get("issuer")
    if not isinstance(named, str) or named.rstrip("/") != issuer:
        raise Refused(Refusal.MISDESCRIBED, "its issuer is not the one in OIDC_ISSUER")
    kept: dict[str, Any] = {"issuer": named, "_loaded_at": described["_loaded_at"]}
    for name in ("authorization_endpoint", "token_endpoint", "jwks_uri", "userinfo_endpoint"):
        if name == "userinfo_endpoint" and name not in described:
            continue
        if not _is_as_safe_as(issuer, described.get(name)):
            raise Refused(Refusal.MISDESCRIBED, f"its {name} is missing or not a safe address")
        kept[name] = described[name]
    offered = _listed(described, "id_token_signing_alg_values_supported", "RS256")
    kept["id_token_signing_alg_values_supported"] = [each for each in SIGNATURES if each in offered]
    if not kept["id_token_signing_alg_values_supported"]:
        raise Refused(Refusal.MISDESCRIBED, "it offers no signature that we take")
    ways = _listed(described, "token_endpoint_auth_methods_supported", "client_secret_basic")
    kept["token_endpoint_auth_method"] = (
        "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
    )
    return kept


def _listed(described: Mapping[str, Any], name: str, default: str) -> list[Any]:
    value = described.get(name)
    return value if isinstance(value, list) else [default]


def _is_as_safe_as(issuer: str, address: object) -> bool:
    """A whole address, and encrypted where the issuer's is: it will be sent the client's secret."""
    try:
        parts = urlsplit(address if isinstance(address, str) else "")
    except ValueError:
        return False
    return bool(parts.netloc) and parts.scheme in ("https", urlsplit(issuer).scheme)


def _forget_provider() -> None:
    current_app.extensions.pop(CLIENT, None)


def _forget_attempts() -> None:
    for name in [each for each in session if each.startswith(_ATTEMPT)]:
        del session[name]


def _callback_address() -> str:
    """Where the provider sends the browser back to: from the settings, never from what a request says of its host."""
    return _settings().base_url + url_for("single_sign_on.callback")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings
