"""What counts is not always what was said: plans, forecasts and corrections, on both sides of each edge."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import (
    Contradiction,
    Forecast,
    classes_for_correction,
    counted_class,
    earliest_true_on,
    forecast,
    why_not_confirm,
    why_not_on_course,
)

DUE = date(2020, 10, 31)
ONE = timedelta(days=1)


@pytest.mark.parametrize(
    ("said", "is_late", "recovery_on", "counted"),
    [
        (StatusClass.ON_COURSE, False, None, StatusClass.ON_COURSE),
        (StatusClass.ON_COURSE, True, None, StatusClass.OFF_COURSE),
        (StatusClass.ON_COURSE, True, DUE, StatusClass.ON_COURSE),
        (StatusClass.ON_COURSE, True, DUE - ONE, StatusClass.OFF_COURSE),
        (StatusClass.AT_RISK, True, None, StatusClass.AT_RISK),
        (StatusClass.NOT_STARTED, True, None, StatusClass.NOT_STARTED),
        (StatusClass.DONE_CLAIMED, False, None, StatusClass.DONE_CLAIMED),
    ],
)
def test_overdue_with_no_plan_is_not_on_track_whatever_was_said(
    said: StatusClass, *, is_late: bool, recovery_on: date | None, counted: StatusClass
) -> None:
    assert counted_class(said, is_late=is_late, recovery_on=recovery_on, as_at=DUE) is counted


@pytest.mark.parametrize(
    ("forecast_on", "expected"), [(DUE, Forecast.ON_TIME), (DUE + ONE, Forecast.LATE), (None, None)]
)
def test_a_forecast_is_late_from_the_day_after_the_deadline(
    forecast_on: date | None, expected: Forecast | None
) -> None:
    assert forecast(DUE, forecast_on) is expected
    assert forecast(None, forecast_on) is None


@pytest.mark.parametrize(
    ("today", "forecast_on", "recovery_on", "contradiction"),
    [
        (DUE, None, None, None),
        (DUE, DUE, None, None),
        (DUE, DUE + ONE, None, Contradiction.FORECAST_LATE),
        (DUE + ONE, None, None, Contradiction.NO_RECOVERY_PLAN),
        (DUE + ONE, None, DUE, Contradiction.NO_RECOVERY_PLAN),
        (DUE + ONE, None, DUE + ONE, None),
        # Past the deadline the plan counts; that it will be late is known.
        (DUE + ONE, DUE + 30 * ONE, DUE + 30 * ONE, None),
    ],
)
def test_on_track_needs_dates_that_do_not_speak_against_it(
    today: date, forecast_on: date | None, recovery_on: date | None, contradiction: Contradiction | None
) -> None:
    assert why_not_on_course(StatusClass.ON_COURSE, DUE, forecast_on, recovery_on, today) is contradiction
    assert why_not_on_course(StatusClass.AT_RISK, DUE, forecast_on, recovery_on, today) is None
    assert why_not_on_course(StatusClass.ON_COURSE, None, forecast_on, recovery_on, today) is None


def test_a_recovery_date_that_went_by_cannot_be_confirmed_whatever_the_status() -> None:
    said = StatusClass.OFF_COURSE
    assert why_not_confirm(said, DUE, None, DUE, DUE) is None
    assert why_not_confirm(said, DUE, None, DUE, DUE + ONE) is Contradiction.RECOVERY_PASSED
    assert why_not_confirm(StatusClass.ON_COURSE, DUE, None, None, DUE + ONE) is Contradiction.NO_RECOVERY_PLAN


@pytest.mark.parametrize("said", [each for each in StatusClass if each is not StatusClass.NO_UPDATE])
def test_a_correction_opens_and_closes_nothing(said: StatusClass) -> None:
    offered = classes_for_correction(said)
    assert said in offered
    assert {each.is_open for each in offered} == {said.is_open}
    assert said.is_open or offered == {said}


def test_nothing_is_said_of_a_day_before_the_last_entry_or_the_framework() -> None:
    effective = date(2020, 7, 31)
    assert earliest_true_on(None, effective) == effective
    assert earliest_true_on(date(2020, 7, 1), effective) == effective
    assert earliest_true_on(date(2020, 9, 1), effective) == date(2020, 9, 1)
