"""Times the overdue list and the grid of a large country: each filter, the last page, what is kept against the facts.

Its argument is how many organisations there are, 10,000 unless told. A twentieth of the rows that are kept are changed
once more and nothing is vacuumed, as on a busy day.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from time import perf_counter, process_time

import sqlalchemy as sa
from bench.country import NATIONAL_EMAIL, REGION_EMAIL
from bench.country_progress import TODAY
from bench.measuring import Scoreboard, in_pairs
from bench.running import KINDS, country_on, request_of, signed_in, statements_behind
from flask import Flask

from tracker.accounts.bodies import find_organisation_id
from tracker.accounts.rules import Scope
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress import kept
from tracker.progress.lists import ListSource, source_of_facts, source_on
from tracker.review import grid_counts, grid_queries
from tracker.review.grid_rows import GridAsked, Level

ORGANISATIONS = 10_000
MORE_ASKS = 46
"""A practice, which nearly all of them are, has fourteen of the built-in frameworks: sixty asks each."""
TIMES = 20
AT_MOST_MILLISECONDS = 100.0
AT_MOST_TIMES_THE_FIRST = 2.0
AT_MOST_KILOBYTES = 100.0
AT_MOST_MILLISECONDS_OF_GRID = 150.0
AT_MOST_TIMES_LIVE, AT_MOST_TIMES_LIVE_OF_ANOTHER_DAY = 0.5, 1.5
ANOTHER_DAY = date(2025, 3, 31)
CHURN = 20
"""One row in so many is changed."""

FILTERS = (
    "",
    "?type=trust",
    "?system=QB01",
    "?action=6",
    "?ask=8ua-2020/2.2&days=100",
    "?overdue=past_review",
    "?overdue=evidence_old",
    "?overdue=national_date_missed&status=off_course",
    "?status=no_update&quiet=30",
    "?service=maternity&lead=vacant",
    "?lead=vacant&sort=organisation",
    "?framework=wide-2020&overdue=any&status=no_update&quiet=30&type=practice&sort=organisation",
    "?status=done_claimed",
    "?overdue=any&sort=updated",
    "?sort=system",
    "?sort=-ask",
)


def main(organisations: int) -> int:
    board = Scoreboard()
    for kind in KINDS:
        with country_on(kind, organisations, more_asks=MORE_ASKS) as (app, country, _url):
            _keep_and_churn(app)
            _grid_of(board, app, f"{kind}, {organisations:,} organisations, grid of a region", country.region_code)
            for who, email in (("region", REGION_EMAIL), ("nation", NATIONAL_EMAIL)):
                _list_of(
                    board, app, f"{kind}, {organisations:,} organisations, list of the {who}", signed_in(app, email)
                )
    return board.exit_code


def _keep_and_churn(app: Flask) -> None:
    with app.app_context():
        began = perf_counter()
        with transaction():
            kept.keep()
        print(f"made what is kept in {perf_counter() - began:.1f} s", flush=True)
        with transaction():
            session().execute(
                sa.text(
                    f"UPDATE standing_now SET version = version + 1, updated_on = updated_on WHERE id % {CHURN} = 0"
                )
            )


def _list_of(board: Scoreboard, app: Flask, what: str, cookie: str) -> None:
    for query in FILTERS:
        ask = request_of(app, f"/review/overdue{query}", cookie)
        board.figure(f"{what} {query or 'unfiltered'}, p95", p95(ask, timer_of(what)), "ms", AT_MOST_MILLISECONDS)
    first = request_of(app, "/review/overdue", cookie)
    html = first().decode()
    board.figure(f"{what}, HTML", len(html) / 1024, "KB", AT_MOST_KILOBYTES)
    last_page = max(int(part.split("&")[0].split('"')[0]) for part in html.split("page=")[1:])
    last = request_of(app, f"/review/overdue?page={last_page}", cookie)
    ratio = p95(last, timer_of(what)) / p95(first, timer_of(what))
    board.figure(f"{what}, page {last_page} (the last) to the first", ratio, "times", AT_MOST_TIMES_THE_FIRST)
    board.figure(f"{what}, statements", len(statements_behind(app, "/review/overdue", cookie)), "", 12)


def _grid_of(board: Scoreboard, app: Flask, what: str, region_code: str) -> None:
    """Its counts, from what is kept and of another day, each against the same counts from the facts of today."""
    for query in ("", "?by=system", "?as_at=2025-03-31", "?since=2025-03-31", "?sort=help"):
        ask = request_of(app, f"/review/grid{query}", signed_in(app, REGION_EMAIL))
        board.figure(
            f"{what} {query or 'unfiltered'}, p95", p95(ask, timer_of(what)), "ms", AT_MOST_MILLISECONDS_OF_GRID
        )
        board.figure(f"{what} {query or 'unfiltered'}, HTML", len(ask()) / 1024, "KB", AT_MOST_KILOBYTES)
    with app.app_context():
        catalogue, region_id = read_catalogue(), find_organisation_id(region_code)
        assert region_id is not None
        scope = Scope(regions=frozenset({region_id}))
        asked = GridAsked(TODAY, TODAY, None, Level.ORGANISATION, "8ua-2020", True, "", "", "", "", False, False)
        columns = grid_queries.columns_of(catalogue, asked)

        def count(source: ListSource) -> object:
            level = Level.SYSTEM
            return grid_counts.tallies_of(source, scope, asked, level, columns, catalogue)

        for day, at_most in ((TODAY, AT_MOST_TIMES_LIVE), (ANOTHER_DAY, AT_MOST_TIMES_LIVE_OF_ANOTHER_DAY)):
            pairs = in_pairs(
                partial(count, source_on(day, TODAY)),
                partial(count, source_of_facts(TODAY)),
                pairs=TIMES,
                timer=timer_of(what),
            )
            board.ratio(f"{what}, counted on {day.isoformat()} to the live count of today", pairs, at_most)
        assert count(source_on(TODAY, TODAY)) == count(source_of_facts(TODAY))


def timer_of(what: str) -> Callable[[], float]:
    """SQLite works inside this process, so its CPU time says all, whatever else the machine does."""
    return process_time if what.startswith("SQLite") else perf_counter


def p95(call: Callable[[], object], timer: Callable[[], float]) -> float:
    """The time in milliseconds within which nineteen calls of twenty were done."""
    call()
    taken = []
    for _ in range(TIMES):
        began = timer()
        call()
        taken.append(timer() - began)
    return 1000 * sorted(taken)[int(TIMES * 0.95) - 1]


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else ORGANISATIONS))
