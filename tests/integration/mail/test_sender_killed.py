"""A sender that is killed again and again at every point of a message: everything arrives, and little arrives twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer

from flask import Flask
from integration.mail.outboxing import address, queue, states, stored
from smtp_server import MailServer

from tracker.mail.rules import MessageState

CHECKOUT = Path(__file__).resolve().parents[3]
MESSAGES = 170
KILLS, FEWEST_KILLS = 22, 20
SENDERS_AT_MOST = 200
EVERY = 6
POINTS = ("sender", "taken", "recipient", "answered", "written")
"""Where in a message a sender dies: before it is offered, when it has been taken and before the answer goes, before it
is handed over, when the answer is on its way, and a little later, when it is about to be written down or has been."""


class Killer:
    """Kills the sender at work at one point after another, each time after some more messages."""

    def __init__(self, server: MailServer) -> None:
        self.server = server
        self.victim: int | None = None
        self.kills = 0
        self._next_after = 3
        server.on_step = self.step

    def step(self, step: str) -> None:
        if self.victim is None or self.kills >= KILLS or len(self.server.messages) < self._next_after:
            return
        point = POINTS[self.kills % len(POINTS)]
        if point in ("answered", "written"):
            # A moment after the message was taken, while the answer is on its way or has just come.
            if step == "taken":
                self._kill_in(0.0003 if point == "answered" else 0.0015)
        elif point == step:
            self._kill(self.victim)

    def _kill_in(self, seconds: float) -> None:
        Timer(seconds, self._kill, [self.victim]).start()
        self.victim = None

    def _kill(self, victim: int | None) -> None:
        assert victim is not None
        self.victim = None
        self.kills += 1
        self._next_after = len(self.server.messages) + EVERY
        with suppress(ProcessLookupError):  # It came to its end just before.
            os.kill(victim, signal.SIGKILL)


@contextmanager
def senders(database_url: str, mail_url: str) -> Iterator[subprocess.Popen[str]]:
    """The program that starts senders, ended with whatever it has started."""
    program = Path(__file__).with_name("sender_process.py")
    path = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests")])
    process = subprocess.Popen(
        [sys.executable, str(program), database_url, mail_url],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(timeout=20)


def run_a_sender(process: subprocess.Popen[str], killer: Killer) -> int:
    """Start one sender and wait for its end, whichever it is; its exit code."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write("go\n")
    process.stdin.flush()
    killer.victim = int(process.stdout.readline())
    code = int(process.stdout.readline())
    killer.victim = None
    return code


def test_a_sender_that_is_killed_again_and_again_loses_nothing_and_repeats_at_most_one_message_a_kill(
    shared_app: Flask, shared_database_url: str, server: MailServer
) -> None:
    killer, codes = Killer(server), []
    with senders(shared_database_url, server.url) as process:
        people = queue(MESSAGES)
        message_ids = [message.message_id for message in stored()]
        while set(states()) != {MessageState.SENT}:
            codes.append(run_a_sender(process, killer))
            assert len(codes) < SENDERS_AT_MOST, Counter(codes)
            if codes[-1] == 0:
                time.sleep(0.2)  # What the dead held is free when their leases end.
    assert set(codes) <= {0, -signal.SIGKILL}
    killed = codes.count(-signal.SIGKILL)
    assert killed >= FEWEST_KILLS
    assert set(server.message_ids) == set(message_ids), "a message was lost, or one arrived that nobody queued"
    assert len(server.messages) - MESSAGES <= killed
    assert sorted({received.recipients[0] for received in server.messages}) == sorted(map(address, people))
    copies = defaultdict(set)
    for received in server.messages:
        copies[received.message_id].add((received.recipients[0], received.subject, received.text))
    assert {len(different) for different in copies.values()} == {1}, "a repeat says something else"
