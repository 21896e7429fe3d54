"""Two passes at the same moment, each with connections of its own, on both databases in their real form."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier

import pytest
import sqlalchemy as sa
from flask import Flask
from smtp_server import MailServer

from tracker.config import Settings
from tracker.db import database, session
from tracker.mail import service
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.reminders import selecting_besides
from tracker.reminders.pass_day import PassDay
from tracker.reminders.rows import Candidate
from tracker.reminders.service import PassOutcome, send_reminders

TODAY = date(2020, 11, 2)
PEOPLE = 12  # As many as shared_app has.


def passes_at_once(app: Flask, how_many: int) -> list[PassOutcome]:
    settings: Settings = app.extensions["settings"]

    def make_a_pass(_number: int) -> PassOutcome:
        with app.app_context():
            try:
                return send_reminders(TODAY, settings)
            finally:
                database.session.remove()

    with ThreadPoolExecutor(how_many) as threads:
        return list(threads.map(make_a_pass, range(how_many)))


def test_passes_that_decide_at_the_same_moment_send_each_digest_once(
    shared_app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each has read the ledger before any has written to it: the worst moment there is."""
    together = Barrier(3)
    read = selecting_besides.due_besides

    def read_and_wait(day: PassDay) -> list[Candidate]:
        found = read(day)
        together.wait(timeout=20)
        return found

    monkeypatch.setattr("tracker.reminders.service.due_besides", read_and_wait)
    outcomes = passes_at_once(shared_app, 3)
    assert sorted(outcome.queued for outcome in outcomes) == [0, 0, PEOPLE]
    assert sum(outcome.already for outcome in outcomes) == 2 * PEOPLE
    assert sum(outcome.sent for outcome in outcomes) == PEOPLE
    assert sum(outcome.failed for outcome in outcomes) == 0
    assert Counter(received.recipients[0] for received in server.messages).most_common(1)[0][1] == 1
    assert len(server.messages) == PEOPLE
    carried = session().scalars(sa.select(LedgerEntry.message_id)).all()
    assert len(carried) == 4 * PEOPLE
    assert None not in carried


def test_senders_that_empty_the_same_outbox_send_each_message_once(
    shared_app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "BATCH", 2)
    monkeypatch.setattr("tracker.reminders.service.PEOPLE_AT_ONCE", 3)
    outcomes = passes_at_once(shared_app, 4)
    assert sum(outcome.queued for outcome in outcomes) == PEOPLE
    assert sum(outcome.sent for outcome in outcomes) == PEOPLE
    assert len(server.message_ids) == len(set(server.message_ids)) == PEOPLE
    states = session().scalars(sa.select(OutboxMessage.state)).all()
    assert [state.value for state in states] == ["sent"] * PEOPLE
