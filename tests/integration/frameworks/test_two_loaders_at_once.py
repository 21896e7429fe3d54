"""Two loaders at the same moment, as when two servers start: one loads, the other finds nothing left to do."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker.audit.models import AuditEntry
from tracker.db import database, session, transaction
from tracker.frameworks.definition import Definition
from tracker.frameworks.files import built_in_definition
from tracker.frameworks.models import Framework, FrameworkRevision
from tracker.frameworks.service import LoadResult, load_definition

EIGHT = built_in_definition("8ua-2020")
CORRECTED = replace(EIGHT, title="Eight actions, corrected")


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A SQLite file instead of memory: every thread needs a connection of its own."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'loaders.db'}"
    url: str = request.getfixturevalue("postgresql_url")
    return url


def _at_once(app: Flask, definition: Definition, loaders: int = 4) -> list[str]:
    """Load the same definition in several threads that start together; what each of them did, or its error."""
    start = threading.Barrier(loaders)
    outcomes: list[str] = []

    def load() -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                with transaction():
                    outcomes.append(load_definition(definition).result.value)
            except sa.exc.SQLAlchemyError as error:
                outcomes.append(repr(error))
            finally:
                database.session.remove()

    threads = [threading.Thread(target=load) for _ in range(loaders)]
    _each(threads, threading.Thread.start)
    _each(threads, lambda thread: thread.join(timeout=30))
    return sorted(outcomes)


def _each(threads: list[threading.Thread], do: Callable[[threading.Thread], None]) -> None:
    for thread in threads:
        do(thread)


def _count(table: type[Framework] | type[FrameworkRevision] | type[AuditEntry]) -> int:
    return session().scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_framework_is_created_once(app: Flask) -> None:
    unchanged = LoadResult.UNCHANGED.value
    assert _at_once(app, EIGHT) == [LoadResult.CREATED.value, unchanged, unchanged, unchanged]
    assert (_count(Framework), _count(FrameworkRevision), _count(AuditEntry)) == (1, 1, 1)


def test_a_correction_is_applied_once(app: Flask) -> None:
    with transaction():
        load_definition(EIGHT)
    unchanged = LoadResult.UNCHANGED.value
    assert _at_once(app, CORRECTED) == [LoadResult.CHANGED.value, unchanged, unchanged, unchanged]
    assert (_count(FrameworkRevision), _count(AuditEntry)) == (2, 2)
