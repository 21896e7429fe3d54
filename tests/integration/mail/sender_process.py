"""Starts senders for a test that kills them: a line on its input forks one, and each says who it is and how it ended.

Usage: python sender_process.py DATABASE_URL MAIL_URL. What takes long is done once, by
emptying an outbox that should be empty, and then it says that it is ready.
"""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from datetime import timedelta

from flask import Flask

from tracker.app import create_app
from tracker.config import Settings
from tracker.db import database
from tracker.mail import holding, service
from tracker.mail.senders import sender_from
from tracker.mail.service import send_due

FROM = "Tracker <tracker@tracker.example.test>"


def _send(app: Flask) -> None:
    """Empty the outbox, and leave no connection open."""
    with app.app_context():
        sender = sender_from(app.extensions["settings"])
        send_due(sender, lambda ids: {each: f"person{each}@example.test" for each in ids}, mail_from=FROM)
        database.session.remove()
        database.engine.dispose()


def _send_and_end(app: Flask) -> None:
    """Empty the outbox, and end this process whatever comes of it."""
    code = 1
    try:
        _send(app)
        code = 0
    finally:
        os._exit(code)


def main(database_url: str, mail_url: str) -> None:
    # What a killed sender held is soon free again, and most of the outbox is never held by a dead one.
    holding.LEASE = timedelta(seconds=0.6)
    holding.SHORTEST_LEASE_LEFT = timedelta(seconds=0.3)
    service.BATCH = 10
    settings = Settings.from_environment({"DATABASE_URL": database_url, "LOG_LEVEL": "CRITICAL"})
    app = create_app(replace(settings, mail=mail_url))
    _send(app)
    print("ready", flush=True)
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            _send_and_end(app)
        print(child, flush=True)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
