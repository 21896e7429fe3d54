from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.mail.topics import Topic
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import Cadence, Slot, group_of, is_pass_due, slot_on, slots_between

STANDARD = rulebook().cadences[0].days

DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("days_from_deadline", "kind", "fell_due"),
    [
        (-31, None, None),
        (-30, "before_30", -30),
        (-29, "before_30", -30),
        (-15, "before_30", -30),
        (-14, "before_14", -14),
        (-13, "before_14", -14),
        (-8, "before_14", -14),
        (-7, "before_7", -7),
        (-6, "before_7", -7),
        (-2, "before_7", -7),
        (-1, "before_1", -1),
        (0, "on_the_day", 0),
        (1, "on_the_day", 0),
        (2, "on_the_day", 0),
        (3, "after_3", 3),
        (4, "after_3", 3),
        (9, "after_3", 3),
        (10, "after_10", 10),
        (16, "after_10", 10),
        (17, "after_17", 17),
        (23, "after_17", 17),
        (24, "after_24", 24),
        (3 + 7 * 300 - 1, "after_2096", 2096),
        (3 + 7 * 300, "after_2103", 2103),
    ],
)
@pytest.mark.parametrize(
    "deadline",
    [
        date(2020, 9, 21),
        date(2020, 10, 25),  # the clocks go back
        date(2021, 3, 28),  # the clocks go forward
        date(2020, 2, 29),
        date(2021, 3, 31),  # a month's last day, as asks known to the month have
    ],
)
def test_the_latest_slot_gone_by_on_both_sides_of_each_edge(
    deadline: date, days_from_deadline: int, kind: str | None, fell_due: int | None
) -> None:
    slot = slot_on(deadline, deadline + timedelta(days=days_from_deadline), STANDARD)
    expected = None if kind is None or fell_due is None else Slot(kind, deadline + timedelta(days=fell_due))
    assert slot == expected


@pytest.mark.parametrize(
    ("deadline", "today", "kind"),
    [
        (date(2020, 3, 30), date(2020, 2, 28), None),  # 31 days in a leap year
        (date(2020, 3, 30), date(2020, 2, 29), "before_30"),
        (date(2021, 3, 30), date(2021, 2, 28), "before_30"),
        (date(2021, 3, 30), date(2021, 2, 27), None),
        (date(2020, 10, 26), date(2020, 10, 25), "before_1"),
        (date(2021, 3, 29), date(2021, 3, 28), "before_1"),
        (date(2020, 10, 22), date(2020, 10, 25), "after_3"),
        (date(2021, 3, 25), date(2021, 3, 28), "after_3"),
    ],
)
def test_days_are_counted_over_leap_days_and_clock_changes(deadline: date, today: date, kind: str | None) -> None:
    slot = slot_on(deadline, today, STANDARD)
    assert (slot.kind if slot else None) == kind


@given(deadline=DAYS, today=DAYS)
def test_a_slot_has_gone_by_and_the_next_has_not(deadline: date, today: date) -> None:
    slot = slot_on(deadline, today, STANDARD)
    if slot is None:
        assert today < deadline - STANDARD.horizon
        return
    assert slot.due_on <= today
    assert slot_on(deadline, slot.due_on, STANDARD) == slot
    span = range((today - slot.due_on).days + 1)
    between = [slot_on(deadline, slot.due_on + timedelta(days=n), STANDARD) for n in span]
    assert set(between) == {slot}


@given(deadline=DAYS)
def test_a_pass_every_day_meets_each_slot_of_the_series_on_its_own_day(deadline: date) -> None:
    days = [deadline + timedelta(days=n) for n in range(-40, 60)]
    new = {slot: day for day in reversed(days) if (slot := slot_on(deadline, day, STANDARD))}
    assert [(day - deadline).days for day in sorted(new.values())] == [
        -30, -14, -7, -1, 0, 3, 10, 17, 24, 31, 38, 45, 52, 59,
    ]  # fmt: skip
    assert all(slot.due_on == day for slot, day in new.items())


def test_an_ask_due_on_the_day_is_not_yet_overdue() -> None:
    deadline = date(2020, 9, 21)
    assert [group_of(Topic.DEADLINE, deadline, deadline + timedelta(days=n)).value for n in (-1, 0, 1)] == [
        "due_soon",
        "due_today",
        "overdue",
    ]


@pytest.mark.parametrize(
    ("now", "last_done_on", "is_due"),
    [
        (datetime(2020, 10, 24, 6, 59, 59, tzinfo=UTC), None, False),  # 07:59:59, summer time
        (datetime(2020, 10, 24, 7, 0, tzinfo=UTC), None, True),
        (datetime(2020, 10, 25, 7, 0, tzinfo=UTC), date(2020, 10, 24), False),  # 07:00, the clocks went back
        (datetime(2020, 10, 25, 8, 0, tzinfo=UTC), date(2020, 10, 24), True),
        (datetime(2020, 10, 25, 8, 5, tzinfo=UTC), date(2020, 10, 25), False),
        (datetime(2020, 10, 25, 0, 30, tzinfo=UTC), date(2020, 10, 24), False),  # 01:30, the first time
        (datetime(2020, 10, 25, 1, 30, tzinfo=UTC), date(2020, 10, 24), False),  # 01:30, the second time
        (datetime(2021, 3, 28, 6, 59, tzinfo=UTC), date(2021, 3, 27), False),  # 07:59, the clocks went forward
        (datetime(2021, 3, 28, 7, 0, tzinfo=UTC), date(2021, 3, 27), True),
        (datetime(2021, 3, 28, 22, 59, tzinfo=UTC), date(2021, 3, 27), True),  # late, and still the same day
        (datetime(2021, 3, 28, 23, 1, tzinfo=UTC), date(2021, 3, 27), False),  # the next London day, 00:01
    ],
)
def test_a_pass_is_due_once_a_london_day_from_eight(now: datetime, last_done_on: date | None, is_due: bool) -> None:
    assert is_pass_due(now, last_done_on) is is_due


@pytest.mark.parametrize(
    ("deadline", "today", "ahead_to", "kind"),
    [
        (date(2020, 9, 21), date(2020, 9, 18), date(2020, 9, 20), "before_1"),  # Friday; the deadline is on Monday
        (date(2020, 9, 20), date(2020, 9, 18), date(2020, 9, 20), "on_the_day"),  # Friday; it is on Sunday
        (date(2020, 9, 21), date(2020, 9, 18), date(2020, 9, 18), "before_7"),
        (date(2021, 4, 4), date(2021, 4, 1), date(2021, 4, 5), "on_the_day"),  # Easter Sunday, said on Thursday
        (date(2021, 3, 31), date(2021, 4, 1), date(2021, 4, 5), "on_the_day"),  # 3 days after is a Saturday: later
        (date(2021, 3, 31), date(2021, 4, 6), date(2021, 4, 6), "after_3"),  # and is said on the Tuesday
    ],
)
def test_what_falls_on_days_off_comes_before_them_and_after_a_deadline_after_them(
    deadline: date, today: date, ahead_to: date, kind: str
) -> None:
    slot = slot_on(deadline, today, STANDARD, ahead_to)
    assert slot is not None
    assert slot.kind == kind


def test_a_series_without_anything_after_the_day_ends_with_it() -> None:
    slot = slot_on(date(2020, 9, 21), date(2021, 9, 21), Cadence((7,), 0, 0))
    assert slot == Slot("on_the_day", date(2020, 9, 21))


@given(deadline=DAYS, first=DAYS, days=st.integers(0, 120))
def test_the_days_ahead_are_those_that_a_pass_each_day_meets(deadline: date, first: date, days: int) -> None:
    last = first + timedelta(days=days)
    met = [
        slot
        for n in range(days + 1)
        if (slot := slot_on(deadline, first + timedelta(days=n), STANDARD)) and slot.due_on >= first
    ]
    assert list(slots_between(deadline, first, last, STANDARD)) == list(dict.fromkeys(met))
