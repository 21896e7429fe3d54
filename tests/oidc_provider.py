"""Two providers of OpenID Connect for tests, each a process of its own on loopback: an honest one and a faulty one.

The honest one is the package oidc-provider-mock. The faulty one is below: it keeps the rules (one-time codes, PKCE,
the client's secret), remembers what it was asked, and breaks whichever rule a test tells it to by PUT /behave. It
imports nothing of the service.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

import requests

HOST = "127.0.0.1"
CLIENT_ID, CLIENT_SECRET = "tracker", "kingfisher and heron"
MOVED = "/moved"
"""In front of an address that the faulty provider sends on to; it answers there as it should."""
PATIENCE = 20
"""Seconds for a process to begin answering, on a machine that is busy."""

ROBIN = {"sub": "robin-1", "email": "robin@example.nhs.uk", "name": "Robin Ashdown"}
SAM = {"sub": "sam-2", "email": "sam@example.nhs.uk", "name": "Sam Fell", "amr": ["pwd", "mfa"]}


def free_port() -> int:
    with socket.socket() as free:
        free.bind((HOST, 0))
        port: int = free.getsockname()[1]
        return port


@contextmanager
def honest_provider() -> Iterator[str]:
    """The address of oidc-provider-mock, running with Robin and Sam; anybody else is known by their address."""
    port = free_port()
    users = [part for user in (ROBIN, SAM) for part in ("--user-claims", json.dumps(user))]
    command = ["-m", "oidc_provider_mock", "--host", HOST, "--port", str(port), "--require-nonce", *users]
    with _running(command, f"http://{HOST}:{port}") as address:
        yield address


@contextmanager
def faulty_provider() -> Iterator[FaultyProvider]:
    """The provider below; it behaves until it is told otherwise."""
    port = free_port()
    with _running([str(Path(__file__)), str(port)], f"http://{HOST}:{port}") as address:
        yield FaultyProvider(address)


@contextmanager
def _running(command: list[str], address: str) -> Iterator[str]:
    # Its warnings are not ours: the honest one uses a part of Authlib that is being retired.
    quiet = {**os.environ, "PYTHONWARNINGS": "ignore", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", *command], env=quiet, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        until = time.monotonic() + PATIENCE
        while not _answers(address):
            assert process.poll() is None, "The provider ended before it answered."
            assert time.monotonic() < until, "The provider does not answer."
            time.sleep(0.05)
        yield address
    finally:
        process.terminate()
        process.wait(PATIENCE)


def _answers(address: str) -> bool:
    try:
        return requests.get(f"{address}/.well-known/openid-configuration", timeout=2).ok
    except requests.ConnectionError:
        return False


@dataclass(frozen=True)
class FaultyProvider:
    """How a test talks to the faulty provider."""

    address: str

    def behave(self, **ways: Any) -> None:
        """From now on in these ways (the names of ``Ways``), and as it should in all others."""
        requests.put(f"{self.address}/behave", json=ways, timeout=5).raise_for_status()

    def asked(self, path: str) -> list[dict[str, str]]:
        """What was asked of one of its addresses since it was last told how to behave."""
        seen: list[dict[str, str]] = requests.get(f"{self.address}/seen", params={"path": path}, timeout=5).json()
        return seen


@dataclass
class Ways:
    """What the faulty provider does; each value stands for a fault, or for somebody else who signs in."""

    claims: dict[str, Any] = field(default_factory=dict)  # over those of the ID token; null leaves one out
    userinfo: dict[str, Any] | None = None  # what its page about the person says
    signing: str = "RS256"
    description: dict[str, Any] = field(default_factory=dict)  # over its description; null leaves a value out
    bodies: dict[str, str] = field(default_factory=dict)  # what it answers at an address, whatever was asked
    statuses: dict[str, int] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)  # by which status it sends on to where it does answer
    hangs_at: str = ""
    drops_at: str = ""
    error: str = ""  # what it sends the browser back with instead of a code
    code_lives: float = 60
    key: str = "first"  # which of its two keys it publishes and signs with
    keys_have_ids: bool = True


class _Provider(BaseHTTPRequestHandler):
    ways = Ways()
    seen: list[tuple[str, dict[str, str]]] = []  # noqa: RUF012 - one provider a process
    codes: dict[str, dict[str, str]] = {}  # noqa: RUF012
    keys: dict[str, Any] = {}  # noqa: RUF012

    @property
    def issuer(self) -> str:
        return f"http://{HOST}:{self.server.server_address[1]}"

    def do_GET(self) -> None:
        self._answer(dict(parse_qsl(urlsplit(self.path).query)))

    def do_PUT(self) -> None:
        type(self).ways = Ways(**json.loads(self._body()))
        type(self).seen = []
        self._send({})

    def do_POST(self) -> None:
        self._answer({name: values[0] for name, values in parse_qs(self._body()).items()})

    def _answer(self, asked: dict[str, str]) -> None:
        path = urlsplit(self.path).path
        if path == "/seen":
            self._send([told for where, told in self.seen if where == asked["path"]])
            return
        self.seen.append((path, asked))
        if path == self.ways.hangs_at:
            time.sleep(30)
        if path == self.ways.drops_at:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        if path in self.ways.moved:
            self.send_response(self.ways.moved[path])
            self.send_header("Location", f"{self.issuer}{MOVED}{path}")
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        if path in self.ways.bodies or path in self.ways.statuses:
            self._send(self.ways.bodies.get(path, "Out of order"), self.ways.statuses.get(path, 200))
            return
        {
            "/.well-known/openid-configuration": self._describe,
            "/authorize": self._authorise,
            "/token": self._give_token,
            "/jwks": self._publish_keys,
            "/userinfo": self._tell_about,
        }[path.removeprefix(MOVED)](asked)

    def _describe(self, asked: dict[str, str]) -> None:
        described = {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/jwks",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self._send(_laid_over(described, self.ways.description))

    def _authorise(self, asked: dict[str, str]) -> None:
        """Nobody is asked anything: the person is signed in at the provider already, and comes straight back."""
        answer = {"state": asked["state"]}
        if self.ways.error:
            answer |= {"error": self.ways.error, "error_description": "<script>alert(1)</script>"}
        else:
            code = answer["code"] = secrets.token_urlsafe(16)
            self.codes[code] = {**asked, "until": str(time.time() + self.ways.code_lives)}
        self.send_response(302)
        self.send_header("Location", f"{asked['redirect_uri']}?{urlencode(answer)}")
        self.end_headers()

    def _give_token(self, asked: dict[str, str]) -> None:
        kept = self.codes.pop(asked.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked.get("code_verifier", "").encode()).digest()).decode()
        if not self._is_client(asked):
            self._send({"error": "invalid_client"}, 401)
        elif (
            kept is None
            or float(kept["until"]) < time.time()
            or kept["redirect_uri"] != asked.get("redirect_uri")
            or (kept.get("code_challenge_method"), kept.get("code_challenge")) != ("S256", challenge.rstrip("="))
        ):
            self._send({"error": "invalid_grant"}, 400)
        else:
            token = self._id_token(kept.get("nonce", ""))
            self._send({"access_token": "bearer-1", "token_type": "Bearer", "expires_in": 60, "id_token": token})

    def _is_client(self, asked: dict[str, str]) -> bool:
        shown = self.headers.get("Authorization", "").removeprefix("Basic ")
        basic = base64.b64decode(shown).decode() == f"{CLIENT_ID}:{CLIENT_SECRET}"
        return basic or (asked.get("client_id"), asked.get("client_secret")) == (CLIENT_ID, CLIENT_SECRET)

    def _publish_keys(self, asked: dict[str, str]) -> None:
        self._send({"keys": [{**self.keys[self.ways.key].as_dict(private=False), **self._key_id()}]})

    def _tell_about(self, asked: dict[str, str]) -> None:
        assert self.headers["Authorization"] == "Bearer bearer-1"
        self._send(self.ways.userinfo if self.ways.userinfo is not None else ROBIN)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {**ROBIN, "iss": self.issuer, "aud": CLIENT_ID, "iat": now, "exp": now + 300, "nonce": nonce}
        return self._signed(_laid_over(usual, self.ways.claims))

    def _signed(self, claims: dict[str, Any]) -> str:
        from joserfc import jwt

        kid = self._key_id()
        if self.ways.signing == "none":
            return f"{_plain({'alg': 'none', 'typ': 'JWT'})}.{_plain(claims)}."
        if self.ways.signing.startswith("HS256"):
            secret = CLIENT_SECRET.encode() if self.ways.signing == "HS256 secret" else self.keys["first"].as_pem(False)
            said = f"{_plain({'alg': 'HS256', 'typ': 'JWT', 'kid': kid})}.{_plain(claims)}"
            return f"{said}.{_in_letters(hmac.digest(secret, said.encode(), 'sha256'))}"
        key = self.keys["foreign" if self.ways.signing == "foreign" else self.ways.key]
        token = jwt.encode({"alg": "RS256", **kid}, claims, key)
        if self.ways.signing == "changed afterwards":
            head, _, signature = token.split(".")
            return f"{head}.{_plain({**claims, 'sub': 'somebody else'})}.{signature}"
        return token

    def _key_id(self) -> dict[str, str]:
        return {"kid": f"the {self.ways.key} key"} if self.ways.keys_have_ids else {}

    def _body(self) -> str:
        return self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()

    def _send(self, body: Any, status: int = 200) -> None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _laid_over(usual: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**usual, **changes}.items() if value is not None}


def _plain(value: dict[str, Any]) -> str:
    return _in_letters(json.dumps(value).encode())


def _in_letters(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def main(port: int) -> None:
    from joserfc.jwk import RSAKey

    _Provider.keys = {name: RSAKey.generate_key(2048) for name in ("first", "second", "foreign")}
    ThreadingHTTPServer((HOST, port), _Provider).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
