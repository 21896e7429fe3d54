"""On PostgreSQL a purge reaches the database as its owner, because the application's own role may do less."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker import clock
from tracker.accounts.models import Person
from tracker.app import create_app
from tracker.db import database, session
from tracker.reminders.schedule import DailyRounds

LONG_AFTER = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


@pytest.fixture
def database_url(postgresql_url: str) -> str:
    """PostgreSQL alone: SQLite has no roles."""
    return postgresql_url


@pytest.fixture
def limited_url(app: Flask, database_url: str) -> Iterator[str]:
    """The address of a role that may read and add, and may neither change people nor delete."""
    role = "tracker_web_of_this_test"
    with database.engine.begin() as owner:
        owner.exec_driver_sql(f"CREATE ROLE {role} LOGIN")
        owner.exec_driver_sql(f"GRANT SELECT, INSERT ON ALL TABLES IN SCHEMA public TO {role}")
    try:
        yield sa.make_url(database_url).set(username=role).render_as_string(hide_password=False)
    finally:
        session().rollback()
        with database.engine.begin() as owner:
            owner.exec_driver_sql(f"DROP OWNED BY {role}")
            owner.exec_driver_sql(f"DROP ROLE {role}")


def test_the_purge_works_as_the_owner_where_the_application_may_not(
    app: Flask, somebody_long_gone: int, limited_url: str
) -> None:
    settings = replace(app.extensions["settings"], database_url=limited_url)
    session().rollback()
    for owner_url, is_forgotten in ((limited_url, False), (settings.database_owner_url, True)):
        limited = create_app(replace(settings, database_owner_url=owner_url))
        with limited.app_context():
            assert session().scalar(sa.text("SELECT current_user")) == "tracker_web_of_this_test"
            session().rollback()
            with clock.frozen(LONG_AFTER):
                DailyRounds(limited, limited.extensions["daily_jobs"]).tick()
            name = session().scalars(sa.select(Person.name).where(Person.id == somebody_long_gone)).one()
            assert (name == "") == is_forgotten
            database.session.remove()
            database.engine.dispose()


def test_the_command_purges_as_the_owner_too(app: Flask, somebody_long_gone: int, limited_url: str) -> None:
    settings = replace(app.extensions["settings"], database_url=limited_url)
    session().rollback()
    limited = create_app(settings)
    with clock.frozen(LONG_AFTER):
        result = limited.test_cli_runner().invoke(args=["people", "purge"])
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[-1].startswith("people 1, ")
    assert session().scalars(sa.select(Person.name).where(Person.id == somebody_long_gone)).one() == ""
    with limited.app_context():
        database.engine.dispose()
