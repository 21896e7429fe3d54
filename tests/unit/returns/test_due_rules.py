"""When a return is due: by months and by board dates, at the ends of months, leap days, and what settles what."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.returns.due_rules import Due, Rhythm, next_due

NOV, JAN, MAR = date(2020, 11, 5), date(2021, 1, 5), date(2021, 3, 5)
EVERY_TWO = Rhythm(2, NOV)
NAMED = Rhythm(None, None, (MAR, NOV, JAN, NOV))


@pytest.mark.parametrize(
    ("rhythm", "days"),
    [
        (Rhythm(1, date(2020, 1, 31)), ["2020-01-31", "2020-02-29", "2020-03-31", "2020-04-30"]),
        (Rhythm(1, date(2021, 1, 29)), ["2021-01-29", "2021-02-28", "2021-03-29", "2021-04-29"]),
        (Rhythm(12, date(2020, 2, 29)), ["2020-02-29", "2021-02-28", "2022-02-28", "2023-02-28", "2024-02-29"]),
        (Rhythm(6, date(2020, 8, 31)), ["2020-08-31", "2021-02-28", "2021-08-31"]),
        (Rhythm(2, date(2020, 12, 31)), ["2020-12-31", "2021-02-28", "2021-04-30"]),
        (Rhythm(4, date(2020, 10, 25)), ["2020-10-25", "2021-02-25"]),
        (NAMED, ["2020-11-05", "2021-01-05", "2021-03-05"]),
        (Rhythm(None, None), []),
    ],
)
def test_due_days_come_in_order_and_keep_the_day_of_the_month(rhythm: Rhythm, days: list[str]) -> None:
    assert [day.isoformat() for day in islice(rhythm.due_days(), len(days) or 1)] == days


@pytest.mark.parametrize("rhythm", [EVERY_TWO, NAMED], ids=["months", "dates"])
@pytest.mark.parametrize(
    ("handed_in", "today", "due"),
    [
        ([], date(2020, 11, 4), Due(NOV, None)),
        ([], date(2020, 11, 5), Due(NOV, None)),
        ([], date(2020, 11, 6), Due(NOV, 1)),
        # In time, on the day itself too.
        ([date(2020, 10, 1)], date(2020, 11, 6), Due(JAN, None)),
        ([date(2020, 11, 5)], date(2020, 11, 6), Due(JAN, None)),
        # The day after is late: it settles the day before and not the next.
        ([date(2020, 11, 6)], date(2020, 11, 6), Due(JAN, None)),
        ([date(2020, 11, 6)], date(2021, 1, 6), Due(JAN, 1)),
        # A second one in the same round settles nothing more before the next round, and then the next.
        ([date(2020, 11, 1), date(2020, 11, 2)], date(2021, 1, 6), Due(JAN, 1)),
        ([date(2020, 11, 1), date(2020, 11, 6)], date(2021, 1, 6), Due(MAR, None)),
        ([date(2020, 11, 6), date(2021, 1, 4)], date(2021, 1, 6), Due(MAR, None)),
        # Late by two rounds settles both.
        ([date(2021, 1, 6)], date(2021, 1, 7), Due(MAR, None)),
        ([date(2021, 1, 5)], date(2021, 1, 7), Due(MAR, None)),
        ([date(2021, 1, 4)], date(2021, 1, 7), Due(JAN, 2)),
        # In whatever order they are given.
        ([date(2021, 1, 4), date(2020, 11, 4)], date(2021, 1, 7), Due(MAR, None)),
    ],
)
def test_a_return_settles_what_it_is_for(rhythm: Rhythm, handed_in: list[date], today: date, due: Due) -> None:
    assert next_due(rhythm, handed_in, today) == due


def test_after_the_last_board_date_none_is_due() -> None:
    assert next_due(NAMED, [NOV, JAN, MAR], date(2021, 6, 1)) == Due(None, None)
    assert next_due(NAMED, [NOV, JAN, date(2021, 5, 1)], date(2021, 6, 1)) == Due(None, None)
    assert next_due(Rhythm(None, None), [NOV], NOV) == Due(None, None)


def test_months_end_where_the_calendar_does() -> None:
    far = Rhythm(12, date(9990, 1, 1))
    assert len(list(far.due_days())) == 8
    assert next_due(far, [date(9999, 1, 1)], date(9999, 1, 1)) == Due(None, None)


@given(
    months=st.integers(1, 12),
    first=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    handed_in=st.lists(st.dates(date(2020, 1, 1), date(2026, 12, 31)), max_size=6),
    today=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
)
def test_another_return_never_makes_anything_due_earlier(
    months: int, first: date, handed_in: list[date], today: date
) -> None:
    rhythm = Rhythm(months, first)
    without, with_one = next_due(rhythm, handed_in, today), next_due(rhythm, [*handed_in, today], today)
    assert without.next_on is not None
    assert with_one.next_on is not None
    assert with_one.next_on >= without.next_on
    assert with_one.days_overdue is None, "What is handed in today leaves nothing overdue."
    assert (without.days_overdue is None) is (without.next_on >= today)
    if without.days_overdue is not None:
        assert without.next_on + timedelta(days=without.days_overdue) == today
