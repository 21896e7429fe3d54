"""Tries are counted once for all workers, none is lost, and the table tells nobody whose they are."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from conftest import make_settings
from flask import Flask
from flask.testing import FlaskClient

from tracker.app import create_app
from tracker.config import Environment
from tracker.db import configure_sqlite, database, session
from tracker.schema import METADATA
from tracker.web import counters
from tracker.web.counters import DatabaseCounters
from tracker.web.models import ThrottleCounter
from tracker.web.throttle import Throttle

Later = Callable[..., AbstractContextManager[None]]
Only = Callable[..., Throttle]
PASSWORDS, ADDRESSES = "passwords for one account", "refused sign-ins from one address"
QUARTER = 15 * 60


@pytest.fixture
def storage(app: Flask) -> DatabaseCounters:
    engine = database.engine
    return DatabaseCounters(engine=lambda: engine)


@pytest.fixture
def shared_engine(request: pytest.FixtureRequest, database_url: str, tmp_path: Path) -> Iterator[sa.Engine]:
    """A database that threads can share: PostgreSQL, or SQLite in a file."""
    if database_url.startswith("sqlite"):
        engine = sa.create_engine(f"sqlite:///{tmp_path / 'shared.sqlite3'}")
        configure_sqlite(engine)
        METADATA.create_all(engine)
    else:
        request.getfixturevalue("app")
        engine = sa.create_engine(database_url, pool_size=8)
    yield engine
    engine.dispose()


def attempt(client: FlaskClient, email: str = "wren@example.nhs.uk", **headers: str) -> int:
    data = {"csrf_token": make.csrf_token(client, "/sign-in"), "email": email, "password": "not this one"}
    return client.post("/sign-in", data=data, headers=headers).status_code


def test_two_workers_on_one_database_share_the_count(another_app: Callable[..., Flask], only: Only) -> None:
    only(PASSWORDS, most=3)
    one, other = another_app().test_client(), another_app().test_client()
    assert [attempt(one), attempt(other), attempt(one), attempt(other), attempt(one)] == [200, 200, 200, 429, 429]


def test_of_many_tries_at_once_none_is_lost(shared_engine: sa.Engine) -> None:
    threads, each = 8, 25
    ready = threading.Barrier(threads)
    seen: list[int] = []

    def count() -> None:
        storage = DatabaseCounters(engine=lambda: shared_engine)
        ready.wait()
        for _ in range(each):
            seen.append(storage.incr("one key", QUARTER))

    running = [threading.Thread(target=count) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    assert sorted(seen) == list(range(1, threads * each + 1))


def test_a_window_begins_with_its_first_try_and_ends_by_itself(storage: DatabaseCounters, later: Later) -> None:
    assert [storage.incr("key", QUARTER) for _ in range(3)] == [1, 2, 3]
    ends_at = storage.get_expiry("key")
    with later(minutes=10):
        assert storage.incr("key", QUARTER) == 4
        assert storage.get_expiry("key") == ends_at
    with later(minutes=14, seconds=59):
        assert storage.get("key") == 4
    with later(minutes=15):
        assert storage.get("key") == 0
        assert storage.incr("key", QUARTER) == 1
        assert storage.get_expiry("key") == ends_at + QUARTER


def test_keys_do_not_meet_however_long_they_are(storage: DatabaseCounters) -> None:
    long = "x" * 5000
    assert [storage.incr(long + end, QUARTER) for end in ("1", "2", "1")] == [1, 1, 2]
    storage.clear(long + "1")
    assert (storage.get(long + "1"), storage.get(long + "2")) == (0, 1)
    assert storage.check()
    assert storage.reset() == 1


def test_a_try_counts_even_where_everything_else_is_rolled_back(shared_engine: sa.Engine) -> None:
    storage = DatabaseCounters(engine=lambda: shared_engine)
    with shared_engine.connect() as request_of_its_own:
        request_of_its_own.execute(sa.select(ThrottleCounter))
        storage.incr("key", QUARTER)
        request_of_its_own.rollback()
    assert storage.get("key") == 1


def test_windows_that_are_over_are_taken_out_now_and_then(
    storage: DatabaseCounters, later: Later, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counters, "TRIES_BETWEEN_SWEEPS", 4)
    for name in ("a", "b", "c"):
        storage.incr(name, QUARTER)
    with later(minutes=20):
        storage.incr("d", QUARTER)
        assert session().scalars(sa.select(ThrottleCounter.tries)).all() == [1]
        session().rollback()
        assert storage.sweep() == 0


def test_the_table_tells_no_address_and_no_account(app: Flask, client: FlaskClient) -> None:
    attempt(client, "wren@example.nhs.uk")
    rows = session().execute(sa.select(ThrottleCounter.key)).scalars().all()
    assert len(rows) == 2
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for key in rows)
    # The secret goes into the keys: with another, the same tries have others, so no list of all addresses undoes them.
    first = set(rows)
    session().execute(sa.delete(ThrottleCounter))
    session().commit()
    app.secret_key = "another secret of these tests"
    attempt(app.test_client(), "wren@example.nhs.uk")
    assert not first & set(session().scalars(sa.select(ThrottleCounter.key)))


def visitors(another_app: Callable[..., Flask], proxies: int, headers: list[dict[str, str]]) -> list[int]:
    client = another_app(trusted_proxies=proxies).test_client()
    return [attempt(client, f"{place}@example.nhs.uk", **each) for place, each in enumerate(headers)]


def test_behind_a_proxy_each_visitor_counts_by_the_address_the_proxy_saw(
    another_app: Callable[..., Flask], only: Only
) -> None:
    only(ADDRESSES, most=1)
    here, there = {"X-Forwarded-For": "198.51.100.7"}, {"X-Forwarded-For": "203.0.113.9"}
    # What a visitor wrote in front of the proxy's own word counts for nothing.
    spoofed = {"X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
    assert visitors(another_app, 1, [here, here, there, spoofed]) == [200, 429, 200, 429]


def test_without_a_proxy_what_a_visitor_says_of_the_address_is_ignored(
    another_app: Callable[..., Flask], only: Only
) -> None:
    only(ADDRESSES, most=1)
    said = [{"X-Forwarded-For": f"198.51.100.{number}", "X-Real-IP": f"198.51.100.{number}"} for number in range(3)]
    assert visitors(another_app, 0, said) == [200, 429, 429]


def test_of_an_ipv6_address_only_the_network_counts(another_app: Callable[..., Flask], only: Only) -> None:
    only(ADDRESSES, most=1)
    same = [{"X-Forwarded-For": f"2001:db8:1:2::{number}"} for number in (1, 2)]
    other = {"X-Forwarded-For": "2001:db8:1:3::1"}
    mapped = [{"X-Forwarded-For": "::ffff:198.51.100.7"}, {"X-Forwarded-For": "198.51.100.7"}]
    assert visitors(another_app, 1, [*same, other, *mapped]) == [200, 429, 200, 200, 429]


def test_each_application_of_a_process_counts_in_its_own_database(tmp_path: Path) -> None:
    apps = [create_app(make_settings(f"sqlite:///{tmp_path / name}.sqlite3")) for name in ("one", "two")]
    for app in apps:
        with app.app_context():
            METADATA.create_all(database.engine)
    assert attempt(apps[0].test_client()) == 200
    for app, expected in zip(apps, (2, 0), strict=True):
        with app.app_context():
            assert session().scalar(sa.select(sa.func.count()).select_from(ThrottleCounter)) == expected
            session().close()
            database.engine.dispose()


@pytest.mark.parametrize(
    ("environment", "proxies", "is_said"),
    [(Environment.PRODUCTION, 0, True), (Environment.PRODUCTION, 1, False), (Environment.DEVELOPMENT, 0, False)],
)
def test_production_without_a_proxy_says_what_that_means(
    another_app: Callable[..., Flask],
    caplog: pytest.LogCaptureFixture,
    environment: Environment,
    proxies: int,
    is_said: bool,
) -> None:
    caplog.clear()
    another_app(environment=environment, trusted_proxies=proxies, base_url="https://tracker.example.nhs.uk")
    assert ("TRUSTED_PROXIES is 0" in caplog.text) is is_said
