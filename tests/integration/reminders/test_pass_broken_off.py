"""A pass that meets a server that is down or refuses an address, or dies half-way, loses or doubles nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import make
import pytest
import sqlalchemy as sa
from integration.reminders.passing import LEAD, TODAY, counts, ledger
from smtp_server import HOST, MailServer, free_port, running

from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import session
from tracker.mail.models import OutboxMessage
from tracker.mail.senders import Line
from tracker.reminders.service import send_reminders


@pytest.mark.usefixtures("lead")
def test_a_server_that_is_down_keeps_the_digest_for_the_next_pass(settings: Settings) -> None:
    port = free_port()
    settings = replace(settings, mail=f"smtp://{HOST}:{port}")
    assert counts(send_reminders(TODAY, settings)) == (1, 0, 0, 1)
    (kept,) = session().scalars(sa.select(OutboxMessage.message_id))
    session().rollback()
    with running(port=port) as server:
        assert counts(send_reminders(TODAY, settings)) == (0, 1, 1, 0)
        assert server.message_ids == [kept]


def test_one_refused_address_does_not_hold_up_the_others(
    world: make.World, server: MailServer, settings: Settings
) -> None:
    make.person(Role.LEAD, world.north_trust, email=LEAD)
    make.person(Role.LEAD, world.south_trust, email="gone@xs1.example.test")
    server.answers_to["gone@xs1.example.test"] = "550 5.1.1 unknown"
    assert counts(send_reminders(TODAY, settings)) == (2, 1, 0, 1)
    assert counts(send_reminders(TODAY, settings)) == (0, 0, 2, 0)


class CrashingSender:
    """The process dies when it is about to send."""

    @contextmanager
    def line(self) -> Iterator[Line]:
        raise KeyboardInterrupt
        yield


@pytest.mark.usefixtures("lead")
def test_a_crash_between_deciding_and_sending_loses_nothing(server: MailServer, settings: Settings) -> None:
    with pytest.raises(KeyboardInterrupt):
        send_reminders(TODAY, settings, sender=CrashingSender())
    session().rollback()
    assert counts(send_reminders(TODAY, settings)) == (0, 1, 1, 0)
    assert len(server.messages) == 1


@pytest.mark.usefixtures("lead")
def test_a_crash_while_deciding_leaves_neither_half(
    server: MailServer, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_args: object, **_options: object) -> dict[str, int]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tracker.reminders.service.queue_messages", crash)
        with pytest.raises(KeyboardInterrupt):
            send_reminders(TODAY, settings)
    assert ledger() == []
    assert counts(send_reminders(TODAY, settings)) == (1, 1, 0, 0)
    assert len(server.messages) == 1
