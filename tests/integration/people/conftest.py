"""What tests of people need: a country with neighbours, cheap passwords, and somebody of each role at a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.conftest import country, fields_of, later, tables
from integration.single_sign_on.conftest import come_back, connect, faulty, faulty_process, point
from smtp_server import MailServer, running

from tracker.accounts.rules import Role

__all__ = [
    "come_back",
    "connect",
    "country",
    "faulty",
    "faulty_process",
    "fields_of",
    "later",
    "point",
    "tables",
]

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask, country: object) -> Enter:
    """A browser in which somebody of a role is signed in: by default in the body that the tests' people belong to."""

    def sign_in(role: Role, body: int | None = None) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, role, body or country.body_of(role))  # type: ignore[attr-defined]
        return client

    return sign_in


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started
