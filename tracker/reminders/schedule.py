"""The clock of the reminders: its own process makes each day's pass; ``create_app`` never starts it.

APScheduler is the clock and not the truth. What is due and not yet sent is asked of the database, so a pass
that was missed, failed or made twice costs nothing: the next tick makes it, and the ledger's key keeps each
reminder to one, however many schedulers run.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from threading import Event
from time import sleep

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger
from flask import Flask

from tracker import clock
from tracker.clock import LONDON
from tracker.config import Settings
from tracker.db import database
from tracker.reminders.rules import PASS_AT, is_pass_due
from tracker.reminders.service import send_reminders, send_waiting

log = logging.getLogger(__name__)

SECONDS_TO_NOTICE = 0.2

EVERY = timedelta(minutes=5)
"""Between two passes: retries what waits in the outbox, and makes today's pass if it is still to be made."""


class Rounds:
    """What one tick does: the day's pass where it is due, else a look at the outbox."""

    def __init__(
        self,
        app: Flask,
        *,
        make_pass: Callable[[date], object] | None = None,
        send: Callable[[], object] | None = None,
    ) -> None:
        settings: Settings = app.extensions["settings"]
        self._app = app
        self._stopping = Event()
        self._last_done_on: date | None = None
        self._make_pass = make_pass or (lambda on: send_reminders(on, settings, should_stop=self._stopping.is_set))
        self._send = send or (lambda: send_waiting(settings, should_stop=self._stopping.is_set))

    def tick(self) -> None:
        """Do what is due now. Whatever goes wrong is logged, and the next tick tries again."""
        if self._stopping.is_set():
            return
        # The real London day decides whether a pass is due; the pass itself follows a pinned day.
        now = clock.real_now()
        try:
            with self._app.app_context():
                if is_pass_due(now, self._last_done_on):
                    outcome = self._make_pass(clock.today())
                    self._last_done_on = clock.london_day(now)
                    log.info("Pass for %s: %s", clock.today(), outcome)
                else:
                    self._send()
        except Exception:
            log.exception("The pass could not be made; the next try is in %s.", EVERY)

    def stop(self) -> None:
        """Ask a pass that is under way to end after the message in hand."""
        self._stopping.set()


def run(app: Flask, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Tick at once, at 08:00 London time and every few minutes, until SIGTERM or Ctrl-C."""
    rounds = Rounds(app)
    scheduler = BackgroundScheduler(
        timezone=LONDON,
        # A tick that comes late is made late, once, and never beside another.
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        executors={"default": {"type": "threadpool", "max_workers": 1}},
    )
    at_eight = CronTrigger(hour=PASS_AT.hour, minute=PASS_AT.minute, timezone=LONDON)
    every_few_minutes = IntervalTrigger(seconds=int(EVERY.total_seconds()), timezone=LONDON)
    for trigger in (None, at_eight, every_few_minutes):
        scheduler.add_job(rounds.tick, trigger)
    with _noticing_signals() as was_told_to_end:
        scheduler.start()
        on_ready()
        while not was_told_to_end():
            sleep(SECONDS_TO_NOTICE)
        rounds.stop()
        scheduler.shutdown(wait=True)
    with app.app_context():
        database.engine.dispose()


@contextmanager
def _noticing_signals() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM or SIGINT has come, asked rather than raised.

    An exception raised by a signal could land anywhere: APScheduler logs and drops one that comes while it hands
    over a job, and the process would run on.
    """
    received: list[int] = []
    previous = {
        number: signal.signal(number, lambda number, _frame: received.append(number))
        for number in (signal.SIGTERM, signal.SIGINT)
    }
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)
