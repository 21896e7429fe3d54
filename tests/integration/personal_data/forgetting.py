"""The command that forgets somebody, as these tests give it; it must not know any test."""

from __future__ import annotations

from flask.testing import FlaskCliRunner
from integration.personal_data.conftest import EMAIL

from tracker.db import session


def forget(runner: FlaskCliRunner, *arguments: str, typed: str | None = None):
    session().rollback()
    return runner.invoke(args=["people", "forget", *(arguments or (EMAIL, "--yes"))], input=typed)
