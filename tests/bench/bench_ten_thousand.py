"""Counts the statements of a page at ten thousand organisations and at ten: they must be as many. Prints times."""

from __future__ import annotations

import sys
from time import perf_counter

from bench.country import LEAD_EMAIL, NATIONAL_EMAIL, REGION_EMAIL
from bench.measuring import Scoreboard
from bench.running import country_on, request_of, signed_in, statements_behind

SIZES = (10, 10_000)
AT_MOST_STATEMENTS = 10
TIMES = 5


def main() -> int:
    board = Scoreboard()
    counted: dict[str, list[int]] = {}
    for size in SIZES:
        with country_on("SQLite", size) as (app, country, _url):
            pages = {
                "organisation page": (LEAD_EMAIL, f"/organisations/{country.trust_code}"),
                "overdue list of the region": (REGION_EMAIL, "/review/overdue"),
                "overdue list of the nation": (NATIONAL_EMAIL, "/review/overdue"),
                "list of organisations": (NATIONAL_EMAIL, "/organisations"),
            }
            for name, (email, address) in pages.items():
                cookie = signed_in(app, email)
                ask = request_of(app, address, cookie)
                ask()
                began = perf_counter()
                for _ in range(TIMES):
                    ask()
                taken = (perf_counter() - began) / TIMES * 1000
                statements = len(statements_behind(app, address, cookie))
                counted.setdefault(name, []).append(statements)
                board.figure(f"SQLite, {size:,} organisations, {name} ({taken:.0f} ms), statements", statements, "",
                             AT_MOST_STATEMENTS)  # fmt: skip
    differing = [name for name, numbers in counted.items() if len(set(numbers)) > 1]
    board.figure("pages whose number of statements grows with the country", len(differing), "", 0)
    return board.exit_code


if __name__ == "__main__":
    sys.exit(main())
