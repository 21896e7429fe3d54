"""Where what the audit tells of happens: the small country of the tests, with a browser for each role."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import click
import make
import sqlalchemy as sa
from flask import Flask, g
from flask.testing import FlaskClient

from tracker.accounts import queries as accounts_queries
from tracker.accounts import sessions
from tracker.accounts.models import Account, SignInSession
from tracker.accounts.rules import HeldRole, Role, SessionStep, SignInMethod, Viewer
from tracker.accounts.viewers import OpenSession
from tracker.db import session, transaction


@dataclass
class Stage:
    """Where it happens: the small country of the tests, and a browser for each role that is asked for."""

    app: Flask
    folder: Path
    world: make.World = field(init=False)

    def build(self) -> None:
        self.world = make.world()

    def body_of(self, role: Role) -> int | None:
        if role in (Role.NATIONAL, Role.ADMINISTRATOR):
            return None
        return {Role.REGION: self.world.north_region, Role.SYSTEM: self.world.north_system}.get(
            role, self.world.north_trust
        )

    def person(self, role: Role) -> int:
        return make.person(role, self.body_of(role))

    def email(self, role: Role) -> str:
        self.person(role)
        return f"{role.value}.{self.body_of(role) or 'all'}@example.nhs.uk"

    def find_person(self, who: Role | str | None) -> int | None:
        """The person behind a role of the table, or behind an address."""
        if who is None or isinstance(who, Role):
            return None if who is None else self.person(who)
        return session().scalar(sa.select(Account.person_id).where(Account.sign_in_email == who))

    def viewer(self, role: Role, code: str | None = None) -> Viewer:
        return Viewer(self.person(role), "Robin Ashdown", (HeldRole(role, self.body_of(role), code),))

    def browser(self, role: Role) -> FlaskClient:
        client = self.app.test_client()
        make.sign_in(client, role, self.body_of(role))
        return client

    def run(self, *words: str) -> None:
        typed = [word.replace("{folder}", str(self.folder)) for word in words]
        result = self.app.test_cli_runner().invoke(args=typed)
        assert result.exit_code == 0, result.output

    def get(self, role: Role, path: str, status: int = 200, **query: str) -> None:
        response = self.browser(role).get(path, query_string=query, buffered=True)
        assert response.status_code == status, response.get_data(as_text=True)

    def post(self, role: Role, path: str, *, form_on: str = "", answered: int = 302, **fields: str) -> None:
        """Send a form to its address; ``form_on`` is the page it stands on, where that is another one."""
        client = self.browser(role)
        response = client.post(path, data={"csrf_token": make.csrf_token(client, form_on or path), **fields})
        assert response.status_code == answered, response.get_data(as_text=True)

    @contextmanager
    def request(self) -> Iterator[None]:
        """What a page does inside, for services whose own page is not what is asked about."""
        session().commit()
        with self.app.test_request_context("/"), transaction():
            g.request_id = "of-a-test"
            yield

    @contextmanager
    def command(self) -> Iterator[None]:
        """What a command does inside."""
        session().commit()
        with self.app.app_context(), click.Context(click.Command("load")), transaction():
            yield


Happening = Callable[[Stage], object]


def open_session_of(person_id: int) -> OpenSession:
    """The session of somebody who signed in just now, as the pages of one's own account have it."""
    sessions.begin(person_id, step=SessionStep.OPEN, method=SignInMethod.PASSWORD)
    row = session().scalars(sa.select(SignInSession).order_by(SignInSession.id.desc())).first()
    assert row is not None
    return OpenSession(row.id, person_id, row.last_seen_at, row.started_at, None, row.method)


def account_of(person_id: int) -> Account:
    account = accounts_queries.find_account_of_person(person_id)
    assert account is not None
    return account
