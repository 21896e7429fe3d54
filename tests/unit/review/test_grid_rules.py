"""How cells add up, what moved, and where the bars and the trend of a chart stand."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import Applicability, roll_up
from tracker.review.grid_chart import BOTTOM, LEFT, RIGHT, TOP, bars_of, trend_of
from tracker.review.grid_rows import Column, Line, Place
from tracker.review.grid_rules import Tally, moved, total

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


def test_no_update_is_no_trouble_and_stands_between_at_risk_and_not_started() -> None:
    quiet = tally_of([StatusClass.NO_UPDATE, StatusClass.NOT_STARTED])
    assert quiet.needs_help == 0
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


def test_the_trend_ends_on_the_day_with_everything_that_is_done() -> None:
    completed = [(date(2019, 1, 1), 1), (date(2020, 9, 30), 2), (date(2020, 10, 1), 1)]
    trend = trend_of(completed, 8, date(2010, 1, 1), date(2020, 11, 2))
    assert trend is not None
    done = {point.on: point.done for point in trend.points}
    assert (done[date(2019, 11, 30)], done[date(2020, 9, 30)], done[date(2020, 11, 2)]) == (1, 3, 4)
    assert len(trend.points) == 13
    assert trend.points[-1].y == (TOP + BOTTOM) // 2
    assert trend_of([], 8, date(2010, 1, 1), date(2020, 11, 2)) is None


def test_the_trend_begins_where_it_was_first_asked() -> None:
    trend = trend_of([(date(2020, 9, 30), 2)], 8, date(2020, 7, 31), date(2020, 11, 2))
    assert trend is not None
    days = [point.on for point in trend.points]
    assert days == [
        date(2020, 7, 31),
        *(date(2020, month, 31 if month in (8, 10) else 30) for month in (8, 9, 10)),
        days[-1],
    ]
    assert days[-1] == date(2020, 11, 2)
    assert trend_of([(date(2020, 7, 31), 2)], 8, date(2020, 7, 31), date(2020, 7, 31)) is not None
