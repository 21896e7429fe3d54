"""The reminders that had gone out before the demonstration begins, made by the real pass; they are mailed to nobody."""

from __future__ import annotations

from datetime import date, datetime
from io import StringIO

from flask import current_app

from tracker import clock
from tracker.mail.senders import ConsoleSender
from tracker.reminders.rules import PASS_AT
from tracker.reminders.service import send_reminders

PASSES = (date(2020, 9, 22), date(2020, 10, 12), date(2020, 10, 26))
"""Three of the days on which something was due; nothing of the day on which the demonstration begins."""


def make_pass(on: date) -> None:
    """Make the pass of a day as it was then, whatever day is pinned."""
    pinned = clock.pinned_day()
    clock.pin_day(None)
    try:
        with clock.frozen(datetime.combine(on, PASS_AT, tzinfo=clock.LONDON)):
            send_reminders(on, current_app.extensions["settings"], sender=ConsoleSender(StringIO()))
    finally:
        clock.pin_day(pinned)
