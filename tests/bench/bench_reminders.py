"""Times what a pass of the reminders asks of a large country: what is due, the first time and on the days after.

Its argument is how many organisations there are, 10,000 unless told; each has a lead. On the first day everything that
is late is due at once. Then all of that stands in the ledger. The next days are ordinary ones, but for the last: then
the weekly reminder of a date that everybody has falls due, and each lead gets a digest.
"""

from __future__ import annotations

import sys
from datetime import date, timedelta
from time import perf_counter

import psutil
import sqlalchemy as sa
from bench.country_progress import TODAY, insert
from bench.measuring import Scoreboard
from bench.running import KINDS, country_on
from flask import Flask

from tracker import clock
from tracker.accounts.models import Account, Membership, Person
from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import database, session, transaction
from tracker.organisations.models import Organisation
from tracker.progress import kept
from tracker.progress.kept_models import StandingNow
from tracker.reminders.looking import look_on
from tracker.reminders.nobody_there import nobody_answers
from tracker.reminders.pass_day import pass_day
from tracker.reminders.rows import Candidate
from tracker.reminders.selecting import due_by_date
from tracker.reminders.selecting_besides import due_besides
from tracker.reminders.service import PassOutcome, decide

ORGANISATIONS = 10_000
MORE_ASKS = 46
TIMES = 5
AT_MOST_SECONDS = 1.0
AT_MOST_MEGABYTES = 64.0
AT_MOST_STATEMENTS = 40


def main(organisations: int) -> int:
    board = Scoreboard()
    for kind in KINDS:
        with country_on(kind, organisations, more_asks=MORE_ASKS) as (app, _country, _url), app.app_context():
            _add_leads()
            measure(board, app, f"{kind}, {organisations:,} organisations")
    return board.exit_code


def measure(board: Scoreboard, app: Flask, what: str) -> None:
    """The selection of the first day, a pass that decides all of it, and the selection of ordinary days after."""
    settings: Settings = app.extensions["settings"]
    rows = session().scalar(sa.select(sa.func.count()).select_from(StandingNow))
    print(f"{what}: {rows:,} statuses", flush=True)
    seconds, due, statements = _selected(TODAY)
    print(f"{what}: the first day, {due:,} due, {seconds:.2f} s, {statements} statements", flush=True)
    _decide(board, f"{what}, the first day", TODAY, settings)
    for days in range(1, 4):
        on = TODAY + timedelta(days=days)
        clock.pin_day(on)
        with transaction():
            kept.keep()
        seconds, due, statements = min(_selected(on) for _ in range(TIMES))
        board.figure(f"{what}, due selection of day {days} ({due:,} due)", seconds, "s", AT_MOST_SECONDS)
        board.figure(f"{what}, its statements", statements, "", AT_MOST_STATEMENTS)
        _decide(board, f"{what}, day {days}", on, settings)
    clock.pin_day(TODAY)


def _decide(board: Scoreboard, what: str, on: date, settings: Settings) -> None:
    before, began = _megabytes(), perf_counter()
    outcome: PassOutcome = decide(on, settings)
    print(f"{what}: decided for {outcome.queued:,} people in {perf_counter() - began:.1f} s", flush=True)
    grown = _megabytes() - before
    board.figure(f"{what}, memory that deciding {outcome.queued:,} digests grows by", grown, "MB", AT_MOST_MEGABYTES)


def _selected(on: date) -> tuple[float, int, int]:
    seen = [0]

    def note(*_: object) -> None:
        seen[0] += 1

    sa.event.listen(database.engine, "before_cursor_execute", note)
    began = perf_counter()
    due = len(_select(on))
    seconds = perf_counter() - began
    sa.event.remove(database.engine, "before_cursor_execute", note)
    session().rollback()
    return seconds, due, seen[0]


def _select(on: date) -> list[Candidate]:
    day = pass_day(on)
    return [*due_by_date(day, look_on(on)), *due_besides(day), *nobody_answers(day)]


def _add_leads() -> None:
    """A lead for every organisation, with the account that mail goes to."""
    bodies = session().scalars(sa.select(Organisation.id).order_by(Organisation.id)).all()
    highest = session().scalar(sa.select(sa.func.max(Person.id))) or 0
    now = clock.now()
    leads = dict(enumerate(bodies, start=highest + 1))
    session().rollback()
    with transaction():
        insert(
            Person, ({"id": each, "name": "Robin Ashdown", "contact_email": "", "recorded_at": now} for each in leads)
        )
        insert(
            Account,
            (
                {
                    "person_id": each,
                    "sign_in_email": f"lead{each}@example.test",
                    "is_active": True,
                    "created_at": now,
                    "failed_sign_ins": 0,
                }
                for each in leads
            ),
        )
        insert(
            Membership,
            (
                {"person_id": each, "role": Role.LEAD, "organisation_id": body, "granted_at": now}
                for each, body in leads.items()
            ),
        )


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ORGANISATIONS))
