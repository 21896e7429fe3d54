"""What tests of single sign-on need: the service with a provider, browsers that go there and back, and the audit."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

import make
import oidc_provider
import pytest
import requests
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from oidc_provider import CLIENT_ID, CLIENT_SECRET, ROBIN, FaultyProvider
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import queries
from tracker.accounts.models import Account, ExternalIdentity
from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.db import session

START = "/sign-in/single-sign-on"
CALLBACK = "/sign-in/single-sign-on/callback"
OWN = "/account/single-sign-on"
DESCRIPTION = "/.well-known/openid-configuration"

Back = Callable[..., TestResponse]


@pytest.fixture(scope="session")
def honest() -> Iterator[str]:
    with oidc_provider.honest_provider() as address:
        yield address


@pytest.fixture(scope="session")
def faulty_process() -> Iterator[FaultyProvider]:
    with oidc_provider.faulty_provider() as provider:
        yield provider


@pytest.fixture
def faulty(faulty_process: FaultyProvider) -> FaultyProvider:
    """The faulty provider, behaving as it should until the test says otherwise."""
    faulty_process.behave()
    return faulty_process


@pytest.fixture
def point(app: Flask) -> Callable[..., None]:
    """Name a provider in the settings of the service: ``point(address)``."""

    def at(issuer: str, **changes: Any) -> None:
        usual = {"oidc_issuer": issuer, "oidc_client_id": CLIENT_ID, "oidc_client_secret": CLIENT_SECRET}
        named = {"oidc_name": "NHSmail", "base_url": "http://127.0.0.1:5999"}
        app.extensions["settings"] = replace(app.extensions["settings"], **{**usual, **named, **changes})

    return at


@pytest.fixture
def robin(world: make.World) -> int:
    """The lead of the northern trust, who has an account with a password; the person's id."""
    return make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")


@pytest.fixture
def sam(world: make.World) -> int:
    """The lead of the southern trust; the person's id."""
    return make.person(Role.LEAD, world.south_trust, email="sam@example.nhs.uk", name="Sam Fell")


@pytest.fixture
def provider(faulty: FaultyProvider, point: Callable[..., None]) -> str:
    """The faulty provider is the one in the settings; its address."""
    point(faulty.address)
    return faulty.address


@pytest.fixture
def connect(point: Callable[..., None]) -> Callable[..., int]:
    """Join an identity to a person's account as if its owner had; the identity's id."""

    def made(person_id: int, issuer: str, subject: str = ROBIN["sub"]) -> int:
        account_id = queries.find_account_id(person_id)
        assert account_id is not None
        identity = ExternalIdentity(
            account_id=account_id, issuer=issuer, subject=subject, connected_at=clock.real_now()
        )
        session().add(identity)
        session().commit()
        return identity.id

    return made


@pytest.fixture
def connected(faulty: FaultyProvider, point: Callable[..., None], connect: Callable[..., int], robin: int) -> None:
    """Robin's account is connected, so that anything let through would sign Robin in."""
    point(faulty.address)
    connect(robin, faulty.address)


@pytest.fixture
def come_back() -> Callable[..., TestResponse]:
    """Follow a redirect to the provider, sign in there, and bring the browser back with what the provider says."""
    return _come_back


def _come_back(browser: FlaskClient, sent_there: TestResponse, user: str = "") -> TestResponse:
    return browser.get(way_back(sent_there, user))


def way_back(sent_there: TestResponse, user: str = "") -> str:
    """The address of ours that the provider sends a browser back to; the honest one asks who it is."""
    assert sent_there.status_code == 302, sent_there.get_data(as_text=True)
    answer = (
        requests.post(sent_there.location, data={"sub": user}, allow_redirects=False, timeout=5)
        if user
        else requests.get(sent_there.location, allow_redirects=False, timeout=5)
    )
    assert answer.status_code == 302, answer.text
    back = urlsplit(answer.headers["Location"])
    assert f"{back.scheme}://{back.netloc}{back.path}" == f"http://127.0.0.1:5999{CALLBACK}"
    return f"{back.path}?{back.query}"


def without_password(person_id: int) -> None:
    session().execute(sa.update(Account).where(Account.person_id == person_id).values(password_hash=None))
    session().commit()


def without_role(person_id: int) -> None:
    """End the only role that somebody holds, that of a lead."""
    (held,) = queries.roles_in_force(person_id)
    membership = queries.find_membership_by_id(queries.find_membership(person_id, Role.LEAD, held.organisation_id) or 0)
    assert membership is not None
    membership.ended_at = clock.now()
    session().commit()


@pytest.fixture
def audited(app: Flask) -> Callable[..., list[tuple[str, Any, Any]]]:
    """What the audit says: each entry's verb, who did it, and what is true after it (or was before)."""

    def read(*verbs: str) -> list[tuple[str, Any, Any]]:
        session().rollback()
        entries = session().scalars(sa.select(AuditEntry).order_by(AuditEntry.id))
        return [(each.verb, each.person_id, each.after or each.before) for each in entries if each.verb in verbs]

    return read


@pytest.fixture
def identities(app: Flask) -> Callable[[], list[tuple[int, str, str]]]:
    """Every connection that is stored: person, issuer, subject."""

    def read() -> list[tuple[int, str, str]]:
        session().rollback()
        rows = session().execute(
            sa.select(Account.person_id, ExternalIdentity.issuer, ExternalIdentity.subject)
            .join(Account, Account.id == ExternalIdentity.account_id)
            .order_by(ExternalIdentity.id)
        )
        return [(row[0], row[1], row[2]) for row in rows]

    return read


@pytest.fixture
def is_signed_in() -> Callable[[FlaskClient], bool]:
    return lambda browser: browser.get("/").location.startswith("/organisations")
