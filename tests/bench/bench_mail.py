"""Times the emptying of the outbox: 10,000 digests to a local SMTP server, against one connection of smtplib.

The bare side makes the same messages and hands them over one connection, and writes nothing down. The server is a
process of its own. Both go by turns, a tenth at a time. Memory is what our process grows by meanwhile.
"""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager

import psutil
from bench.measuring import Pairs, Scoreboard, in_pairs
from bench.running import KINDS, database_of_kind, make_app

from tracker import clock
from tracker.accounts.models import Person
from tracker.db import database, transaction
from tracker.mail.holding import count_due
from tracker.mail.letters import Email
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.service import send_due
from tracker.mail.smtp import SmtpSender
from tracker.schema import METADATA

PARTS = 10
PART = int(os.environ.get("BENCH_MAIL_MESSAGES", "10000")) // PARTS
AT_MOST_TIMES = 1.5
AT_MOST_MEGABYTES = 64.0
FROM = "Health inequalities action tracker <tracker@tracker.example.test>"
SUBJECT = "7 actions need you, the first since 21 September 2020"
TEXT = "Hello,\n\nthis is what needs you first.\n\n" + "".join(
    f"{number}. An ask of the eight urgent actions, overdue by {number} days.\n"
    f"   https://tracker.example.test/organisations/XN{number}/8ua-2020/{number}.1\n\n"
    for number in range(1, 8)
)
HTML = (
    "<html><body><p>Hello,</p><ol>"
    + "".join(
        f'<li><a href="https://tracker.example.test/organisations/XN{number}/8ua-2020/{number}.1">An ask of the eight '
        f"urgent actions</a>, overdue by {number} days</li>"
        for number in range(1, 8)
    )
    + "</ol></body></html>"
)

SERVER = """
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Sink
import socket, sys
with socket.socket() as probe:
    probe.bind(("127.0.0.1", 0))
    port = probe.getsockname()[1]
controller = Controller(Sink(), hostname="127.0.0.1", port=port)
controller.start()
print(port, flush=True)
sys.stdin.read()
controller.stop()
"""


def main() -> int:
    board = Scoreboard()
    with mail_server() as port:
        for kind in KINDS:
            with database_of_kind(kind) as url:
                app = make_app(url)
                with app.app_context():
                    METADATA.create_all(database.engine)
                    _queue_digests()
                    before, weights = _megabytes(), [0.0]
                    pairs = in_pairs(
                        lambda weights=weights: _empty_a_part(port, weights),
                        lambda: _bare(port),
                        pairs=PARTS,
                        warm_ups=0,
                    )
                    left = count_due()
                    database.session.remove()
                    database.engine.dispose()
            assert left == 0, f"{left} messages were left."
            each = Pairs(pairs.ours / PART, pairs.limit / PART, pairs.ratio)
            board.ratio(f"{kind}, {PARTS * PART:,} digests delivered, each", each, AT_MOST_TIMES)
            board.figure(f"{kind}, memory that the sender grows by", max(weights) - before, "MB", AT_MOST_MEGABYTES)
    return board.exit_code


@contextmanager
def mail_server() -> Iterator[int]:
    """An SMTP server in a process of its own that takes everything and keeps nothing; its port."""
    with subprocess.Popen(
        [sys.executable, "-c", SERVER], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        try:
            yield int(process.stdout.readline())
        finally:
            process.terminate()


def _queue_digests() -> None:
    with transaction() as current:
        people = [Person(name="Robin Ashdown", recorded_at=clock.now()) for _ in range(PARTS * PART)]
        current.add_all(people)
        current.flush()
        ids = [person.id for person in people]
        for start in range(0, len(ids), 500):
            digests = [
                NewMessage(person_id, SUBJECT, TEXT, f"digest {person_id}", html=HTML)
                for person_id in ids[start : start + 500]
            ]
            queue_messages(digests, mail_from=FROM)
    database.session.remove()


def _addresses(person_ids: Collection[int]) -> Mapping[int, str]:
    return {person_id: f"person{person_id}@example.test" for person_id in person_ids}


def _empty_a_part(port: int, weights: list[float]) -> None:
    """Empty a tenth of the outbox, and weigh this process at its end."""
    done = [0]
    outcome = send_due(
        SmtpSender("127.0.0.1", port),
        _addresses,
        mail_from=FROM,
        should_stop=lambda: done[0] >= PART,
        on_progress=lambda number: done.__setitem__(0, number),
    )
    assert (outcome.sent, outcome.failed) == (PART, 0), outcome
    weights.append(_megabytes())


def _bare(port: int) -> None:
    """Make as many messages of the same text and hand them over one connection."""
    with smtplib.SMTP("127.0.0.1", port) as server:
        for number in range(PART):
            address = f"person{number}@example.test"
            email = Email(f"<{number}@tracker.example.test>", FROM, address, SUBJECT, TEXT, HTML)
            server.sendmail(email.envelope_sender, [address], email.as_bytes())


def _megabytes() -> float:
    return float(psutil.Process().memory_info().rss) / 1024 / 1024


if __name__ == "__main__":
    sys.exit(main())
