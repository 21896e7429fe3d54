"""A host that is not ours gets nothing, and no header of a visitor's ever finds its way into a mail or a redirect."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import contextmanager

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from security.headers_wanted import faults_of_headers

from tracker import clock
from tracker.accounts.rules import Role
from tracker.mail import senders
from tracker.mail.letters import Email
from tracker.mail.rules import Answer
from tracker.mail.smtp import Fate
from tracker.sign_in import totp

OURS, EVIL = "tracker.example.nhs.uk", "evil.example"
POISONED = {
    "Host": OURS,
    "X-Forwarded-Host": EVIL,
    "X-Host": EVIL,
    "X-Forwarded-Server": EVIL,
    "X-Original-URL": f"https://{EVIL}/",
    "X-Rewrite-URL": f"https://{EVIL}/",
    "Forwarded": f"for=192.0.2.1;host={EVIL};proto=https",
    "X-Forwarded-Port": "4444",
    "X-Forwarded-Prefix": f"//{EVIL}",
    "Referer": f"https://{EVIL}/",
    "Origin": f"https://{EVIL}",
}


class Postman:
    """Keeps every mail that leaves."""

    def __init__(self) -> None:
        self.mails: list[Email] = []

    @contextmanager
    def line(self):  # type: ignore[no-untyped-def]
        yield self

    def send(self, email: Email) -> Fate:
        self.mails.append(email)
        return Fate(Answer.DELIVERED, "Taken.")


@pytest.fixture
def served(another_app: Callable[..., Flask]) -> Flask:
    """An application behind one trusted proxy, as in production."""
    return another_app(trusted_hosts=(OURS,), trusted_proxies=1, base_url=f"https://{OURS}")


FOREIGN = (
    EVIL,
    f"{OURS}.{EVIL}",
    f"{EVIL}.{OURS}",
    f"{OURS}@{EVIL}",
    f"{EVIL}#{OURS}",
    f"{OURS},{EVIL}",
    f"{OURS} {EVIL}",
    f"x{OURS}",
    "127.0.0.1",
    "",
    "localhost",
    f"{OURS}:99999999",
)


@pytest.mark.parametrize("address", ["/sign-in", "/static/app.js", "/nowhere", "/"])
def test_a_host_that_is_not_listed_gets_a_plain_refusal(served: Flask, address: str) -> None:
    client = served.test_client()
    for host in FOREIGN:
        answer = client.get(address, headers={"Host": host})
        assert answer.status_code == 400, host
        assert EVIL not in answer.text
        assert "Set-Cookie" not in answer.headers
        assert faults_of_headers(answer) == []


@pytest.mark.parametrize("host", [OURS, f"{OURS}:443"])
def test_our_own_host_is_answered_however_it_is_written(served: Flask, host: str) -> None:
    assert served.test_client().get("/sign-in", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/organisations", "//organisations", "/sign-in/code", "/sign-out"])
def test_no_header_of_a_visitor_changes_where_a_redirect_leads(served: Flask, address: str) -> None:
    answer = served.test_client().get(address, headers=POISONED)
    assert EVIL not in str(answer.headers)
    location = answer.headers.get("Location", "/")
    assert location.startswith((f"http://{OURS}/", f"https://{OURS}/")) or re.match(r"/(?!/)", location), location


def test_no_header_of_a_visitor_changes_a_page(served: Flask, world: make.World) -> None:
    client = served.test_client()
    for address in ("/sign-in", "/privacy", "/contact", "/nowhere"):
        text = client.get(address, headers=POISONED).text
        assert EVIL not in text
        assert "4444" not in text


def test_links_in_mails_come_from_the_setting_and_never_from_the_request(
    served: Flask, world: make.World, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    make.person(Role.ADMINISTRATOR, email="ada@example.nhs.uk")
    forget_password(served.test_client(), "robin@example.nhs.uk")
    invite(served.test_client(), "ada@example.nhs.uk")
    postman = Postman()
    for module in ("tracker.mail.senders", "tracker.reminders.service", "tracker.reminders.commands"):
        monkeypatch.setattr(f"{module}.sender_from", lambda settings: postman, raising=False)
    assert senders.sender_from(served.extensions["settings"]) is postman
    sent = served.test_cli_runner().invoke(args=["reminders", "send"])
    assert sent.exit_code == 0, sent.output
    kinds = set()
    for mail in postman.mails:
        assert EVIL not in mail.body
        links = re.findall(r"https?://\S+", mail.body)
        assert all(link.startswith(f"https://{OURS}/") for link in links), links
        kinds |= {link.removeprefix(f"https://{OURS}/").split("/")[0] for link in links}
    assert {"set-password", "invitations"} <= kinds


def forget_password(client: FlaskClient, email: str) -> None:
    token = csrf_token(client, "/forgotten-password")
    answer = client.post("/forgotten-password", data={"csrf_token": token, "email": email}, headers=POISONED)
    assert answer.status_code == 302
    assert EVIL not in str(answer.headers)


def invite(client: FlaskClient, email: str) -> None:
    sign_in(client, email)
    data = {
        "csrf_token": csrf_token(client, "/people/invite"),
        "name": "Wren Marsh",
        "email": "wren@example.nhs.uk",
        "role": "lead",
        "organisation": "XN1",
        "submit": "yes",
    }
    answer = client.post("/people/invite", data=data, headers=POISONED)
    assert answer.status_code == 302, answer.text
    assert EVIL not in str(answer.headers)


def sign_in(client: FlaskClient, email: str) -> None:
    """Through the two pages, each asked for with poisoned headers."""
    data = {"csrf_token": csrf_token(client, "/sign-in"), "email": email, "password": make.PASSWORD}
    assert client.post("/sign-in", data=data, headers=POISONED).location.startswith("/sign-in/code")
    data = {"csrf_token": csrf_token(client, "/sign-in/code"), "code": code_now()}
    assert client.post("/sign-in/code", data=data, headers=POISONED).location == "/"


def code_now() -> str:
    return totp.code_of(make.AUTHENTICATOR, totp.step_of(clock.real_now()))


def csrf_token(client: FlaskClient, path: str) -> str:
    text = client.get(path, headers=POISONED).text
    assert EVIL not in text
    found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', text)
    assert found, text
    return found[1]
