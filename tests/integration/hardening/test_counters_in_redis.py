"""With THROTTLE_URL the tries are counted in a real Redis, and without it nobody signs in."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import make
import pytest
import redis
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.models import SignInSession
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.web.models import ThrottleCounter
from tracker.web.throttle import Throttle

Only = Callable[..., Throttle]
PASSWORDS = "passwords for one account"


@pytest.fixture(scope="module")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A Redis of this module's own on a free port of this machine, ended with it."""
    program = shutil.which("redis-server")
    if program is None:
        pytest.skip("No Redis here: install it (apt-get install redis-server) to show the counters in it.")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("redis")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", str(folder)]
    with (folder / "log").open("wb") as log:
        server = subprocess.Popen([program, *options], stdout=log, stderr=subprocess.STDOUT)
    try:
        _wait_for(port, server, folder / "log")
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(timeout=10)


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    give_up_at = time.monotonic() + 20
    while server.poll() is None and time.monotonic() < give_up_at:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"Redis did not start:\n{log.read_text()[-2000:]}")


@pytest.fixture(autouse=True)
def true_time() -> Iterator[None]:
    """Redis has a clock of its own, so these tests run at the present."""
    with clock.frozen(datetime.now(UTC)):
        yield


def attempt(client: FlaskClient, email: str = "wren@example.nhs.uk", password: str = "") -> int:
    token = make.csrf_token(client, "/sign-in")
    data = {"csrf_token": token, "email": email, "password": password or "not this one"}
    return client.post("/sign-in", data=data).status_code


def test_workers_share_the_count_in_redis_and_leave_the_table_empty(
    another_app: Callable[..., Flask], only: Only, redis_url: str
) -> None:
    only(PASSWORDS, most=2)
    one, other = (another_app(throttle_url=redis_url).test_client() for _ in range(2))
    assert [attempt(one), attempt(other), attempt(one), attempt(other)] == [200, 200, 429, 429]
    assert session().scalar(sa.select(sa.func.count()).select_from(ThrottleCounter)) == 0


def test_a_sign_in_that_succeeds_is_given_back_in_redis_too(
    another_app: Callable[..., Flask], only: Only, redis_url: str, world: make.World
) -> None:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    only(PASSWORDS, most=2)
    app = another_app(throttle_url=redis_url)
    with closing(redis.from_url(redis_url)) as server:
        server.flushdb()
        tries = [attempt(app.test_client(), "robin@example.nhs.uk", make.PASSWORD) for _ in range(3)]
        (key,) = list(server.scan_iter())
        server.expire(key, 60)
        tries.append(attempt(app.test_client(), "robin@example.nhs.uk"))
        # The window begins with the first try that counts.
        assert server.ttl(key) > 14 * 60
    tries += [attempt(app.test_client(), "robin@example.nhs.uk") for _ in range(2)]
    assert tries == [302, 302, 302, 200, 200, 429]


def test_what_redis_keeps_names_nobody_and_dies_by_itself(another_app: Callable[..., Flask], redis_url: str) -> None:
    with closing(redis.from_url(redis_url)) as server:
        server.flushdb()
        attempt(another_app(throttle_url=redis_url).test_client())
        keys = [key.decode() for key in server.scan_iter()]
        assert len(keys) == 2
        assert not any(part in key for key in keys for part in ("wren", "example.nhs", "127.0.0.1"))
        assert all(0 < server.ttl(key) <= 15 * 60 for key in keys)


def test_without_its_redis_the_sign_in_is_out_of_service_and_lets_nobody_in(
    another_app: Callable[..., Flask], world: make.World
) -> None:
    make.person(Role.LEAD, world.north_trust, email="wren@example.nhs.uk")
    with closing(socket.create_server(("127.0.0.1", 0))) as free:
        nobody_listens = free.getsockname()[1]
    client = another_app(throttle_url=f"redis://127.0.0.1:{nobody_listens}/0").test_client()
    assert attempt(client, password=make.PASSWORD) == 503
    assert session().scalar(sa.select(sa.func.count()).select_from(SignInSession)) == 0
    assert client.get("/privacy").status_code == 200
