"""A sender that is killed again and again at every point of a message: everything arrives, and little arrives twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from threading import Timer

import pytest
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


class Senders:
    """The program that starts senders: what it is told, and what it says."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def open(self, database_url: str, mail_url: str) -> None:
        """Have it ready to send from a database to a server."""
        assert self._told(f"open {database_url} {mail_url}") == "ready"

    def run_one(self, killer: Killer) -> int:
        """Start one sender and wait for its end, whichever it is; its exit code."""
        killer.victim = int(self._told("send"))
        code = int(self._said())
        killer.victim = None
        return code

    def _told(self, line: str) -> str:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()
        return self._said()

    def _said(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


@pytest.fixture(scope="module")
def senders() -> Iterator[Senders]:
    """One program for both databases, because starting it takes longer than all that it does."""
    program = Path(__file__).with_name("sender_process.py")
    path = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests")])
    with subprocess.Popen(
        [sys.executable, str(program)],
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": path},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Senders(process)
        finally:
            process.kill()


def test_a_sender_that_is_killed_again_and_again_loses_nothing_and_repeats_at_most_one_message_a_kill(
    shared_app: Flask, shared_database_url: str, server: MailServer, senders: Senders
) -> None:
    senders.open(shared_database_url, server.url)
    people = queue(MESSAGES)
    message_ids = [message.message_id for message in stored()]
    killer, codes = Killer(server), []
    while set(states()) != {MessageState.SENT}:
        codes.append(senders.run_one(killer))
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
