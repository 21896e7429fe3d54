"""``flask reminders run`` as the process it is: it starts, does what is due, and ends when told to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from smtp_server import HOST, MailServer, free_port, wait_until

from tracker.reminders.service import send_reminders

CHECKOUT = Path(__file__).resolve().parents[3]
SECONDS_TO_START = 30
SECONDS_TO_END = 15

Start = Callable[[], "subprocess.Popen[str]"]


@contextmanager
def ended(process: subprocess.Popen[str]) -> Iterator[subprocess.Popen[str]]:
    with process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.kill()


@pytest.fixture
def start(shared_app: Flask, shared_database_url: str, server: MailServer) -> Iterator[Start]:
    """Starts the scheduler in a process of its own, and sees that none is left at the end."""
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("FLASK", "TRACKER", "MAIL"))},
        "DATABASE_URL": shared_database_url,
        "MAIL": server.url,
        "TRACKER_TODAY": "2020-11-02",
        "LOG_LEVEL": "INFO",
    }
    with ExitStack() as processes:
        yield lambda: processes.enter_context(
            ended(
                subprocess.Popen(
                    [sys.executable, "-m", "flask", "--app", "tracker.app", "reminders", "run"],
                    cwd=CHECKOUT,
                    env=environment,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                )
            )
        )


def wait_until_ready(process: subprocess.Popen[str]) -> None:
    """Until the process says that it is at work, from when on it ends politely."""
    assert process.stdout is not None
    assert any("Reminders go out" in line for line in process.stdout)


def leave_digests_waiting(app: Flask) -> None:
    """Decide the day's pass while the mail server is down, so that whatever the hour a scheduler has work."""
    nowhere = replace(app.extensions["settings"], mail=f"smtp://{HOST}:{free_port()}")
    assert send_reminders(date(2020, 11, 2), nowhere).queued == 12


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_sends_what_waits_when_it_starts_and_ends_when_told_to(
    shared_app: Flask, server: MailServer, start: Start, how: signal.Signals
) -> None:
    leave_digests_waiting(shared_app)
    process = start()
    wait_until(lambda: len(server.messages) == 12, SECONDS_TO_START)
    process.send_signal(how)
    output, _ = process.communicate(timeout=SECONDS_TO_END)
    assert process.returncode == 0, output
    assert "Reminders go out at 08:00, London time." in output
    assert output.rstrip().endswith("Reminders have stopped.")
    assert "Traceback" not in output
    assert "@example" not in output


def test_two_schedulers_send_each_digest_once(shared_app: Flask, server: MailServer, start: Start) -> None:
    leave_digests_waiting(shared_app)
    first, second = start(), start()
    wait_until_ready(first)
    wait_until_ready(second)
    wait_until(lambda: len(server.messages) >= 12, SECONDS_TO_START)
    outputs = []
    for process in (first, second):
        process.terminate()
        outputs.append(process.communicate(timeout=SECONDS_TO_END)[0])
        assert process.returncode == 0, outputs[-1]
    assert len(set(server.message_ids)) == len(server.message_ids) == 12


def test_it_ends_while_a_server_hangs_without_losing_the_message_in_hand(
    shared_app: Flask, server: MailServer, start: Start
) -> None:
    leave_digests_waiting(shared_app)
    server.hangs_for = 2.0
    process = start()
    wait_until(lambda: len(server.messages) == 1, SECONDS_TO_START)
    process.terminate()
    output, _ = process.communicate(timeout=SECONDS_TO_END)
    assert process.returncode == 0, output
    assert len(server.messages) == 1
    server.hangs_for = 0.0
    assert send_reminders(date(2020, 11, 2), shared_app.extensions["settings"]).sent == 11
    assert len(set(server.message_ids)) == len(server.message_ids) == 12
