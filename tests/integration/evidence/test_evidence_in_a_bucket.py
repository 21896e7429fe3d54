"""The same in a bucket: moto's server speaks S3 on this machine, in a process of its own."""

from __future__ import annotations

import io
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.error import URLError
from urllib.request import Request, urlopen

import fsspec  # type: ignore[import-untyped]
import pytest
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from integration.evidence import bringing
from integration.evidence.bringing import XN1, a_file, add, send
from unit.evidence import made_files as made

from tracker import clock
from tracker.accounts.rules import Role
from tracker.evidence import storage
from tracker.evidence.rules import LARGEST_FILE

Enter = Callable[..., FlaskClient]
SECONDS_TO_START = 60
START = (
    "import sys\n"
    "from moto.server import ThreadedMotoServer\n"
    "server = ThreadedMotoServer(ip_address='127.0.0.1', port=0, verbose=False)\n"
    "server.start()\n"
    "print(server.get_host_and_port()[1], flush=True)\n"
    "sys.stdin.read()\n"
)


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """The address of a server that speaks S3, which ends with this module's tests."""
    command = [sys.executable, "-c", START]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield _answering(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        finally:
            process.terminate()


def _answering(address: str) -> str:
    give_up_at = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            urlopen(f"{address}/moto-api/", timeout=5).close()
            return address
        except URLError:
            assert time.monotonic() < give_up_at, "The server that speaks S3 did not start."
            time.sleep(0.1)


@pytest.fixture
def bucket(app: Flask, s3_server: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The settings name a prefix in a fresh bucket."""
    for name, value in (("ACCESS_KEY_ID", "a"), ("SECRET_ACCESS_KEY", "b"), ("DEFAULT_REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    urlopen(Request(f"{s3_server}/moto-api/reset", method="POST")).close()
    urlopen(Request(f"{s3_server}/tracker-files", method="PUT")).close()
    settings = replace(
        app.extensions["settings"], evidence_url="s3://tracker-files/evidence/north", evidence_endpoint=s3_server
    )
    app.extensions["settings"] = settings
    return f"{s3_server}/tracker-files"


def objects(bucket: str) -> list[str]:
    with urlopen(bucket) as listing:
        return bringing.re.findall(r"<Key>(.*?)</Key>", listing.read().decode())


@pytest.mark.usefixtures("world")
def test_a_file_goes_into_the_bucket_and_comes_back(enter: Enter, bucket: str) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf(), "Plan.pdf"))
    assert objects(bucket) == [f"evidence/north/{bringing.newest().storage_key}"]
    answer = enter(Role.BOARD).get(f"{XN1}/{evidence_id}/file", buffered=True)
    assert answer.data == made.pdf()


@pytest.mark.usefixtures("world")
def test_the_largest_file_goes_there_in_parts(enter: Enter, bucket: str) -> None:
    content = made.picture().ljust(LARGEST_FILE, b"\0")
    evidence_id = add(enter(Role.LEAD), a_file(content, "large.png"))
    answer = enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file", buffered=True)
    assert answer.data == content


@pytest.mark.usefixtures("world")
def test_what_was_changed_in_the_bucket_is_not_given(enter: Enter, bucket: str) -> None:
    evidence_id = add(enter(Role.LEAD), a_file(made.pdf()))
    (key,) = objects(bucket)
    files = fsspec.filesystem("s3", endpoint_url=bucket.rpartition("/")[0])
    files.pipe_file(f"tracker-files/{key}", b"%PDF other")
    assert "is not the one that was added" in enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file").text
    files.rm_file(f"tracker-files/{key}")
    assert "is not where it was kept" in enter(Role.LEAD).get(f"{XN1}/{evidence_id}/file").text


@pytest.mark.usefixtures("world")
def test_a_double_click_and_a_sweep_leave_what_has_a_row(enter: Enter, bucket: str, runner: FlaskCliRunner) -> None:
    lead = enter(Role.LEAD)
    opened = bringing.fields(lead, f"{XN1}/add")
    for _ in range(2):
        assert send(lead, f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]), opened).status_code == 302
    assert len(objects(bucket)) == 1
    stray = "20201102T120000-" + "0" * 32
    urlopen(Request(f"{bucket}/evidence/north/{stray}", data=b"x", method="PUT")).close()
    urlopen(Request(f"{bucket}/evidence/north-east/{stray}", data=b"x", method="PUT")).close()
    with clock.frozen(NOON + timedelta(hours=25)):
        result = runner.invoke(args=["evidence", "sweep"])
    assert result.output == "removed 1, kept 1, too new 0, missing 0\n"
    assert len(objects(bucket)) == 2, "A neighbour's prefix is not ours."


@pytest.mark.usefixtures("world")
def test_a_bucket_that_is_not_there_is_said_plainly(app: Flask, enter: Enter, bucket: str) -> None:
    app.extensions["settings"] = replace(app.extensions["settings"], evidence_url="s3://no-such-bucket/x")
    answer = send(enter(Role.LEAD), f"{XN1}/add", a_file(made.pdf(), asks=["8ua-2020/2.2"]))
    assert answer.status_code == 503
    assert bringing.rows() == (0, 0)


def test_a_server_that_does_not_answer_is_unavailable(bucket: str, unused_port: int) -> None:
    store = storage.Store("s3://tracker-files/x", f"http://127.0.0.1:{unused_port}")
    with pytest.raises(storage.StorageUnavailable):
        store.keep(io.BytesIO(b"x"))


@pytest.fixture
def unused_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port
