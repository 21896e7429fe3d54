"""A process that is killed while it decides, before one write after another: everybody is told, once."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask
from smtp_server import MailServer

from tracker.config import Settings
from tracker.db import database, session
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import ReminderState
from tracker.reminders import service
from tracker.reminders.models import CompletePass

TODAY = date(2020, 11, 2)
LEADS, IN_A_GROUP = 12, 3
KILLS_AT_LEAST, PROCESSES_AT_MOST = 8, 60


@pytest.fixture
def deciding(shared_app: Flask, server: MailServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setattr(service, "PEOPLE_AT_ONCE", IN_A_GROUP)
    return replace(shared_app.extensions["settings"], mail=server.url)


def decide_until_write(number: int, settings: Settings) -> int:
    """Decide in a process of its own that is killed before its n-th write; how that ended."""
    database.session.remove()
    database.engine.dispose()
    child = os.fork()
    if child == 0:
        _decide_and_die(number, settings)
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _decide_and_die(number: int, settings: Settings) -> None:
    seen = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen
        seen += statement.lstrip().upper().startswith(("INSERT", "UPDATE", "DELETE"))
        if seen == number:
            os.kill(os.getpid(), signal.SIGKILL)

    code = 1
    try:
        sa.event.listen(database.engine, "before_cursor_execute", count)
        service.decide(TODAY, settings)
        code = 0
    finally:
        os._exit(code)


def what_stands() -> tuple[int, int]:
    """How many people have a digest and how many reminders they were told; nothing is half there."""
    session().rollback()
    entries = session().scalars(sa.select(LedgerEntry)).all()
    assert {entry.state for entry in entries} <= {ReminderState.TOLD}
    messages = {each.id: each.person_id for each in session().scalars(sa.select(OutboxMessage))}
    assert all(messages[entry.message_id or 0] == entry.person_id for entry in entries)
    assert {entry.message_id for entry in entries} == set(messages)
    assert len(set(messages.values())) == len(messages), "a second digest of a day"
    session().rollback()
    return len(messages), len(entries)


def test_every_write_may_be_the_last_of_a_process(deciding: Settings, server: MailServer) -> None:
    kills, codes, before = 0, [], (0, 0)
    for number in range(1, PROCESSES_AT_MOST):
        codes.append(decide_until_write(1 + number % 5, deciding))
        stands = what_stands()
        assert stands >= before, "what was decided is gone"
        before = stands
        kills += codes[-1] == -signal.SIGKILL
        if codes[-1] == 0:
            break
        assert session().scalars(sa.select(CompletePass)).all() == []
    assert set(codes) == {0, -signal.SIGKILL}
    assert before[0] == LEADS
    assert kills >= KILLS_AT_LEAST, codes
    outcome = service.send_reminders(TODAY, deciding)
    assert (outcome.queued, outcome.sent) == (0, LEADS)
    assert len(set(server.message_ids)) == len(server.message_ids) == LEADS
