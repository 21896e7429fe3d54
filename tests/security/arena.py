"""A throw-away demonstration in memory that can be attacked and put back as it was in a few milliseconds.

It must not know any one attack; ``attacks.py`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from conftest import NOON, make_settings
from flask import Flask
from flask.testing import FlaskClient
from security import attacks
from security.attacks import Fields
from security.forms import Form, Page, crawl
from security.headers_wanted import faults_of_headers
from security.stores import store_of
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import links, passwords, vault
from tracker.accounts.models import Invitation
from tracker.accounts.queries import find_account_by_email
from tracker.app import create_app
from tracker.db import database, session, transaction
from tracker.demo.telling import tell
from tracker.frameworks.models import Ask
from tracker.organisations.models import Organisation
from tracker.progress.models import Progress
from tracker.progress.rules import StatusClass
from tracker.schema import METADATA
from tracker.sign_in import totp

PASSWORD = "five calm otters"
HALF_WAY = "region without a code"
ROLES = {
    "nobody": "",
    "lead": "lead.northdale",
    "contributor": "contributor.northdale",
    "board": "board.northdale",
    "system": "system.northdale",
    "region": "region.dales",
    HALF_WAY: "region.dales",
    "national": "national",
    "administrator": "administrator",
}
"""The people of the demonstration who are attackers here, by the role they hold."""

PAGES_OF_A_KIND = 2
"""Not every page of a kind shows every form of it."""

WRITTEN_BY_REFUSALS = {"account", "audit_chain", "audit_entry", "throttle_counter"}
"""A refusal is audited, and a try counts, a wrong password at its account too."""
NOISE = {
    "code_hash",
    "entry_hash",
    "head_hash",
    "key",
    "message_id",
    "password_hash",
    "previous_hash",
    "request_id",
    "token_hash",
    "totp_secret",
    "tries",
}
"""Columns that are random, hashed, or count."""
INSIDE = ("Traceback (most", "sqlalchemy", "sqlite3.", "psycopg", "werkzeug.exceptions")
"""What only the log may say."""

FIRST_PAGES = {"nobody": "/sign-in", HALF_WAY: "/sign-in/code"}
"""Pages with a form, for those who may not see the list of organisations."""

Change = tuple[str, Any, str, Any]
"""Table, row, column and the new value; a row that is gone has the column "" and the value None."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """A browser in which one of the people has signed in."""

    role: str
    client: FlaskClient
    cookie: str


@dataclass(frozen=True, slots=True)
class Answers:
    """What is filled in, what sending it changes, and whether it was taken."""

    fields: Fields
    meant: frozenset[Change]
    is_taken: bool


class Arena:
    """The application, its people, and its database as it was at the beginning."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.visitors: dict[str, Visitor] = {}
        with app.app_context():
            self._store = store_of(database.engine)

    def begin(self) -> None:
        """Sign everybody in and remember how everything stands."""
        self._mailed, self._claims = self._make_links(), self._find_claims()
        for role, key in ROLES.items():
            client = self.app.test_client()
            if key:
                sign_in(self.app, client, f"{key}@example.nhs.uk", goes_half_way=role == HALF_WAY)
            # A page with a form puts the secret of its tokens into the cookie, which every token then needs.
            assert "csrf_token" in client.get(FIRST_PAGES.get(role, "/organisations")).text
            cookie = client.get_cookie("session")
            self.visitors[role] = Visitor(role, client, cookie.value if cookie else "")
        self._store.remember()
        self._at_first = self._store.tables()

    def _make_links(self) -> list[str]:
        """The links of mails that have left: to a password, and to an invitation."""
        with self.app.app_context(), transaction():
            invited = session().scalars(sa.select(Invitation.id)).first()
            account = find_account_by_email(f"{ROLES['board']}@example.nhs.uk")
            assert account is not None
            invitation = links.make_for_mail(links.reference_of_invitation(invited or 0))
            assert invitation is not None
            return [links.make_password_link(account.id), invitation]

    def _find_claims(self) -> list[str]:
        """Where somebody waits for a decision."""
        with self.app.app_context():
            found = session().execute(
                sa.select(Organisation.code, Ask.ref)
                .join(Progress, Progress.organisation_id == Organisation.id)
                .join(Ask, Ask.id == Progress.ask_id)
                .where(Progress.status_class == StatusClass.DONE_CLAIMED)
            )
            return [f"/review/assurance/{code}/8ua-2020/{ref}" for code, ref in found]

    def put_back(self, visitor: Visitor) -> None:
        """Every row and the browser's cookie as they were."""
        self._store.put_back()
        visitor.client.delete_cookie("session")
        if visitor.cookie:
            visitor.client.set_cookie("session", visitor.cookie)

    def changes(self) -> set[Change]:
        """What has changed since it was put back, cell by cell."""
        found: set[Change] = set()
        if not self._store.is_changed():
            return found  # Reading every table takes long.
        now = self._store.tables()
        for name, rows in now.items():
            before = self._at_first[name]
            for key, row in rows.items():
                known = before.get(key, {})
                found |= {(name, key, column, row[column]) for column in row if known.get(column, ...) != row[column]}
            found |= {(name, key, "", None) for key in before.keys() - rows.keys()}
        return found

    def pages(self, visitor: Visitor, *, of_a_kind: int = 2, with_files: bool = True) -> Iterator[Page]:
        """Every page that the visitor can reach from addresses that can be typed or were mailed, and by links on."""
        typed = sorted(
            rule.rule for rule in self.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments
        )
        starts = ["/", *self._mailed, *self._claims, *typed]
        fetch = partial(self._fetch, visitor)
        yield from crawl(fetch, starts, of_a_kind=of_a_kind, with_files=with_files)

    def forms(self, visitor: Visitor) -> list[Form]:
        """One form of each kind that the visitor can reach."""
        found: dict[str, Form] = {}
        for page in self.pages(visitor, of_a_kind=PAGES_OF_A_KIND, with_files=False):
            for form in page.forms:
                found.setdefault(form.kind, form)
        return list(found.values())

    def best_answers(self, visitor: Visitor, form: Form) -> Answers:
        """The form filled in so that it is taken, where that can be, and what that changes."""
        tried: list[Answers] = []
        for fields in attacks.ways_to_fill_in(form):
            self.put_back(visitor)
            answer = attacks.post(form, fields).send(visitor.client)
            changes = changes_of(self)
            if answer.status_code in (302, 303) or {change[0] for change in changes} - WRITTEN_BY_REFUSALS:
                return Answers(fields, changes, is_taken=True)
            tried.append(Answers(fields, changes, is_taken=False))
        return tried[0]

    def _fetch(self, visitor: Visitor, path: str) -> tuple[int, str, str]:
        answer = visitor.client.get(path)
        faults = faults_of(answer)
        assert not faults, f"{visitor.role} opened {path}: {faults}"
        if 300 <= answer.status_code < 400:
            return answer.status_code, answer.mimetype, answer.location
        return answer.status_code, answer.mimetype, answer.text if answer.mimetype == "text/html" else ""


def changes_of(ground: Arena) -> frozenset[Change]:
    """What has changed since the beginning, leaving out what no two requests do alike."""
    return frozenset(change for change in ground.changes() if change[2] not in NOISE)


def faults_of(answer: TestResponse) -> list[str]:
    """What no answer may have, whatever was asked."""
    faults = faults_of_headers(answer)
    if answer.status_code >= 500:
        faults.append(f"It was answered {answer.status_code}.")
    if answer.mimetype == "text/html":
        text = answer.text
        faults += [
            f"It says {word}." for word in ("Traceback (most", "sqlalchemy", "sqlite3.", "psycopg") if word in text
        ]
    return faults


@contextmanager
def arena(database_url: str = "sqlite:///:memory:") -> Iterator[Arena]:
    """A demonstration on 2 November 2020 in an empty database, with hashes at their least cost."""
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    usual = passwords._HASHER, passwords._NOBODYS_HASH
    with clock.frozen(NOON):
        passwords._HASHER, passwords._NOBODYS_HASH = cheap, cheap.hash("nobody has this password")
        app = create_app(make_settings(database_url, log_level="CRITICAL"))
        app.config["PROPAGATE_EXCEPTIONS"] = False
        try:
            with app.app_context():
                METADATA.create_all(database.engine)
                tell(PASSWORD, last_day=date(2020, 11, 2))
                database.session.remove()
            made = Arena(app)
            made.begin()
            yield made
        finally:
            passwords._HASHER, passwords._NOBODYS_HASH = usual
            clock.pin_day(None)
            with app.app_context():
                database.engine.dispose()


def sign_in(app: Flask, client: FlaskClient, email: str, *, goes_half_way: bool = False) -> None:
    """Through the two pages, as a person would; or with the password only."""
    page = client.get("/sign-in").text
    data = {"csrf_token": _token(page), "email": email, "password": PASSWORD}
    answer = client.post("/sign-in", data=data)
    assert answer.status_code == 302, answer.text
    if goes_half_way or not answer.location.startswith("/sign-in/code"):
        return
    with app.app_context():
        account = find_account_by_email(email)
        assert account is not None
        assert account.totp_secret is not None
        code = totp.code_of(vault.unseal(account.totp_secret), totp.step_of(clock.real_now()) + 1)
        database.session.remove()
    page = client.get("/sign-in/code").text
    answer = client.post("/sign-in/code", data={"csrf_token": _token(page), "code": code})
    assert answer.status_code == 302, answer.text


def _token(page: str) -> str:
    return page.split('name="csrf_token"', 1)[1].split('value="', 1)[1].split('"', 1)[0]
