"""What tests of hardening share: cheap hashes, and applications whose throttles bite early."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import timedelta

import pytest
from conftest import NOON, StrictClient, StrictRunner, make_settings
from flask import Flask

from tracker import clock, throttles
from tracker.app import create_app
from tracker.db import database
from tracker.web.throttle import Throttle

Later = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def later() -> Later:
    """A time after noon of the tests' day: ``with later(minutes=16): …``."""
    return lambda **by: clock.frozen(NOON + timedelta(**by))


@pytest.fixture
def only(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Throttle]:
    """Leaves one throttle of the table in force, with fewer tries, in applications made from now on."""

    def leave(name: str, *, most: int) -> Throttle:
        (found,) = [throttle for throttle in throttles.THROTTLES if throttle.name == name]
        changed = replace(found, most=most)
        monkeypatch.setattr(throttles, "THROTTLES", (changed,))
        return changed

    return leave


@pytest.fixture
def another_app(app: Flask, database_url: str) -> Iterator[Callable[..., Flask]]:
    """Makes further applications, each a worker of its own, on the database of ``app``."""
    made: list[Flask] = []

    def build(**changes: object) -> Flask:
        shared: dict[str, object] = {"secret_key": app.config["SECRET_KEY"]}
        other = create_app(make_settings(database_url, **(shared | changes)))
        other.testing = True
        other.test_client_class = StrictClient
        other.test_cli_runner_class = StrictRunner
        if database_url.startswith("sqlite"):
            # A database in memory belongs to one engine.
            database._app_engines[other] = database._app_engines[app]
        made.append(other)
        return other

    yield build
    for other in made:
        with other.app_context(), contextlib.suppress(Exception):
            if not database_url.startswith("sqlite"):
                database.engine.dispose()
