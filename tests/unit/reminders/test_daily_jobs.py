"""What is done once a day beside the reminders: each on its day, none in the way of another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask, has_app_context

from tracker import clock
from tracker.reminders.schedule import EVERY, DailyJob, DailyRounds


class Workshop:
    """Remembers at which London times each job was done, and lets one fail when told to."""

    def __init__(self) -> None:
        self.done: dict[str, list[str]] = {"first": [], "second": []}
        self.failures_to_come = 0
        self.rounds = DailyRounds(Flask("test"), [DailyJob("first", self._first), DailyJob("second", self._second)])

    def _first(self, should_stop: Callable[[], bool]) -> str:
        assert has_app_context()
        assert not should_stop()
        if self.failures_to_come:
            self.failures_to_come -= 1
            raise ConnectionError("the database is away")
        return self._note("first")

    def _second(self, should_stop: Callable[[], bool]) -> str:
        return self._note("second")

    def _note(self, name: str) -> str:
        self.done[name].append(f"{clock.real_now().astimezone(clock.LONDON):%d %H:%M}")
        return f"{name} is done"


def tick_through(rounds: DailyRounds, start: datetime, end: datetime) -> None:
    while start < end:
        with clock.frozen(start):
            rounds.tick()
        start += EVERY


def at(day: int, hour: int, minute: int = 0, *, month: int = 11) -> datetime:
    return datetime(2020, month, day, hour, minute, tzinfo=UTC)


def test_each_job_is_done_once_a_london_day_in_the_night() -> None:
    workshop = Workshop()
    tick_through(workshop.rounds, at(2, 1, 0), at(4, 12))
    assert workshop.done == {name: ["02 02:30", "03 02:30", "04 02:30"] for name in ("first", "second")}


def test_the_clock_changes_neither_leave_a_day_out_nor_make_one_twice() -> None:
    workshop = Workshop()
    tick_through(workshop.rounds, at(24, 12, month=10), at(26, 12, month=10))
    assert workshop.done["first"] == ["24 13:00", "25 02:30", "26 02:30"]
    spring = Workshop()
    tick_through(spring.rounds, datetime(2021, 3, 27, 12, tzinfo=UTC), datetime(2021, 3, 29, 12, tzinfo=UTC))
    assert spring.done["first"] == ["27 12:00", "28 02:30", "29 02:30"]


def test_one_that_was_down_over_the_night_does_them_when_it_starts() -> None:
    workshop = Workshop()
    tick_through(workshop.rounds, at(2, 17, 20), at(2, 18))
    assert workshop.done == {"first": ["02 17:20"], "second": ["02 17:20"]}


def test_one_that_fails_stops_no_other_and_is_tried_again_after_an_hour(caplog: pytest.LogCaptureFixture) -> None:
    workshop = Workshop()
    workshop.failures_to_come = 2
    tick_through(workshop.rounds, at(2, 2, 30), at(3, 2))
    assert workshop.done == {"first": ["02 04:30"], "second": ["02 02:30"]}
    assert caplog.text.count("The daily job first failed") == 2


def test_what_a_job_returns_is_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        tick_through(Workshop().rounds, at(2, 2, 30), at(2, 2, 31))
    assert "The daily job second is done: second is done" in caplog.text


def test_a_job_under_way_is_told_to_stop_and_no_other_begins() -> None:
    told: list[bool] = []
    begun: list[str] = []

    def long_one(should_stop: Callable[[], bool]) -> None:
        rounds.stop()
        told.append(should_stop())

    rounds = DailyRounds(
        Flask("test"), [DailyJob("long", long_one), DailyJob("next", lambda should_stop: begun.append("next"))]
    )
    tick_through(rounds, at(2, 2, 30), at(2, 2, 30) + timedelta(minutes=3))
    assert (told, begun) == ([True], [])
