"""The migrations make exactly the tables that the models describe, and go down as well as up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from conftest import make_settings
from flask import Flask

from tracker.app import create_app
from tracker.db import database, is_of
from tracker.schema import METADATA

# On SQLite neither Alembic nor SQLAlchemy can read expressions back and says so; ``_indexes`` reads them as text.
pytestmark = [
    pytest.mark.filterwarnings("ignore:autogenerate skipping metadata-specified expression-based index"),
    pytest.mark.filterwarnings("ignore:Skipped unsupported reflection of expression-based index"),
]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database of this test's own, with nothing in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'migrated.sqlite3'}"
        return
    server = sa.make_url(request.getfixturevalue("postgresql_server"))
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("CREATE DATABASE migrated")
    yield server.set(database="migrated").render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.exec_driver_sql("DROP DATABASE migrated WITH (FORCE)")
    engine.dispose()


@pytest.fixture
def migrating(empty_database: str) -> Iterator[Flask]:
    app = create_app(make_settings(empty_database, database_owner_url=empty_database))
    with app.app_context():
        yield app
        database.session.remove()
        database.engine.dispose()


def described(engine: sa.Engine) -> dict[str, dict[str, Any]]:
    """Every table of a database with its columns, keys, indexes and checks, in an order of no meaning."""
    inspector, indexes = sa.inspect(engine), _indexes(engine)
    found: dict[str, dict[str, Any]] = {}
    for table in inspector.get_table_names():
        if table == "alembic_version":
            continue
        found[table] = {
            "columns": {
                c["name"]: (str(c["type"]), c["nullable"], c.get("default")) for c in inspector.get_columns(table)
            },
            "primary key": inspector.get_pk_constraint(table)["constrained_columns"],
            "foreign keys": sorted(
                (f["name"] or "", f["constrained_columns"], f["referred_table"])
                for f in inspector.get_foreign_keys(table)
            ),
            "uniques": sorted((u["name"] or "", u["column_names"]) for u in inspector.get_unique_constraints(table)),
            "indexes": indexes.get(table, []),
            "checks": sorted((str(c["name"]), c["sqltext"]) for c in inspector.get_check_constraints(table)),
        }
    return found


def _indexes(engine: sa.Engine) -> dict[str, list[str]]:
    """Indexes as the database itself writes them down: SQLAlchemy cannot read expressions back on SQLite."""
    written = (
        "SELECT tbl_name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
        if engine.dialect.name == "sqlite"
        else "SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'"
    )
    found: dict[str, list[str]] = {}
    with engine.connect() as connection:
        for table, definition in connection.exec_driver_sql(written):
            found.setdefault(table, []).append(" ".join(definition.split()))
    return {table: sorted(definitions) for table, definitions in found.items()}


def test_there_is_one_head_and_the_revisions_are_numbered_in_order(wired: Flask) -> None:
    scripts = ScriptDirectory(str(wired.extensions["migrate"].directory))
    assert len(scripts.get_heads()) == 1
    revisions = [script.revision for script in scripts.walk_revisions()]
    assert sorted(revisions, reverse=True) == revisions
    assert revisions[::-1] == [f"{number:04}" for number in range(1, len(revisions) + 1)]


def test_autogenerate_finds_nothing_to_do(migrating: Flask) -> None:
    flask_migrate.upgrade()
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "include_object": is_of(connection.dialect.name)}
        )
        assert compare_metadata(context, METADATA) == []


def test_the_migrated_database_is_the_one_that_the_models_make_checks_and_all(migrating: Flask) -> None:
    flask_migrate.upgrade()
    migrated = described(database.engine)
    flask_migrate.downgrade(revision="base")
    METADATA.create_all(database.engine)
    made = described(database.engine)
    assert set(migrated) == set(made)
    for table in made:
        assert migrated[table] == made[table], table


def test_down_and_up_again_leads_to_the_same_place(migrating: Flask) -> None:
    flask_migrate.upgrade()
    first = described(database.engine)
    assert len(first) > 15
    flask_migrate.downgrade(revision="base")
    assert described(database.engine) == {}
    flask_migrate.upgrade()
    assert described(database.engine) == first
