"""What the service does by itself once a day, and the way in as the owner of the database; wiring, like ``app.py``.

It stands above the features, so that the scheduler, which must not know people or the audit, is handed finished jobs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import partial

from flask import Flask

from tracker.assurance.lapsing import lapse_with_time
from tracker.audit.service import Sealed, seal_chains
from tracker.config import Settings
from tracker.db import database, transaction
from tracker.evidence.expiring import let_expire
from tracker.people import retention
from tracker.people.retention import PurgeOutcome
from tracker.progress import kept
from tracker.reminders.schedule import DailyJob

ShouldStop = Callable[[], bool]


def init_upkeep(app: Flask, settings: Settings, make_app: Callable[[Settings], Flask]) -> None:
    """Lay ``owner_context`` and ``daily_jobs`` into an application's extensions; starts nothing."""
    app.extensions["owner_context"] = partial(_as_owner, app, settings, make_app)
    app.extensions["daily_jobs"] = (
        DailyJob("where everybody stands", _keep_standings),
        DailyJob("sealing the audit", _seal),
        DailyJob("evidence that expired", _let_evidence_expire),
        DailyJob("assurance that rested on a lead who left", _let_assurance_lapse),
        DailyJob("retention", partial(_purge, app, settings)),
    )


@contextmanager
def _as_owner(app: Flask, settings: Settings, make_app: Callable[[Settings], Flask]) -> Iterator[None]:
    """A context in which the database is reached by DATABASE_OWNER_URL: the same application, made for that address."""
    if settings.database_owner_url == settings.database_url:
        with app.app_context():
            yield
        return
    with make_app(replace(settings, database_url=settings.database_owner_url)).app_context():
        try:
            yield
        finally:
            database.session.remove()
            database.engine.dispose()


def _keep_standings(_should_stop: ShouldStop) -> None:
    with transaction():
        kept.keep()


def _seal(_should_stop: ShouldStop) -> Sealed | None:
    with transaction():
        return seal_chains()


def _let_evidence_expire(should_stop: ShouldStop) -> int:
    told = 0
    while not should_stop():
        with transaction():
            lapsed = let_expire()
        if not lapsed:
            break
        told += lapsed
    return told


def _let_assurance_lapse(_should_stop: ShouldStop) -> int:
    with transaction():
        return lapse_with_time()


def _purge(app: Flask, settings: Settings, should_stop: ShouldStop) -> PurgeOutcome:
    with app.extensions["owner_context"]():
        return retention.purge(settings.retention_months, should_stop=should_stop)
