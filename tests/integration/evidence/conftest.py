"""What tests of evidence need: a folder of their own for files, and somebody of each role at a browser."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.conftest import country, tables

from tracker.accounts.rules import Role

__all__ = ["country", "tables"]

Enter = Callable[..., FlaskClient]


@pytest.fixture
def folder(app: Flask) -> Path:
    """Where the files of this test are kept; it is made with the first file."""
    return Path(app.extensions["settings"].evidence_url)


@pytest.fixture
def enter(app: Flask, country: object) -> Enter:
    """A browser in which somebody of a role is signed in: by default in the body that the tests' people belong to."""

    def sign_in(role: Role, body: int | None = None) -> FlaskClient:
        client = app.test_client()
        make.sign_in(client, role, body or country.body_of(role))  # type: ignore[attr-defined]
        return client

    return sign_in
