"""Whatever happens between passes, nothing is told twice and nothing that is due is missed: random histories."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from itertools import count
from typing import Any

import make
import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, Phase, example, given
from hypothesis import settings as examples
from hypothesis import strategies as st
from integration.reminders.passing import TODAY, ask_id, ledger, move_deadline, record, snooze
from smtp_server import MailServer

from tracker import clock
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.rules import OPEN_CLASSES, StatusClass
from tracker.mail.models import LedgerEntry, OutboxMessage
from tracker.mail.topics import SPEAK_OF_A_DATE, ReminderState
from tracker.progress import kept
from tracker.progress.models import Progress, ProgressEntry, Target
from tracker.progress.queries import standings_of
from tracker.progress.rules import Applicability
from tracker.reminders.looking import look_on
from tracker.reminders.models import CompletePass, Snooze
from tracker.reminders.pass_day import pass_day
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import slot_on
from tracker.reminders.selecting import due_by_date
from tracker.reminders.service import send_reminders

REFS = ("2.2", "6.1", "7.1", "8.1")
DAYS = st.integers(0, 12)
NUMBERS = count()
SAID = (StatusClass.OFF_COURSE, StatusClass.AT_RISK, StatusClass.DONE_CLAIMED)
STEPS = st.one_of(
    st.tuples(st.just("pass"), DAYS),
    st.tuples(st.just("say"), st.sampled_from(REFS), st.sampled_from(SAID)),
    st.tuples(st.just("agree"), st.sampled_from(REFS), st.integers(-20, 40)),
    st.tuples(st.just("snooze"), st.sampled_from(REFS), st.integers(1, 20)),
    st.tuples(st.just("join")),
    st.tuples(st.just("leave")),
)
STORED = (Snooze, CompletePass, LedgerEntry, OutboxMessage, Target, Progress, ProgressEntry)


class History:
    """What has happened so far: the day, and who leads."""

    def __init__(self, world: make.World, settings: Settings) -> None:
        self.world, self.settings, self.on = world, settings, TODAY
        self.leads: list[int] = []
        self._join()

    def happen(self, step: tuple[Any, ...]) -> None:
        getattr(self, f"_{step[0]}")(*step[1:])

    def _pass(self, days: int) -> None:
        self._go_on(days)
        send_reminders(self.on, self.settings)
        send_reminders(self.on, self.settings)
        # Whoever has had their digest of the day before this is told on the next.
        self._go_on(1)
        with transaction():
            kept.keep()
        day = pass_day(self.on)
        assert set(due_by_date(day, look_on(self.on))) == set(due_by_date(day)), "what was not looked at is not due"
        send_reminders(self.on, self.settings)
        self.check()

    def _go_on(self, days: int) -> None:
        self.on += timedelta(days=days)
        clock.pin_day(self.on)

    def _say(self, ref: str, status_class: StatusClass) -> None:
        record(self.world.north_trust, ref, status_class, true_on=self.on, days_ago=0)

    def _agree(self, ref: str, days: int) -> None:
        move_deadline(self.world.north_trust, ref, TODAY + timedelta(days=days), days_ago=0)

    def _snooze(self, ref: str, days: int) -> None:
        for person_id in self.leads:
            with transaction() as current:
                mine = sa.update(Snooze).where(Snooze.person_id == person_id, Snooze.ask_id == ask_id(ref))
                current.execute(mine.values(superseded_at=clock.now()).execution_options(synchronize_session=False))
            snooze(person_id, self.world.north_trust, ref, until=self.on + timedelta(days=days))

    def _join(self) -> None:
        email = f"lead{next(NUMBERS)}@xn1.example.test"
        self.leads.append(make.person(Role.LEAD, self.world.north_trust, email=email))
        with transaction() as current:
            granted = sa.update(Membership).where(Membership.person_id == self.leads[-1]).values(granted_at=clock.now())
            current.execute(granted.execution_options(synchronize_session=False))

    def _leave(self) -> None:
        if len(self.leads) > 1:
            gone = self.leads.pop(0)
            with transaction() as current:
                ended = sa.update(Membership).where(Membership.person_id == gone).values(ended_at=clock.now())
                current.execute(ended.execution_options(synchronize_session=False))

    def check(self) -> None:
        """Every slot that has gone by of everything open stands in the ledger, once; every message is one of a day."""
        entries = ledger()
        keys = Counter((e.person_id, e.organisation_id, e.ask_id, e.kind, e.deadline_on) for e in entries)
        assert set(keys.values()) <= {1}
        assert all((e.message_id is not None) is (e.state is ReminderState.TOLD) for e in entries)
        assert not any(e.state is ReminderState.WAITING for e in entries)
        digests = session().execute(sa.select(OutboxMessage.person_id, OutboxMessage.message_id)).all()
        assert len({message_id for _, message_id in digests}) == len(digests)
        for standing in standings_of(self.world.north_trust, self.on):
            is_open = standing.said_class in OPEN_CLASSES and standing.applicability is Applicability.APPLIES
            slot = standing.deadline_on and slot_on(standing.deadline_on, self.on, rulebook().cadences[0].days)
            if not is_open or not slot:
                continue
            for person_id in self.leads:
                found = [
                    e
                    for e in entries
                    if (e.person_id, e.ask_id, e.deadline_on) == (person_id, standing.ask_id, standing.deadline_on)
                    and e.topic in SPEAK_OF_A_DATE
                    and (e.due_on >= slot.due_on or _rests(e, standing.last_true_on))
                ]
                assert found, (person_id, standing, slot)


def test_random_histories_give_no_reminder_twice_and_miss_none(
    world: make.World, settings: Settings, server: MailServer
) -> None:
    @example(steps=[("pass", 4), ("join",), ("pass", 0), ("agree", "7.1", -9), ("leave",), ("pass", 0)])
    @given(steps=st.lists(STEPS, min_size=6, max_size=12))
    @examples(
        max_examples=2,
        deadline=None,
        derandomize=True,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(steps: list[tuple[Any, ...]]) -> None:
        _forget()
        clock.pin_day(TODAY)
        history = History(world, settings)
        for step in [*steps, ("pass", 1)]:
            history.happen(step)
        assert len(server.message_ids) == len(set(server.message_ids))
        server.messages.clear()

    run()


def _rests(entry: LedgerEntry, last_said_on: date | None) -> bool:
    return entry.state is ReminderState.GONE_UP and entry.due_on > (last_said_on or date.min)


def _forget() -> None:
    """Nobody leads and nothing was said: the next history begins."""
    with transaction() as current:
        for table in STORED:
            current.execute(sa.delete(table).execution_options(synchronize_session=False))
        ended = sa.update(Membership).values(ended_at=clock.now()).where(Membership.ended_at.is_(None))
        current.execute(ended.execution_options(synchronize_session=False))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_history_of_a_long_silence_is_whole(world: make.World, settings: Settings) -> None:
    make.person(Role.REGION, world.north_region)
    history = History(world, settings)
    for _ in range(9):
        history.happen(("pass", 6))
    assert {e.state for e in ledger()} == {ReminderState.TOLD, ReminderState.GONE_UP}
    assert history.on == date(2021, 1, 4)
