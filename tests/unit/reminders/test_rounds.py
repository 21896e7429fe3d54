"""What the scheduler's tick does, under a clock that is turned by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from flask import Flask

from tracker import clock
from tracker.reminders.schedule import EVERY, Rounds


class Diary:
    """Remembers the passes and the deliveries in between, and fails when told to."""

    def __init__(self) -> None:
        self.passes: list[date] = []
        self.deliveries = 0
        self.failures_to_come = 0
        self.leads = True
        self.looks_back = 0

    def make_pass(self, on: date) -> None:
        if self.failures_to_come:
            self.failures_to_come -= 1
            raise ConnectionError("the database is away")
        self.passes.append(on)

    def look_back(self) -> None:
        self.looks_back += 1

    def send(self) -> None:
        self.deliveries += 1

    def rounds(self) -> Rounds:
        app = Flask("test")
        app.extensions["settings"] = None
        return Rounds(app, make_pass=self.make_pass, send=self.send, leads=lambda: self.leads, look_back=self.look_back)


def tick_through(rounds: Rounds, start: datetime, end: datetime, every: timedelta = EVERY) -> None:
    now = start
    while now < end:
        with clock.frozen(now):
            rounds.tick()
        now += every


def test_each_london_day_has_one_pass_over_both_clock_changes() -> None:
    for start in (datetime(2020, 10, 23, 22, 2, tzinfo=UTC), datetime(2021, 3, 26, 0, 2, tzinfo=UTC)):
        diary = Diary()
        tick_through(diary.rounds(), start, start + timedelta(days=4))
        first = clock.london_day(start)
        days = [first + timedelta(days=n) for n in range(6)]
        assert diary.passes == [day for day in days if day in diary.passes]
        assert len(diary.passes) == len(set(diary.passes)) >= 4


def test_nothing_is_decided_before_eight_but_what_waits_is_sent() -> None:
    diary = Diary()
    with clock.frozen(datetime(2020, 11, 2, 7, 59, tzinfo=UTC)):
        diary.rounds().tick()
    assert (diary.passes, diary.deliveries) == ([], 1)


def test_a_scheduler_that_was_down_over_its_slot_makes_the_pass_when_it_starts() -> None:
    diary = Diary()
    with clock.frozen(datetime(2020, 11, 2, 17, 20, tzinfo=UTC)):
        diary.rounds().tick()
    assert diary.passes == [date(2020, 11, 2)]


def test_a_pass_that_failed_is_made_at_the_next_tick() -> None:
    diary = Diary()
    diary.failures_to_come = 2
    tick_through(diary.rounds(), datetime(2020, 11, 2, 8, 0, tzinfo=UTC), datetime(2020, 11, 2, 9, 0, tzinfo=UTC))
    assert diary.passes == [date(2020, 11, 2)]
    assert diary.deliveries == 60 - 3


def test_the_pass_is_made_for_the_pinned_day_and_still_once_a_real_day() -> None:
    diary = Diary()
    clock.pin_day(date(2020, 11, 2))
    tick_through(diary.rounds(), datetime(2026, 5, 1, 12, 0, tzinfo=UTC), datetime(2026, 5, 3, 12, 0, tzinfo=UTC))
    assert diary.passes == [date(2020, 11, 2)] * 3


def test_after_being_stopped_a_tick_does_nothing() -> None:
    diary = Diary()
    rounds = diary.rounds()
    rounds.stop()
    rounds.tick()
    assert (diary.passes, diary.deliveries) == ([], 0)


def test_while_another_process_leads_nothing_is_done_and_when_it_gives_way_the_pass_of_the_day_is_made() -> None:
    diary = Diary()
    rounds = diary.rounds()
    diary.leads = False
    tick_through(rounds, datetime(2020, 11, 2, 7, 55, tzinfo=UTC), datetime(2020, 11, 2, 9, 0, tzinfo=UTC))
    assert (diary.passes, diary.deliveries) == ([], 0)
    diary.leads = True
    tick_through(rounds, datetime(2020, 11, 2, 9, 0, tzinfo=UTC), datetime(2020, 11, 2, 9, 3, tzinfo=UTC))
    assert (diary.passes, diary.deliveries) == ([date(2020, 11, 2)], 2)


def test_once_an_hour_it_is_asked_what_became_of_mail_that_had_left() -> None:
    diary = Diary()
    with clock.frozen(datetime(2020, 11, 2, 6, 0, tzinfo=UTC)):
        rounds = diary.rounds()
    tick_through(rounds, datetime(2020, 11, 2, 6, 0, tzinfo=UTC), datetime(2020, 11, 2, 9, 0, tzinfo=UTC))
    assert diary.looks_back == 3
