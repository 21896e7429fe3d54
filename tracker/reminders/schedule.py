"""The clock of the service: its own process makes each day's pass, empties the outbox and does the daily jobs.

``create_app`` never starts it. APScheduler is the clock and not the truth. What is due and not yet sent is asked of the
database, so a pass that was missed, failed or made twice costs nothing: the next tick makes it, and the ledger's key
keeps each reminder to one. Of several schedulers the one that holds the lease of ``leading.py`` acts. The daily jobs
are handed in; every process does them, and they must bear that.
"""

from __future__ import annotations

import logging
import signal
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
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
from tracker.mail.fates import learn_fates
from tracker.reminders.leading import Leadership
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import PASS_AT, is_pass_due
from tracker.reminders.sending import send_waiting
from tracker.reminders.service import send_reminders
from tracker.reminders.working_days import is_working_day, last_day_off_after

log = logging.getLogger(__name__)

SECONDS_TO_NOTICE = 0.2

EVERY = timedelta(minutes=1)
"""Between two looks at the outbox: somebody may be waiting for an invitation or a new password."""

JOBS_FROM = time(2, 30)
"""The London time from which a day's jobs are due: few people are at work, and neither clock change has an hour twice
after it.
"""
AFTER_A_FAILURE = timedelta(hours=1)

LOOK_BACK_EVERY = timedelta(hours=1)
"""Between two questions of what became of mail that had left, where that can be asked."""


@dataclass(frozen=True, slots=True)
class DailyJob:
    """Something to be done once a day in an application context. It is told how to ask whether to stop early.

    What it returns goes to the log, so it must hold no names. Done twice, it must do nothing the second time.
    """

    name: str
    run: Callable[[Callable[[], bool]], object]


class Rounds:
    """What one tick does: the day's pass where it is due, else a look at the outbox. Only whoever leads does it."""

    def __init__(
        self,
        app: Flask,
        *,
        make_pass: Callable[[date], object] | None = None,
        send: Callable[[], object] | None = None,
        leads: Callable[[], bool] | None = None,
        look_back: Callable[[], object] | None = None,
    ) -> None:
        settings: Settings = app.extensions["settings"]
        self._app = app
        self._settings = settings
        self._stopping = Event()
        self._leadership = Leadership()
        self._look_back = look_back or (lambda: learn_fates(settings))
        self._leads = leads or self._leadership.keep
        self._last_done_on: date | None = None
        self._next_look_back = clock.real_now()
        self._make_pass = make_pass or self._pass_of_a_working_day
        self._send = send or (lambda: send_waiting(settings, should_stop=self._should_stop))

    def tick(self) -> None:
        """Do what is due now. Whatever goes wrong is logged, and the next tick tries again."""
        if self._stopping.is_set():
            return
        # The real London day decides whether a pass is due; the pass itself follows a pinned day.
        now = clock.real_now()
        try:
            with self._app.app_context():
                if not self._leads():
                    return
                if is_pass_due(now, self._last_done_on):
                    outcome = self._make_pass(clock.today())
                    # One that was broken off is made again, by whoever leads then.
                    if not self._should_stop():
                        self._last_done_on = clock.london_day(now)
                    log.info("Pass for %s: %s", clock.today(), outcome)
                else:
                    self._send()
                if now >= self._next_look_back:
                    self._next_look_back = now + LOOK_BACK_EVERY
                    self._look_back()
        except Exception:
            log.exception("The pass could not be made; the next try is in %s.", EVERY)

    def _pass_of_a_working_day(self, on: date) -> object:
        """The pass of a day, with what falls on the days off that follow it; on a day off, only what waits is sent."""
        settings, should_stop = self._settings, self._should_stop
        if rulebook().working_days_only and not is_working_day(on):
            return self._send()
        ahead_to = last_day_off_after(on) if rulebook().working_days_only else on
        return send_reminders(on, settings, ahead_to=ahead_to, should_stop=should_stop)

    def _should_stop(self) -> bool:
        """Whether a pass is to end early: this process was told to, or another one acts by now."""
        return self._stopping.is_set() or not self._leads()

    def stop(self) -> None:
        """Ask a pass that is under way to end after the message in hand."""
        self._stopping.set()

    def give_way(self) -> None:
        """Let another process act from now on; to be called when the last tick is over."""
        with self._app.app_context():
            self._leadership.give_back()


class DailyRounds:
    """Does each daily job once a London day; one that fails is tried again after an hour and stops no other."""

    def __init__(self, app: Flask, jobs: Sequence[DailyJob]) -> None:
        self._app = app
        self._jobs = jobs
        self._stopping = Event()
        self._next_try: dict[str, datetime] = {}

    def tick(self) -> None:
        """Do the jobs that are due now. Whatever goes wrong is logged."""
        for job in self._jobs:
            now = clock.real_now()
            if self._stopping.is_set():
                return
            if now.astimezone(LONDON).time() >= JOBS_FROM and now >= self._next_try.get(job.name, now):
                self._do(job, now)

    def stop(self) -> None:
        """Ask the job that is under way to end when it can."""
        self._stopping.set()

    def _do(self, job: DailyJob, now: datetime) -> None:
        try:
            with self._app.app_context():
                outcome = job.run(self._stopping.is_set)
        except Exception:
            log.exception("The daily job %s failed; the next try is in %s.", job.name, AFTER_A_FAILURE)
            self._next_try[job.name] = now + AFTER_A_FAILURE
            return
        tomorrow = clock.london_day(now) + timedelta(days=1)
        self._next_try[job.name] = datetime.combine(tomorrow, JOBS_FROM, tzinfo=LONDON)
        log.info("The daily job %s is done: %s", job.name, outcome)


def run(app: Flask, *, on_ready: Callable[[], None] = lambda: None) -> None:
    """Tick at once, at 08:00 London time and every minute, until SIGTERM or Ctrl-C.

    The daily jobs have a thread of their own, so that a long one keeps nobody waiting for a mail.
    """
    rounds, daily = Rounds(app), DailyRounds(app, app.extensions.get("daily_jobs", ()))
    logging.getLogger("apscheduler").setLevel(logging.WARNING)  # It would tell of every tick.
    scheduler = BackgroundScheduler(
        timezone=LONDON,
        # A tick that comes late is made late, once, and never beside another.
        job_defaults={"misfire_grace_time": None, "coalesce": True},
        executors={name: {"type": "threadpool", "max_workers": 1} for name in ("default", "daily")},
    )
    at_eight = CronTrigger(hour=PASS_AT.hour, minute=PASS_AT.minute, timezone=LONDON)
    every_minute = IntervalTrigger(seconds=int(EVERY.total_seconds()), timezone=LONDON)
    for trigger in (None, at_eight, every_minute):
        scheduler.add_job(rounds.tick, trigger)
    for trigger in (None, every_minute):
        scheduler.add_job(daily.tick, trigger, executor="daily")
    with _noticing_signals() as was_told_to_end:
        scheduler.start()
        on_ready()
        while not was_told_to_end():
            sleep(SECONDS_TO_NOTICE)
        rounds.stop()
        daily.stop()
        scheduler.shutdown(wait=True)
        rounds.give_way()
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
