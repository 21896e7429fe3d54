"""Starts senders for a test that kills them. What takes long is done once, before the first sender.

Of the lines on its input, ``open DATABASE_URL MAIL_URL`` makes an application, empties an outbox that should be so,
and says that it is ready; ``send`` forks a sender and says who it is and how it ended.
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


def main() -> None:
    # What a killed sender held is soon free again, and most of the outbox is never held by a dead one.
    holding.LEASE = timedelta(seconds=0.6)
    holding.SHORTEST_LEASE_LEFT = timedelta(seconds=0.3)
    service.BATCH = 10
    app = None
    for line in sys.stdin:
        match line.split():
            case ["open", database_url, mail_url]:
                settings = Settings.from_environment({"DATABASE_URL": database_url, "LOG_LEVEL": "CRITICAL"})
                app = create_app(replace(settings, mail=mail_url))
                _send(app)
                print("ready", flush=True)
            case ["send"] if app is not None:
                child = os.fork()
                if child == 0:
                    _send_and_end(app)
                print(child, flush=True)
                _, status = os.waitpid(child, 0)
                print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
