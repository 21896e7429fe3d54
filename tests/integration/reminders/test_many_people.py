"""A pass over many organisations: statements, memory and groups."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from counted import statements
from smtp_server import MailServer

from tracker.config import Settings
from tracker.db import session
from tracker.mail.models import LedgerEntry
from tracker.reminders.service import PassOutcome, preview, send_reminders

TODAY = date(2020, 11, 2)
Leads = Callable[[range], None]


def test_deciding_takes_as_many_statements_for_sixty_people_as_for_six(leads: Leads, settings: Settings) -> None:
    leads(range(6))
    list(preview(TODAY, settings))  # The wording of the asks is read once and kept.
    with statements() as for_six:
        assert sum(planned.subject is not None for planned in preview(TODAY, settings)) == 6
    leads(range(6, 60))
    with statements() as for_sixty:
        assert sum(planned.subject is not None for planned in preview(TODAY, settings)) == 60
    assert len(for_sixty) == len(for_six) <= 40


def test_a_second_pass_reads_and_writes_nothing(leads: Leads, settings: Settings) -> None:
    leads(range(6))
    send_reminders(TODAY, settings)
    with statements() as seen:
        assert send_reminders(TODAY, settings) == PassOutcome(already=6)
    written = [statement for statement in seen if statement.lstrip().upper().startswith(("INSERT", "DELETE"))]
    assert written == []


def test_groups_of_people_add_up_to_everybody_once(
    leads: Leads, settings: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reminders.service.PEOPLE_AT_ONCE", 4)
    leads(range(10))
    assert send_reminders(TODAY, settings) == PassOutcome(queued=10, sent=10)
    assert len({received.recipients[0] for received in server.messages}) == 10
    session().rollback()
    assert session().scalar(sa.select(sa.func.count()).select_from(LedgerEntry)) == 40


def test_being_told_to_stop_ends_between_two_groups_and_the_next_pass_does_the_rest(
    leads: Leads, settings: Settings, server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tracker.reminders.service.PEOPLE_AT_ONCE", 4)
    leads(range(10))
    asked = iter([False, True])
    first = send_reminders(TODAY, settings, should_stop=lambda: next(asked, True))
    assert (first.queued, first.sent) == (4, 0)
    assert send_reminders(TODAY, settings) == PassOutcome(queued=6, sent=10, already=4)
    assert len(server.messages) == 10
