"""How cells add up, what moved, and where the bars and the trend of a chart stand."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import Applicability, roll_up
from tracker.review.grid_chart import LEFT, RIGHT, bars_of
from tracker.review.grid_rows import Column, Line, Place
from tracker.review.grid_rules import Tally, moved, total
from tracker.review.trend_chart import BOTTOM, TOP, days_of_trend, round_numbers, trend_of

CLASSES = st.lists(st.sampled_from(list(StatusClass)), max_size=20)
ONE = Column("8ua-2020", "1", "Protect those most at risk")


def tally_of(classes: list[StatusClass]) -> Tally:
    return Tally({each: classes.count(each) for each in set(classes)})


@given(CLASSES)
def test_a_cell_says_what_the_roll_up_of_one_organisation_says(classes: list[StatusClass]) -> None:
    told = roll_up((each, Applicability.APPLIES) for each in classes)
    tally = tally_of(classes)
    assert (tally.worst, tally.done, tally.of) == (told.worst, told.done, told.of)


@given(CLASSES, CLASSES)
def test_two_parts_add_up_to_the_whole(here: list[StatusClass], there: list[StatusClass]) -> None:
    both = tally_of(here + there)
    assert total([tally_of(here), tally_of(there)]) == tally_of(here) + tally_of(there) == both


def test_no_update_is_no_trouble_until_it_is_overdue_and_stands_between_at_risk_and_not_started() -> None:
    quiet = tally_of([StatusClass.NO_UPDATE, StatusClass.NOT_STARTED])
    assert quiet.needs_help == 0
    assert Tally({StatusClass.NO_UPDATE: 3, StatusClass.OFF_COURSE: 2}, overdue=4, silent=2).needs_help == 4
    assert quiet.worst is StatusClass.NO_UPDATE
    assert (quiet + tally_of([StatusClass.AT_RISK])).worst is StatusClass.AT_RISK


def test_what_moved_is_said_in_numbers_and_words() -> None:
    one, two = tally_of([StatusClass.DONE_CLAIMED]), tally_of([StatusClass.DONE_CLAIMED, StatusClass.AT_RISK])
    assert moved(one, one) == ""
    assert moved(two, one) == "was 1 of 1, as many done"
    assert moved(two, tally_of([StatusClass.AT_RISK])) == "was 0 of 1, 1 more done"
    assert moved(tally_of([StatusClass.AT_RISK]), one) == "was 1 of 1, 1 fewer done"


@given(CLASSES)
def test_the_parts_of_a_bar_fill_it_without_gaps(classes: list[StatusClass]) -> None:
    bars = bars_of([ONE], Line(Place(None, "", "All"), {ONE: tally_of(classes)}))
    if not any(each is not StatusClass.NOT_APPLICABLE for each in classes):
        assert bars is None
        return
    assert bars is not None
    parts = bars.bars[0].segments
    assert parts[0].x == LEFT
    assert parts[-1].x + parts[-1].width == RIGHT
    assert all(left.x + left.width == right.x for left, right in pairwise(parts))


def test_the_trend_falls_where_what_was_done_is_open_again_and_rises_no_higher_than_its_scale() -> None:
    days = days_of_trend(date(2020, 8, 15), date(2020, 11, 2))
    assert days == [date(2020, 8, 31), date(2020, 9, 30), date(2020, 10, 31), date(2020, 11, 2)]
    trend = trend_of([(on, done, of) for on, (done, of) in zip(days, [(0, 0), (6, 8), (4, 8), (8, 10)], strict=True)])
    assert trend is not None
    first, second, third, last = trend.points
    assert first.y == first.of_y == BOTTOM
    assert second.y < third.y > last.y > last.of_y
    assert [tick.text for tick in trend.ticks] == ["0", "2", "4", "6", "8", "10"]
    assert last.of_y == trend.ticks[-1].at == TOP
    assert [(tick.at, tick.text) for tick in trend.days] == [
        (trend.left, "31 August 2020"),
        (last.x, "2 November 2020"),
    ]
    assert trend.description.startswith("On 31 August 2020 0 of 0 asks were done, on 2 November 2020 8 of 10.")


def test_a_trend_of_one_day_is_a_point_and_of_nothing_is_none() -> None:
    trend = trend_of([(date(2020, 7, 31), 1, 2_500)])
    assert trend is not None
    assert [tick.text for tick in trend.ticks] == ["0", "500", "1,000", "1,500", "2,000", "2,500"]
    assert len(trend.points) == len(trend.days) == 1
    assert trend_of([(date(2020, 7, 31), 0, 0)]) is None
    assert trend_of([]) is None


@given(st.integers(min_value=1, max_value=10**7))
def test_a_scale_is_of_round_numbers_and_holds_the_most_without_much_above_it(most: int) -> None:
    figures = round_numbers(most)
    assert 2 <= len(figures) <= 6
    assert figures[-2] < most <= figures[-1]
    assert int(str(figures[1]).rstrip("0")) in (1, 2, 5)
