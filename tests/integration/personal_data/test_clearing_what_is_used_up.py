"""What is used up is cleared after its time, part by part, by the nightly purge and by the command."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskCliRunner
from integration.personal_data.purging import MONTHS, forgotten, leave
from integration.personal_data.used_up import CLEARED, used_up

from tracker.accounts.models import Account, Invitation, Membership, OneTimeLink, Person, RecoveryCode, SignInSession
from tracker.db import session
from tracker.mail.models import OutboxMessage
from tracker.people import retention, retention_clearing
from tracker.web.models import ThrottleCounter


def test_what_is_used_up_is_cleared_and_what_is_not_stays(robin: int, world: make.World) -> None:
    used_up(robin, world)
    assert retention.preview(MONTHS).cleared == CLEARED
    assert retention.purge(MONTHS).cleared == CLEARED
    kept = {
        model: session().scalar(sa.select(sa.func.count()).select_from(model))
        for model in (SignInSession, OneTimeLink, Invitation, ThrottleCounter, RecoveryCode)
    }
    assert list(kept.values()) == [1, 1, 2, 1, 1]
    bodies = session().execute(sa.select(OutboxMessage.subject, OutboxMessage.body).order_by(OutboxMessage.id))
    assert [bool(body) for _, body in bodies] == [False, True, False, True]
    assert set(retention.purge(MONTHS).cleared.values()) == {0}


def test_clearing_goes_part_by_part(robin: int, world: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    used_up(robin, world)
    monkeypatch.setattr(retention_clearing, "ROWS_AT_ONCE", 2)
    seen: list[tuple[str, int]] = []
    assert retention.purge(MONTHS, on_progress=lambda what, done: seen.append((what, done))).cleared == CLEARED
    assert [done for what, done in seen if what == "sign-ins"] == [2, 3]


def test_the_command_counts_and_a_dry_run_changes_nothing(
    robin: int, world: make.World, runner: FlaskCliRunner, dump: Callable[[], str]
) -> None:
    used_up(robin, world)
    leave(robin, make.LONG_AGO)
    session().execute(sa.update(Account).values(created_at=datetime(2018, 1, 1, tzinfo=UTC)))
    session().execute(sa.update(Person).values(recorded_at=datetime(2018, 1, 1, tzinfo=UTC)))
    session().execute(
        sa.update(Membership).where(Membership.person_id == robin).values(ended_at=datetime(2018, 11, 1, tzinfo=UTC))
    )
    session().execute(sa.delete(OneTimeLink).where(OneTimeLink.invitation_id.is_not(None)))
    session().execute(sa.delete(Invitation))
    session().commit()
    before = dump()
    dry = runner.invoke(args=["people", "purge", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert dry.stdout.splitlines()[-1].startswith("people 1, sign-ins 4, links ")
    assert dump() == before
    done = runner.invoke(args=["people", "purge"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1].startswith("people 1, sign-ins ")
    assert forgotten() == {robin}
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
