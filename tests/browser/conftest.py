"""A demonstration served by a process of its own, and people with real browsers who visit it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from browser.visitor import HIGH, WIDE, Visitor
from playwright.sync_api import Browser, sync_playwright

HERE = Path(__file__).parent
PASSWORD = "five calm otters"
SECONDS_TO_START = 120
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
# A container has no sandbox of its own, and nothing may be fetched but the pages under test.
ARGUMENTS = (
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-gpu",
)

Visit = Callable[..., Visitor]


class Demo:
    """A demonstration that is being served, and can be set back to how it began."""

    def __init__(self, base_url: str, database: Path) -> None:
        self.base_url = base_url
        self.database = database
        self._beginning = database.with_name("beginning.sqlite3")
        _copy(self.database, self._beginning)

    def begin_again(self) -> None:
        """Put back every row, below the running server: SQLite's own backup is one transaction to it."""
        _copy(self._beginning, self.database)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Ends with this folder's tests: while it runs, no other test of the process could start an event loop."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, CHROMIUM_NAMES)), None)
    if found is None:
        pytest.skip("No Chromium here: install it (apt-get install chromium) or name its program in CHROMIUM.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def demo_of_2020(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration on its usual day, 2 November 2020."""
    with _served(tmp_path_factory.mktemp("demo-2020"), "2020-11-02") as demo:
        yield demo


@pytest.fixture(scope="package")
def demo_of_2025(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demonstration after the strategic steps of 16 December 2024 were issued."""
    with _served(tmp_path_factory.mktemp("demo-2025"), "2025-02-03") as demo:
        yield demo


@pytest.fixture
def visit(chromium: Browser, demo_of_2020: Demo) -> Iterator[Visit]:
    """Makes visitors to a demonstration that begins afresh: ``visit()``, ``visit("lead.northdale")``."""
    demo_of_2020.begin_again()
    with _visits(chromium, demo_of_2020) as make:
        yield make


@pytest.fixture
def visit_2025(chromium: Browser, demo_of_2025: Demo) -> Iterator[Visit]:
    """The same, in February 2025."""
    demo_of_2025.begin_again()
    with _visits(chromium, demo_of_2025) as make:
        yield make


@contextmanager
def _visits(chromium: Browser, demo: Demo) -> Iterator[Visit]:
    visitors: list[Visitor] = []

    def visit(key: str = "", *, width: int = WIDE, javascript: bool = True) -> Visitor:
        context = chromium.new_context(
            viewport={"width": width, "height": HIGH},
            java_script_enabled=javascript,
            locale="en-GB",
            accept_downloads=True,
            reduced_motion="reduce",
        )
        # Generous for a busy machine; what must be fast is measured by the tests themselves.
        context.set_default_timeout(20_000)
        visitor = Visitor(context, demo.base_url, PASSWORD)
        visitors.append(visitor)
        if key:
            visitor.sign_in(key)
        return visitor

    yield visit
    for visitor in visitors:
        visitor.context.close()
    faults = [fault for visitor in visitors for fault in visitor.faults]
    assert not faults, "\n".join(["Something went wrong in the browser meanwhile:", *faults])


@contextmanager
def _served(folder: Path, day: str) -> Iterator[Demo]:
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, str(HERE / "serve_demo.py"), str(folder), day, PASSWORD],
            cwd=HERE.parent.parent,
            env={**os.environ, "PYTHONPATH": str(HERE.parent.parent)},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield Demo(_address_of(server, folder), folder / "demo.sqlite3")
        finally:
            server.terminate()
            try:
                server.wait(timeout=10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait(timeout=10)


def _address_of(server: subprocess.Popen[bytes], folder: Path) -> str:
    """Wait until the server answers; what it printed says why it did not."""
    give_up_at = time.monotonic() + SECONDS_TO_START
    while server.poll() is None and time.monotonic() < give_up_at:
        if (folder / "port").exists():
            address = f"http://127.0.0.1:{(folder / 'port').read_text()}"
            try:
                with urlopen(f"{address}/sign-in", timeout=10):
                    return address
            except URLError:
                pass
        time.sleep(0.1)
    raise RuntimeError(f"The demonstration did not start:\n{(folder / 'log').read_text()[-4000:]}")


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as here, closing(sqlite3.connect(target)) as there:
        here.backup(there)
