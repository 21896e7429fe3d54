"""Evidence that comes at the very moment of a decision: whoever assures is told, and signs for nothing unseen."""

from __future__ import annotations

import contextvars
import threading
from collections.abc import Callable

import pytest
import tell
from flask import Flask
from integration.assurance.assuring import claim, new_note, now

from tracker.accounts.rules import Viewer
from tracker.db import database, transaction
from tracker.frameworks.rules import StatusClass
from tracker.progress.items import ChangedMeanwhile

WAIT = 20


def started(app: Flask, work: Callable[[], object]) -> threading.Thread:
    """A thread with an application context of its own."""

    def run() -> None:
        with app.app_context():
            try:
                work()
            finally:
                database.session.remove()

    thread = threading.Thread(target=contextvars.Context().run, args=(run,))
    thread.start()
    return thread


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_a_decision_waits_for_evidence_that_is_on_its_way_and_is_then_refused(
    app: Flask, lead: Viewer, region: Viewer
) -> None:
    claim(lead)
    has_added, may_end, came_to = threading.Event(), threading.Event(), []

    def add() -> None:
        with transaction():
            new_note(lead, "2.3")
            has_added.set()
            assert may_end.wait(WAIT)

    def decide() -> None:
        try:
            tell.decide(region, "2.3", is_assured=True)
            came_to.append("assured")
        except ChangedMeanwhile:
            came_to.append("told")

    adding = started(app, add)
    assert has_added.wait(WAIT)
    deciding = started(app, decide)
    deciding.join(0.5)
    assert came_to == [], "It waits for the evidence."
    may_end.set()
    adding.join(WAIT)
    deciding.join(WAIT)
    assert came_to == ["told"]
    assert (now().status, now().signed) == (StatusClass.DONE_CLAIMED, 0)
