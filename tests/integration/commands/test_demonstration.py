"""The demonstration: whoever is invited or wants a new password sees the mail, because none is sent anywhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from io import StringIO
from pathlib import Path
from threading import active_count

import pytest
import sqlalchemy as sa
from conftest import make_settings
from flask import Flask
from smtp_server import wait_until

from tracker import clock
from tracker.accounts.models import Account
from tracker.accounts.rules import NEEDS_SECOND_FACTOR
from tracker.app import create_app
from tracker.db import database, session, transaction
from tracker.demo.commands import DEMO_DAY, _say_how_to_sign_in
from tracker.demo.mailing import mail_shown
from tracker.demo.story import INVITED, PEOPLE
from tracker.demo.telling import tell
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_message
from tracker.mail.rules import MessageState
from tracker.schema import METADATA

SECONDS = 60
"""Far more than it takes; a busy machine may be slow."""


@pytest.fixture
def demo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The story on its usual day, in a file that several threads can open."""
    app = create_app(make_settings(f"sqlite:///{tmp_path / 'demo.sqlite3'}", pinned_today=DEMO_DAY))
    app.extensions["is_demonstration"] = True
    with app.app_context():
        METADATA.create_all(database.engine)
        tell("five calm otters", last_day=DEMO_DAY)
        yield app
        database.session.remove()
        database.engine.dispose()


def state_of(subject: str) -> MessageState | None:
    session().rollback()
    return session().scalar(sa.select(OutboxMessage.state).where(OutboxMessage.subject == subject))


def queue(subject: str) -> None:
    with transaction():
        person_id = session().scalar(sa.select(sa.func.min(Account.person_id)))
        assert person_id is not None
        queue_message(NewMessage(person_id, subject, "Two actions need you.", subject), mail_from="t@example.nhs.uk")


def test_the_invitation_that_waits_is_shown_with_a_link_that_opens(demo: Flask) -> None:
    assert clock.today() == date(2020, 11, 2)
    shown = StringIO()
    with mail_shown(demo, stream=shown, every=0.02):
        wait_until(lambda: "/invitations/" in shown.getvalue(), SECONDS)
    assert f"To: {INVITED.email}" in shown.getvalue()
    link = re.search(r"http://127\.0\.0\.1:5000(/invitations/\S+)", shown.getvalue())
    assert link
    session().rollback()
    assert demo.test_client().get(link[1]).status_code == 200


def test_a_mail_that_is_asked_for_meanwhile_is_shown_and_one_afterwards_is_not(demo: Flask) -> None:
    threads, shown = active_count(), StringIO()
    with mail_shown(demo, stream=shown, every=0.02):
        queue("Meanwhile")
        wait_until(lambda: "Subject: Meanwhile" in shown.getvalue(), SECONDS)
    assert active_count() == threads
    queue("Afterwards")
    assert state_of("Meanwhile") is MessageState.SENT
    assert state_of("Afterwards") is MessageState.QUEUED


def test_a_mail_that_cannot_be_shown_does_not_end_the_showing(demo: Flask, caplog: pytest.LogCaptureFixture) -> None:
    class Broken(StringIO):
        def flush(self) -> None:
            if not self.getvalue().count("Subject: Second"):
                raise OSError("the terminal is away")

    shown = Broken()
    with mail_shown(demo, stream=shown, every=0.02):
        wait_until(lambda: "could not be shown" in caplog.text, SECONDS)
        queue("Second")
        wait_until(lambda: "Subject: Second" in shown.getvalue(), SECONDS)


def test_everybody_named_can_sign_in_and_whoever_needs_a_code_has_an_authenticator(
    demo: Flask, capsys: pytest.CaptureFixture[str]
) -> None:
    _say_how_to_sign_in(5000, "five calm otters", "sqlite:///demo.sqlite3", DEMO_DAY)
    told = capsys.readouterr().out
    confirmed = {
        row[0]: row[1] for row in session().execute(sa.select(Account.sign_in_email, Account.totp_confirmed_at))
    }
    for person in PEOPLE:
        assert person.email in told
        assert (confirmed[person.email] is not None) == (person.role in NEEDS_SECOND_FACTOR)
    assert "Regional, national and administrator accounts are asked for a code too." in told
    assert f"{INVITED.email} has been invited" in told
    assert "Only a demonstration shows it." in told
