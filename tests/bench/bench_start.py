"""Times a real server from the start of its process to its first answer, and weighs it after two hundred pages."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from statistics import median
from time import perf_counter, sleep

import psutil
from bench.country import LEAD_EMAIL, NATIONAL_EMAIL, REGION_EMAIL
from bench.country_progress import TODAY
from bench.measuring import Scoreboard
from bench.running import SECRET, country_on, signed_in

ORGANISATIONS = 353
STARTS = 5
PAGES = 200
AT_MOST_SECONDS = 3.0
AT_MOST_MEGABYTES = 150.0
PATIENCE = 60.0
AS_AT = f"as_at-day={TODAY.day}&as_at-month={TODAY.month}&as_at-year={TODAY.year}"
CHECKOUT = Path(__file__).resolve().parents[2]

SERVER = """
import sys
from werkzeug.serving import make_server
from wsgi import app
make_server("127.0.0.1", int(sys.argv[1]), app).serve_forever()
"""


def main() -> int:
    board = Scoreboard()
    with country_on("SQLite", ORGANISATIONS) as (app, country, url):
        seconds = []
        for _ in range(STARTS):
            before = perf_counter()
            with _server(url) as (port, _process):
                _first_answer(port)
                seconds.append(perf_counter() - before)
        board.figure(f"start to first answer, median of {STARTS}", median(seconds), "s", AT_MOST_SECONDS)
        trust = f"/organisations/{country.trust_code}"
        addresses = [
            (signed_in(app, email), address)
            for email, address in (
                (LEAD_EMAIL, trust),
                (LEAD_EMAIL, f"{trust}/8ua-2020/6.1"),
                (LEAD_EMAIL, f"{trust}/8ua-2020/1.1/update"),
                (REGION_EMAIL, "/review/overdue"),
                (NATIONAL_EMAIL, "/review/overdue?page=2"),
                (NATIONAL_EMAIL, "/organisations"),
                (NATIONAL_EMAIL, "/exports"),
                (NATIONAL_EMAIL, "/review/overdue.csv"),
            )
        ]
        with _server(url) as (port, process):
            _first_answer(port)
            for number in range(PAGES):
                cookie, address = addresses[number % len(addresses)]
                _ask(port, address, cookie)
            pages = _megabytes(process)
            _ask(port, f"/exports/progress?file=xlsx&{AS_AT}", addresses[-1][0])
            after_a_workbook = _megabytes(process)
    board.figure(f"memory (RSS) of one worker after {PAGES} mixed pages", pages, "MB", AT_MOST_MEGABYTES)
    print(f"memory (RSS) of the same worker after a workbook of the whole country: {after_a_workbook:.4g} MB, no limit")
    return board.exit_code


@contextmanager
def _server(url: str) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """One worker in a process of its own, on a free port of this machine."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    settings = {"DATABASE_URL": url, "SECRET_KEY": SECRET, "TRACKER_TODAY": TODAY.isoformat(), "LOG_LEVEL": "ERROR"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, str(port)],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port, process
    finally:
        process.terminate()
        process.wait(timeout=PATIENCE)


def _first_answer(port: int) -> None:
    started = perf_counter()
    while perf_counter() - started < PATIENCE:
        try:
            _ask(port, "/sign-in", "")
        except OSError:
            sleep(0.02)
        else:
            return
    raise AssertionError(f"The server did not answer within {PATIENCE:.0f} seconds.")


def _ask(port: int, address: str, cookie: str) -> None:
    connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", address, headers={"Cookie": cookie})
        response = connection.getresponse()
        response.read()
        if response.status != 200:
            raise AssertionError(f"{address} answered {response.status}.")
    finally:
        connection.close()


def _megabytes(process: subprocess.Popen[bytes]) -> float:
    return float(psutil.Process(process.pid).memory_info().rss) / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main())
