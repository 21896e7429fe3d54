"""What the tests of mail have in common: servers that run while a test does, and a database for several processes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from conftest import make_settings
from flask import Flask
from notify_server import NotifyServer, notifying
from smtp_server import MailServer, running

from tracker.app import create_app
from tracker.db import database
from tracker.schema import METADATA


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started


@pytest.fixture
def notify() -> Iterator[NotifyServer]:
    with notifying() as started:
        yield started


@pytest.fixture
def shared_database_url(database_url: str, tmp_path: Path) -> str:
    """A database that several connections and processes can open: a file for SQLite."""
    return database_url if database_url.startswith("postgresql") else f"sqlite:///{tmp_path / 'tracker.sqlite3'}"


@pytest.fixture
def shared_app(shared_database_url: str) -> Iterator[Flask]:
    """An application on that database, with nothing in it."""
    app = create_app(make_settings(shared_database_url))
    with app.app_context():
        METADATA.create_all(database.engine)
        with database.engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(sa.delete(table))
        yield app
        database.session.remove()
        database.engine.dispose()
