"""What the house tests read: the checkout, its files, the application as it is wired; and the guard on sockets.

The guard is set when this file is loaded, so that a run of all the tests has it from its first test on.
"""

from __future__ import annotations

import ipaddress
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from conftest import make_settings
from flask import Flask

from tracker.app import create_app
from tracker.db import database

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"nhsuk", "__pycache__"}


class OutsideSocket(AssertionError):
    """A test was about to talk to something that is not this machine."""


def _refuse_outside(event: str, arguments: tuple[object, ...]) -> None:
    if event not in ("socket.connect", "socket.sendto"):
        return
    address = arguments[1]
    host = address[0] if isinstance(address, tuple) else "127.0.0.1"  # Other families stay on this machine.
    if not _is_here(str(host)):
        raise OutsideSocket(f"A test was about to connect to {address}.")


def _is_here(host: str) -> bool:
    if host in ("", "localhost"):
        return True
    try:
        return ipaddress.ip_address(host.partition("%")[0]).is_loopback
    except ValueError:
        return False


sys.addaudithook(_refuse_outside)


@pytest.fixture(scope="session")
def outside_socket() -> type[OutsideSocket]:
    return OutsideSocket


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def files() -> Callable[..., Iterator[Path]]:
    """Our own files below folders of the checkout, by the ends of their names."""

    def find(*places: str, ends: tuple[str, ...] = (".py",)) -> Iterator[Path]:
        for place in places:
            start = ROOT / place
            for path in sorted([start] if start.is_file() else start.rglob("*")):
                if path.is_file() and path.name.endswith(ends) and not NOT_OURS & set(path.parts):
                    yield path

    return find


@pytest.fixture(scope="module")
def wired() -> Iterator[Flask]:
    """The application as it is wired, on an empty database without tables: these tests ask it nothing but its shape."""
    app = create_app(make_settings("sqlite:///:memory:"))
    with app.app_context():
        yield app
        database.session.remove()
        database.engine.dispose()
