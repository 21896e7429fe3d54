"""The steps of a sign-in one by one, and looks at what it left behind; it must not know any test."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from html import unescape

import make
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.signed_in import cookie, with_cookie
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.models import Account, SignInSession
from tracker.audit.models import AuditEntry
from tracker.db import session
from tracker.sign_in import totp

SAM = "sam@example.nhs.uk"
"""The address of Sam Fell of a regional team, whose role needs a second factor."""
SET_UP = "/sign-in/set-up"
WRONG_CODE = "12 34 56 7"

Later = Callable[..., AbstractContextManager[None]]
FieldsOf = Callable[..., dict[str, list[str]]]


def give_password(client: FlaskClient, email: str, password: str = make.PASSWORD, **more: str) -> TestResponse:
    """The first page of a sign-in."""
    token = make.csrf_token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **more})


def give_code(client: FlaskClient, code: str, **more: str) -> TestResponse:
    """The second page, whatever the code."""
    token = make.csrf_token(client, "/sign-in/code")
    return client.post("/sign-in/code", data={"csrf_token": token, "code": code, **more})


def code_now(steps_away: int = 0, secret: str = make.AUTHENTICATOR) -> str:
    """What an authenticator shows, so many half minutes from now."""
    return totp.code_of(secret, totp.step_of(clock.real_now()) + steps_away)


def is_in(client: FlaskClient) -> bool:
    answer = client.get("/account")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def copy_of(app: Flask, client: FlaskClient) -> FlaskClient:
    """Another browser with the same cookie."""
    return with_cookie(app, cookie(client))


def token_of(client: FlaskClient) -> str:
    with client.session_transaction() as held:
        return str(held["sign_in"])


def key_on(page: str) -> str:
    """The key that a page shows to be typed into an app, without its spaces."""
    found = re.search(r"<span class=\"nhsuk-u-font-code[^>]*>([A-Z2-7 ]+)</span>", page)
    assert found is not None
    return found.group(1).replace(" ", "")


def recovery_codes_on(page: str) -> list[str]:
    return re.findall(r"<li><span class=\"nhsuk-u-font-code[^>]*>([a-z2-7-]+)</span></li>", page)


def finish(browser: FlaskClient, fields_of: FieldsOf, page: str, **changes: list[str]) -> TestResponse:
    """Send the form of the page with the code of the key it shows, and what a test changes of it."""
    sent = fields_of(page, SET_UP) | {"first_code": [code_now(secret=key_on(page))]} | changes
    return browser.post(SET_UP, data=sent)


def main_of(page: str) -> str:
    """What a page says below its header, without the tokens of its forms."""
    inner = page.split('id="maincontent"')[1].split("</main>")[0]
    return unescape(re.sub(r'name="(csrf_token|prepared)"[^>]*>', "", inner))


def account_of(email: str) -> Account:
    session().rollback()
    return session().scalars(sa.select(Account).where(Account.sign_in_email == email)).one()


def set_account(email: str, **values: object) -> None:
    session().execute(sa.update(Account).where(Account.sign_in_email == email).values(**values))
    session().commit()


def without_authenticator(email: str) -> None:
    set_account(email, totp_secret=None, totp_confirmed_at=None, totp_last_step=None)


def open_sessions() -> int:
    session().rollback()
    return session().scalar(sa.select(sa.func.count(SignInSession.id)).where(SignInSession.ended_at.is_(None))) or 0


def audit_entries(verb: str) -> list[AuditEntry]:
    session().rollback()
    return list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)))
