"""A mail server, people to remind, and a database that several processes can open."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.reminders.passing import LEAD
from smtp_server import MailServer, running

from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.app import create_app
from tracker.config import Settings
from tracker.db import database, session, transaction
from tracker.frameworks.rules import OrganisationType
from tracker.schema import METADATA
from tracker.sign_in.service import sign_in


@pytest.fixture
def server() -> Iterator[MailServer]:
    with running() as started:
        yield started


@pytest.fixture
def settings(app: Flask, server: MailServer) -> Settings:
    """The application's settings, with mail going to the test's server."""
    return replace(app.extensions["settings"], mail=server.url, base_url="https://tracker.example.test")


def add_leads(world: make.World, numbers: range) -> None:
    """A trust with a lead for each number."""
    for number in numbers:
        trust = make.organisation(
            f"XT{number}", f"Trust {number} NHS Trust", OrganisationType.TRUST, region=world.north_region
        )
        make.person(Role.LEAD, trust)
    session().rollback()  # Ends the reading of what was made, so that a test sees what others write after.


@pytest.fixture
def leads(world: make.World) -> Callable[[range], None]:
    """Makes a trust with a lead for each number it is given."""
    return lambda numbers: add_leads(world, numbers)


@pytest.fixture
def shared_database_url(database_url: str, tmp_path: Path) -> str:
    """A database that several connections and processes can open: a file for SQLite."""
    return database_url if database_url.startswith("postgresql") else f"sqlite:///{tmp_path / 'tracker.sqlite3'}"


@pytest.fixture
def shared_app(shared_database_url: str, server: MailServer) -> Iterator[Flask]:
    """An application on that database, with a dozen leads."""
    from_environment = Settings.from_environment({"DATABASE_URL": shared_database_url, "LOG_LEVEL": "ERROR"})
    app = create_app(replace(from_environment, mail=server.url))
    with app.app_context():
        METADATA.create_all(database.engine)
        with database.engine.begin() as connection:
            for table in reversed(METADATA.sorted_tables):
                connection.execute(sa.delete(table))
        add_leads(make.world(), range(12))
        yield app
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def somebody_long_gone(world: make.World) -> int:
    """A lead whose role ended on 2 November 2020, an administrator, and something in the audit."""
    make.person(Role.ADMINISTRATOR)
    person_id = make.person(Role.LEAD, world.north_trust)
    session().execute(
        sa.update(Membership)
        .where(Membership.person_id == person_id)
        .values(ended_at=datetime(2020, 11, 2, tzinfo=UTC))
    )
    session().commit()
    with transaction():
        sign_in("nobody@example.nhs.uk", "a password")
    return person_id


@pytest.fixture
def lead(world: make.World) -> int:
    return make.person(Role.LEAD, world.north_trust, email=LEAD)
