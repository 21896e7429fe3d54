"""Which step of the ladder is due, on both sides of every edge, and what the ladder never does however it is used."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.escalations.ladder import ladder, ladder_from
from tracker.escalations.rules import (
    ENDINGS,
    NOTHING_YET,
    Ending,
    Ladder,
    Level,
    Post,
    Record,
    State,
    is_of_this_spell,
    is_response_overdue,
    proposed_level,
    state_of,
)
from tracker.frameworks.rules import OPEN_CLASSES, StatusClass

TODAY = date(2020, 11, 2)
TOMORROW, YESTERDAY = TODAY + timedelta(days=1), TODAY - timedelta(days=1)
OFF = StatusClass.OFF_COURSE


def small(*codes: str) -> Ladder:
    """A ladder whose levels fall due after 10, 20, 30 … days whatever the class."""
    return Ladder(
        tuple(
            Level(code, code.upper(), Post.BOARD, 7, dict.fromkeys(OPEN_CLASSES, 10 * number))
            for number, code in enumerate(codes, 1)
        )
    )


THREE = small("a", "b", "c")


def proposal(record: Record, days: int | None = 25, status_class: StatusClass = OFF) -> str | None:
    level = proposed_level(THREE, status_class, days, record, TODAY)
    return level.code if level else None


@pytest.mark.parametrize(("days", "wanted"), [(None, None), (0, None), (9, None), (10, "a"), (20, "a"), (1_000, "a")])
def test_the_first_step_is_the_lowest_level_from_its_own_day_on_however_late_the_ask_is(
    days: int | None, wanted: str | None
) -> None:
    assert proposal(NOTHING_YET, days) == wanted


@pytest.mark.parametrize(
    ("level", "days", "wanted"),
    [("a", 19, None), ("a", 20, "b"), ("b", 20, None), ("b", 30, "c"), ("c", 1_000, None), ("gone", 25, "a")],
)
def test_a_level_that_was_raised_is_never_proposed_again_and_the_next_waits_for_its_day(
    level: str, days: int, wanted: str | None
) -> None:
    assert proposal(Record(level=level), days) == wanted


@pytest.mark.parametrize(
    ("record", "wanted"),
    [
        (Record(is_closed=True), None),
        (Record(quiet_until=TOMORROW), None),
        (Record(quiet_until=TODAY), "a"),
        (Record(level="a", response_due_on=TODAY), None),
        (Record(level="a", response_due_on=YESTERDAY), "b"),
        (Record(level="a", response_due_on=YESTERDAY, is_answered=True), None),
        (Record(level="a", response_due_on=YESTERDAY, quiet_until=TOMORROW), None),
    ],
)
def test_it_keeps_quiet_when_closed_held_waited_for_or_answered(record: Record, wanted: str | None) -> None:
    assert proposal(record) == wanted


@pytest.mark.parametrize("status_class", [each for each in StatusClass if not each.is_open])
def test_what_is_not_open_is_never_escalated(status_class: StatusClass) -> None:
    assert proposal(NOTHING_YET, 1_000, status_class) is None


@pytest.mark.parametrize(
    ("record", "state", "is_late"),
    [
        (Record(), State.BETWEEN, False),
        (Record(level="a", response_due_on=TODAY), State.AWAITED, False),
        (Record(level="a", response_due_on=YESTERDAY), State.AWAITED, True),
        (Record(level="a", response_due_on=YESTERDAY, quiet_until=TOMORROW), State.HELD, True),
        (Record(level="a", response_due_on=YESTERDAY, quiet_until=TODAY), State.AWAITED, True),
        (Record(level="a", response_due_on=YESTERDAY, quiet_until=TOMORROW, is_answered=True), State.ANSWERED, False),
        (Record(level="a", response_due_on=YESTERDAY, is_closed=True), State.CLOSED, False),
    ],
)
def test_a_record_has_one_state_and_a_response_is_late_from_the_day_after(
    record: Record, state: State, is_late: bool
) -> None:
    assert state_of(record, TODAY) is state
    assert is_response_overdue(record, TODAY) is is_late


@pytest.mark.parametrize(
    ("is_closed", "has_left", "was_assured", "counts"),
    [
        (False, False, False, True),
        (False, True, False, True),  # A claim that came back does not wipe the ladder out.
        (False, True, True, False),
        (True, False, False, True),
        (True, True, False, False),
    ],
)
def test_a_new_spell_begins_when_it_was_assured_or_had_left_after_the_close(
    is_closed: bool, has_left: bool, was_assured: bool, counts: bool
) -> None:
    assert is_of_this_spell(is_closed=is_closed, has_left_since=has_left, was_assured_since=was_assured) is counts


def test_nobody_chooses_that_a_record_is_overtaken() -> None:
    assert set(ENDINGS) == set(Ending) - {Ending.OVERTAKEN}


def test_the_ladder_in_force_holds_together_and_what_is_off_track_never_climbs_later() -> None:
    levels = ladder().levels
    assert [level.code for level in levels] == ["owner", "executive_lead", "board_contact", "region", "national"]
    for level in levels:
        assert level.after_days[OFF] == min(level.after_days.values())
        assert level.after_days[StatusClass.ON_COURSE] == max(level.after_days.values())
    assert ladder().label_of("owner") == "Owner of the ask"
    assert ladder().label_of("a_level_of_old") == "A level of old"


def content(*levels: tuple[str, int, dict[str, int]]) -> dict[str, object]:
    return {
        "most_days_ahead": 183,
        "level": [
            {"code": code, "label": code, "post": "board", "response_days": days, "after_days": after}
            for code, days, after in levels
        ],
    }


EVERY = {each.value: 5 for each in OPEN_CLASSES}


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (content(), "no level"),
        (content(("a", 7, EVERY), ("a", 7, dict.fromkeys(EVERY, 9))), "twice"),
        (content(("a", 7, {"off_course": 5})), "each open class"),
        (content(("a", 7, EVERY | {"done_claimed": 5})), "each open class"),
        (content(("a", 7, EVERY | {"at_risk": 0})), "at_risk"),
        (content(("a", 7, EVERY), ("b", 7, EVERY | {"off_course": 9})), "no later than the one below"),
        (content(("a", 0, EVERY)), "at least a day"),
        (content(("nobody", 7, EVERY)), "words of the record"),
        (content(("a", 7, EVERY)) | {"most_days_ahead": 6}, "as far ahead as its levels"),
    ],
)
def test_a_ladder_that_does_not_hold_together_is_refused_by_name(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ladder_from(wrong)


days_late = st.integers(min_value=-5, max_value=300)
classes = st.sampled_from(list(StatusClass))
near = st.one_of(st.none(), st.integers(min_value=-9, max_value=9).map(lambda days: TODAY + timedelta(days=days)))
records = st.builds(
    Record,
    level=st.one_of(st.none(), st.sampled_from([level.code for level in ladder().levels])),
    response_due_on=near,
    is_answered=st.booleans(),
    quiet_until=near,
    is_closed=st.booleans(),
)


@given(status_class=classes, days=days_late, record=records)
def test_whatever_the_record_a_proposal_is_the_next_level_open_and_its_day_has_come(
    status_class: StatusClass, days: int, record: Record
) -> None:
    level = proposed_level(ladder(), status_class, days, record, TODAY)
    if level is None:
        return
    assert status_class.is_open
    assert days >= level.after_days[status_class]
    assert ladder().number_of(level.code) == ladder().number_of(record.level) + 1
    assert not record.is_closed
    assert not record.is_answered
    assert state_of(record, TODAY) is not State.HELD
    assert record.response_due_on is None or record.response_due_on < TODAY
    # What is later is never escalated less.
    assert proposed_level(ladder(), status_class, days + 30, record, TODAY) is level


STEPS = st.lists(
    st.tuples(st.sampled_from(["raise", "answer", "judge", "hold", "wait", "close"]), st.integers(1, 20), classes),
    max_size=60,
)


@settings(max_examples=200)
@given(steps=STEPS)
def test_however_it_is_climbed_no_level_is_proposed_twice_before_it_is_raised_nor_again_after(
    steps: list[tuple[str, int, StatusClass]],
) -> None:
    """Somebody who does what the ladder proposes, or holds, waits, answers, judges and closes in any order."""
    record, days, today, raised = NOTHING_YET, 1, TODAY, []
    for step, number, status_class in steps:
        days, today = days + number, today + timedelta(days=number)
        level = proposed_level(ladder(), status_class, days, record, today)
        if step == "raise" and level is not None:
            assert level.code not in raised
            raised.append(level.code)
            due_on = today + timedelta(days=level.response_days)
            record = Record(level=level.code, response_due_on=due_on)
            assert proposed_level(ladder(), status_class, days, record, today) is None
        elif step == "answer" and record.response_due_on is not None:
            record = replace(record, is_answered=True)
        elif step == "judge":
            record = replace(record, is_answered=False, response_due_on=None)
        elif step == "hold":
            record = replace(record, quiet_until=today + timedelta(days=number))
            assert proposed_level(ladder(), status_class, days, record, today) is None
        elif step == "close":
            record = replace(record, is_closed=True)
            assert proposed_level(ladder(), status_class, days + 300, record, today) is None
    assert raised == [level.code for level in ladder().levels][: len(raised)]
