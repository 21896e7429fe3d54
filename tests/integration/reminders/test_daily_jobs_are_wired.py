"""The jobs that the scheduler is handed by the application do their work on a real database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
import sqlalchemy as sa
from flask import Flask

from tracker import clock
from tracker.accounts.models import Person
from tracker.audit.models import AuditSeal
from tracker.audit.queries import verify_chains
from tracker.db import session
from tracker.reminders.schedule import DailyRounds

LONG_AFTER = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)


def do_the_jobs(app: Flask) -> None:
    session().rollback()
    with clock.frozen(LONG_AFTER):
        DailyRounds(app, app.extensions["daily_jobs"]).tick()


def test_the_audit_is_sealed_and_people_who_are_gone_are_forgotten(app: Flask, somebody_long_gone: int) -> None:
    do_the_jobs(app)
    assert session().scalars(sa.select(Person.name).where(Person.id == somebody_long_gone)).one() == ""
    assert session().scalar(sa.select(sa.func.count()).select_from(AuditSeal)) == 1
    assert verify_chains()[2] == []


def test_the_retention_follows_a_pinned_day(app: Flask, somebody_long_gone: int) -> None:
    """Otherwise a demonstration set to 2020 would forget its people."""
    clock.pin_day(datetime(2020, 11, 2, tzinfo=UTC).date())
    do_the_jobs(app)
    assert session().scalars(sa.select(Person.name).where(Person.id == somebody_long_gone)).one() != ""


def test_a_seal_that_fails_does_not_keep_the_purge_from_its_work(
    app: Flask, somebody_long_gone: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ConnectionError("no seal today")

    monkeypatch.setattr("tracker.upkeep.seal_chains", fail)
    do_the_jobs(app)
    assert "The daily job sealing the audit failed" in caplog.text
    assert session().scalars(sa.select(Person.name).where(Person.id == somebody_long_gone)).one() == ""
