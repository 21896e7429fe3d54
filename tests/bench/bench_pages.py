"""Times our pages against a bare Flask page that runs the same statements and renders as many rows."""

from __future__ import annotations

import sys
from time import perf_counter, process_time

import sqlalchemy as sa
from bench.country import LEAD_EMAIL, NATIONAL_EMAIL, REGION_EMAIL, Country
from bench.measuring import Scoreboard, in_pairs
from bench.running import KINDS, Statement, country_on, request_of, signed_in, statements_behind
from flask import Flask, render_template_string

ORGANISATIONS = 353
PAIRS = 15
AT_MOST_TIMES = 2.0
AT_MOST_STATEMENTS = 10
AT_MOST_KILOBYTES = 100.0

BARE_PAGE = """<!doctype html><html lang="en"><head><title>Rows</title></head><body><h1>Rows</h1><table>
{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>
{% endfor %}</table></body></html>"""


def main() -> int:
    board = Scoreboard()
    for kind in KINDS:
        with country_on(kind, ORGANISATIONS) as (app, country, url):
            for name, email, address in _pages(app, country):
                cookie = signed_in(app, email)
                ours = request_of(app, address, cookie)
                statements = statements_behind(app, address, cookie)
                bare = request_of(_bare_app(url, statements), "/")
                what = f"{kind}, {ORGANISATIONS} organisations, {name}"
                # SQLite works inside this process, so its CPU time says all, whatever else the machine does.
                timer = process_time if kind == "SQLite" else perf_counter
                board.ratio(what, in_pairs(ours, bare, pairs=PAIRS, timer=timer), AT_MOST_TIMES)
                board.figure(f"{what}, statements", len(statements), "", AT_MOST_STATEMENTS)
                board.figure(f"{what}, HTML", len(ours()) / 1024, "KB", AT_MOST_KILOBYTES)
    return board.exit_code


def _pages(app: Flask, country: Country) -> list[tuple[str, str, str]]:
    """What each page is called, who asks for it, and its address."""
    pages = [
        ("organisation page as its lead", LEAD_EMAIL, f"/organisations/{country.trust_code}"),
        ("organisation page as its region", REGION_EMAIL, f"/organisations/{country.trust_code}"),
    ]
    for who, email in (("the region", REGION_EMAIL), ("the nation", NATIONAL_EMAIL)):
        last = _last_page(app, email)
        pages += [
            (f"overdue list of {who}, first page", email, "/review/overdue"),
            (f"overdue list of {who}, page {last} (the last)", email, f"/review/overdue?page={last}"),
        ]
    return pages


def _last_page(app: Flask, email: str) -> int:
    """How many pages the list says it has."""
    html = request_of(app, "/review/overdue", signed_in(app, email))().decode()
    return int(html.split(" (page 1 of ", 1)[1].split(")", 1)[0])


def _bare_app(url: str, statements: list[Statement]) -> Flask:
    """One view: the same statements through a plain connection, and the rows of the list in a plain template."""
    app = Flask("bare")
    engine = sa.create_engine(url)
    listed = max(number for number, each in enumerate(statements) if "applicability" in each.text)

    @app.get("/")
    def page() -> str:
        with engine.connect() as connection:
            found = [connection.exec_driver_sql(each.text, each.parameters).fetchall() for each in statements]
        return render_template_string(BARE_PAGE, rows=found[listed])

    return app


if __name__ == "__main__":
    sys.exit(main())
