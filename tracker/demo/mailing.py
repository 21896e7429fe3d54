"""Shows the mail of a demonstration where it was started, a few seconds after it was asked for; sends none anywhere."""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TextIO

from flask import Flask

from tracker.config import Settings
from tracker.mail.senders import ConsoleSender
from tracker.reminders.sending import send_waiting

log = logging.getLogger(__name__)

SECONDS_BETWEEN_LOOKS = 2.0


@contextmanager
def mail_shown(app: Flask, *, stream: TextIO | None = None, every: float = SECONDS_BETWEEN_LOOKS) -> Iterator[None]:
    """While inside, print what comes into the outbox; whoever is invited or wants a new password needs the link."""
    ending = Event()
    postman = Thread(target=_look_again_and_again, args=(app, stream or sys.stdout, every, ending), daemon=True)
    postman.start()
    try:
        yield
    finally:
        ending.set()
        postman.join()


def _look_again_and_again(app: Flask, stream: TextIO, every: float, ending: Event) -> None:
    settings: Settings = app.extensions["settings"]
    while not ending.wait(every):
        try:
            with app.app_context():
                send_waiting(settings, sender=ConsoleSender(stream), should_stop=ending.is_set)
            # A pipe would keep a mail to itself until many have come.
            stream.flush()
        except Exception:
            log.exception("The mail could not be shown; the next try is in %s seconds.", every)
