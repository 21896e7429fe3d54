"""Connecting or disconnecting at once leaves one owner and one way in, and lets nobody in meanwhile."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from integration.single_sign_on.conftest import without_password

from tracker.accounts import queries
from tracker.accounts.models import ExternalIdentity
from tracker.accounts.rules import SignInMethod
from tracker.accounts.viewers import OpenSession
from tracker.db import database, session, transaction
from tracker.sign_in import identities as joined
from tracker.sign_in import own_identities
from tracker.sign_in.claims import Identity
from tracker.sign_in.refusals import Refused


class TestAtOnce:
    """Threads with connections of their own."""

    @pytest.fixture(params=["sqlite", "postgresql"])
    def database_url(self, request: pytest.FixtureRequest, tmp_path: Path) -> str:
        if request.param == "sqlite":
            return f"sqlite:///{tmp_path / 'connections.db'}"
        url: str = request.getfixturevalue("postgresql_url")
        return url

    def test_two_who_connect_one_identity_at_once_do_not_both_have_it(
        self, app: Flask, robin: int, sam: int, provider: str, identities: Any
    ) -> None:
        identity = Identity(provider, "shared", "robin@nhs.net")
        accounts = [(queries.find_account_id(person) or 0, person) for person in (robin, sam)]
        session().commit()

        def connect(account_id: int, person_id: int) -> str:
            try:
                with transaction():
                    joined.connect(account_id, identity, by=person_id)
            except joined.IdentityTaken:
                return "taken"
            return "connected"

        assert sorted(_at_once(app, [lambda who=who: connect(*who) for who in accounts])) == ["connected", "taken"]
        assert len(identities()) == 1

    def test_two_ways_in_that_are_taken_away_at_once_leave_one(
        self, app: Flask, robin: int, provider: str, connect: Any, identities: Any
    ) -> None:
        both = [connect(robin, provider, subject) for subject in ("one", "two")]
        without_password(robin)
        here = OpenSession(0, robin, NOON, NOON, None, SignInMethod.OIDC)

        def disconnect(identity_id: int) -> str:
            try:
                with transaction():
                    own_identities.disconnect(here, identity_id, "")
            except own_identities.OnlyWayIn:
                return "stays"
            return "gone"

        assert sorted(_at_once(app, [lambda each=each: disconnect(each) for each in both])) == ["gone", "stays"]
        assert len(identities()) == 1

    def test_an_identity_that_is_being_taken_away_lets_nobody_in(
        self, app: Flask, robin: int, provider: str, connect: Any
    ) -> None:
        """The sign-in has found the account already, and waits for it while the identity goes."""
        identity_id = connect(robin, provider)
        here = OpenSession(0, robin, NOON, NOON, None, SignInMethod.OIDC)
        outcomes: list[str] = []

        def sign_in() -> None:
            with app.app_context():
                try:
                    with transaction():
                        outcomes.append(str(joined.sign_in(Identity(provider, "robin-1", "robin@nhs.net"))))
                except Refused as refused:
                    outcomes.append(refused.reason.value)
                finally:
                    database.session.remove()

        thread = threading.Thread(target=sign_in)
        with transaction():
            assert own_identities.disconnect(here, identity_id, make.PASSWORD)
            thread.start()
            thread.join(0.5)
            assert outcomes == []
        thread.join(30)
        assert outcomes == ["identity not connected"]


def _at_once(app: Flask, tasks: list[Callable[[], str]]) -> list[str]:
    start = threading.Barrier(len(tasks))
    outcomes: list[str] = []

    def run(task: Callable[[], str]) -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                outcomes.append(task())
            except sa.exc.SQLAlchemyError as error:
                outcomes.append(repr(error))
            finally:
                database.session.remove()

    threads = [threading.Thread(target=run, args=(task,)) for task in tasks]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return outcomes


def test_an_identity_of_one_account_is_stored_once(app: Flask, robin: int, sam: int, provider: str) -> None:
    """What the database itself holds, whatever the code above it does."""
    rows = [
        {"account_id": queries.find_account_id(person), "issuer": provider, "subject": "x"} for person in (robin, sam)
    ]
    with pytest.raises(sa.exc.IntegrityError):
        session().execute(sa.insert(ExternalIdentity), [{**row, "connected_at": NOON} for row in rows])
    session().rollback()
