"""When a return is due: by months and by board dates, at the ends of months, leap days, and what settles what."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.returns.due_rules import Due, Handing, Period, Rhythm, due_after, next_due

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
    assert next_due(rhythm, [Handing(day) for day in handed_in], today) == due


def test_after_the_last_board_date_none_is_due() -> None:
    assert next_due(NAMED, [Handing(NOV), Handing(JAN), Handing(MAR)], date(2021, 6, 1)) == Due(None, None)
    assert next_due(NAMED, [Handing(NOV), Handing(JAN), Handing(date(2021, 5, 1))], date(2021, 6, 1)) == Due(None, None)
    assert next_due(Rhythm(None, None), [Handing(NOV)], NOV) == Due(None, None)


def test_months_end_where_the_calendar_does() -> None:
    far = Rhythm(12, date(9990, 1, 1))
    assert len(list(far.due_days())) == 8
    assert next_due(far, [Handing(date(9999, 1, 1))], date(9999, 1, 1)) == Due(None, None)


OCT = date(2020, 10, 5)
FROM_OCTOBER = Rhythm(1, OCT)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("handing", "next_on"),
    [
        # What was overdue and the next day: with a meeting on that day, before it, after it and years after it.
        (Handing(date(2020, 11, 2), NOV - DAY), NOV),
        (Handing(date(2020, 11, 2), NOV), date(2020, 12, 5)),
        (Handing(date(2020, 11, 2), date(2020, 12, 5)), date(2020, 12, 5)),
        (Handing(date(2020, 11, 2), date(2030, 1, 1)), date(2020, 12, 5)),
        # Handed in on a due day: that one, and the next that is still to come.
        (Handing(NOV, NOV), date(2020, 12, 5)),
        (Handing(NOV, date(2020, 12, 4)), date(2020, 12, 5)),
        (Handing(NOV, date(2020, 12, 5)), date(2021, 1, 5)),
        (Handing(NOV, date(2030, 1, 1)), date(2021, 1, 5)),
        # Handed in after the meeting: only what was due up to it.
        (Handing(date(2020, 12, 10), OCT), NOV),
        (Handing(date(2020, 12, 10), None), date(2021, 1, 5)),
    ],
)
def test_a_meeting_settles_of_the_days_to_come_only_the_next(handing: Handing, next_on: date) -> None:
    assert next_due(FROM_OCTOBER, [handing], date(2020, 11, 2)).next_on == next_on


def test_a_far_meeting_of_a_second_return_settles_no_more_than_the_first_did() -> None:
    first, second = Handing(date(2020, 11, 2), date(2021, 10, 1)), Handing(date(2020, 11, 3), date(2021, 10, 1))
    assert next_due(FROM_OCTOBER, [first, second], date(2020, 12, 6)) == Due(date(2020, 12, 5), 1)


def test_the_last_board_date_is_settled_by_whatever_meeting_is_after_it() -> None:
    assert next_due(NAMED, [Handing(MAR, date(2021, 9, 1))], MAR) == Due(None, None)


LATER = Rhythm(2, date(2021, 2, 1))


@pytest.mark.parametrize(
    ("periods", "missed_on"),
    [
        # Other days on the due day itself leave nothing missed; from the day after it was missed, and stays so.
        ([Period(FROM_OCTOBER, OCT - DAY), Period(LATER, OCT)], None),
        ([Period(FROM_OCTOBER, OCT - DAY), Period(LATER, OCT + DAY)], OCT),
        # However often other days are set, the earliest.
        ([Period(FROM_OCTOBER, OCT - DAY), Period(EVERY_TWO, OCT + DAY), Period(LATER, NOV + DAY)], OCT),
        ([Period(FROM_OCTOBER, OCT - DAY), Period(EVERY_TWO, OCT + DAY), Period(LATER, NOV)], OCT),
        # A return that is handed in ends it: under the new days, under those between, and before any were set.
        ([Period(FROM_OCTOBER, OCT - DAY), Period(LATER, OCT + DAY, (Handing(OCT + DAY),))], None),
        (
            [
                Period(FROM_OCTOBER, OCT - DAY),
                Period(EVERY_TWO, OCT + DAY, (Handing(OCT + DAY),)),
                Period(LATER, NOV),
            ],
            None,
        ),
        ([Period(FROM_OCTOBER, OCT - DAY, (Handing(OCT),)), Period(LATER, OCT + DAY)], None),
        # What was handed in before does not end what was missed afterwards.
        ([Period(FROM_OCTOBER, OCT - DAY, (Handing(OCT),)), Period(LATER, NOV + DAY)], NOV),
    ],
)
def test_other_days_do_not_undo_that_one_was_missed(periods: list[Period], missed_on: date | None) -> None:
    due = due_after(periods, date(2020, 12, 1))
    assert due.missed_on == missed_on
    assert due.is_overdue is (missed_on is not None)


def test_what_is_due_now_is_said_beside_what_was_missed() -> None:
    had = [Period(FROM_OCTOBER, OCT - DAY), Period(EVERY_TWO, OCT + DAY)]
    assert due_after(had, NOV) == Due(NOV, None, OCT)
    assert due_after(had, NOV + DAY) == Due(NOV, 1, OCT)
    assert due_after(had[:1], OCT) == Due(OCT, None)


handings = st.builds(
    lambda on, ahead: Handing(on, None if ahead is None else on + timedelta(days=ahead)),
    st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    st.none() | st.integers(0, 4000),
)


@given(
    months=st.integers(1, 12),
    first=st.dates(date(2020, 1, 1), date(2024, 12, 31)),
    handed_in=st.lists(handings, max_size=6),
    today=st.dates(date(2020, 1, 1), date(2026, 12, 31)),
    ahead=st.none() | st.integers(0, 4000),
)
def test_another_return_never_makes_anything_due_earlier_nor_settles_more_than_the_next_day(
    months: int, first: date, handed_in: list[Handing], today: date, ahead: int | None
) -> None:
    rhythm = Rhythm(months, first)
    another = Handing(today, None if ahead is None else today + timedelta(days=ahead))
    without, with_one = next_due(rhythm, handed_in, today), next_due(rhythm, [*handed_in, another], today)
    assert without.next_on is not None
    assert with_one.next_on is not None
    assert with_one.next_on >= without.next_on
    assert with_one.days_overdue is None, "What is handed in today leaves nothing overdue."
    assert (without.days_overdue is None) is (without.next_on >= today)
    if without.days_overdue is not None:
        assert without.next_on + timedelta(days=without.days_overdue) == today
    alone = next_due(rhythm, [another], today).next_on
    to_come = [due for due, _ in zip((each for each in rhythm.due_days() if each > today), range(2), strict=False)]
    assert alone is not None
    assert alone <= to_come[1]
