"""Tables of dates on both sides of each edge: what is late by which name, what was met, who may move a target."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tracker import clock
from tracker.frameworks.rules import StatusClass
from tracker.progress.date_rules import (
    DateOutcome,
    Dates,
    Overdue,
    Slippage,
    TargetStep,
    late_names,
    months_after,
    outcome_of,
    overdue_from,
    slippage,
    step_for_target,
)
from tracker.progress.rules import Applicability, days_overdue

NATIONAL, TARGET = date(2020, 9, 21), date(2020, 11, 16)
ONE = timedelta(days=1)
NOTHING = Dates(Applicability.APPLIES, StatusClass.AT_RISK, None, None, None, None, None)
BOTH = replace(NOTHING, national_on=NATIONAL, target_on=TARGET)


@pytest.mark.parametrize(
    ("as_at", "late"),
    [
        (NATIONAL, ()),
        (NATIONAL + ONE, (Overdue.NATIONAL_DATE_MISSED,)),
        (TARGET, (Overdue.NATIONAL_DATE_MISSED,)),
        (TARGET + ONE, (Overdue.PAST_TARGET, Overdue.NATIONAL_DATE_MISSED)),
    ],
)
def test_a_later_target_does_not_undo_that_the_national_date_was_missed(as_at: date, late: tuple[Overdue, ...]) -> None:
    assert tuple(late_names(BOTH, as_at)) == late
    assert overdue_from(BOTH) == TARGET


@pytest.mark.parametrize("status", [each for each in StatusClass if not each.is_open])
def test_what_is_not_open_is_not_late(status: StatusClass) -> None:
    assert late_names(replace(BOTH, said_class=status), date(2021, 1, 1)) == {}


@pytest.mark.parametrize("applicability", [Applicability.OPTIONAL, Applicability.TO_CONFIRM])
def test_what_does_not_apply_for_sure_is_not_late(applicability: Applicability) -> None:
    assert late_names(replace(BOTH, applicability=applicability), date(2021, 1, 1)) == {}


def test_each_kind_of_overdue_has_a_name_of_its_own() -> None:
    assert len({kind.label for kind in Overdue}) == 4
    assert not any("overdue" in kind.label.lower() for kind in Overdue)


@pytest.mark.parametrize(
    ("completed_on", "as_at", "outcome"),
    [
        (NATIONAL, date(2021, 1, 1), (DateOutcome.MET, 0)),
        (NATIONAL + ONE, date(2021, 1, 1), (DateOutcome.MET_LATE, 1)),
        (None, NATIONAL, (DateOutcome.NOT_DUE, 0)),
        (None, NATIONAL + ONE, (DateOutcome.NOT_MET, 1)),
        # Over the end of summer time a day is a day.
        (None, date(2020, 10, 25), (DateOutcome.NOT_MET, 34)),
        (None, date(2020, 10, 26), (DateOutcome.NOT_MET, 35)),
    ],
)
def test_a_date_is_met_on_time_late_or_not(
    completed_on: date | None, as_at: date, outcome: tuple[DateOutcome, int]
) -> None:
    assert outcome_of(NATIONAL, completed_on, as_at) == outcome


def test_without_a_date_nothing_is_met_or_missed() -> None:
    assert outcome_of(None, date(2020, 9, 1), date(2021, 1, 1)) == (DateOutcome.NOT_DUE, 0)


@pytest.mark.parametrize(
    ("on", "months", "then"),
    [
        (date(2020, 2, 29), 12, date(2021, 2, 28)),
        (date(2019, 2, 28), 12, date(2020, 2, 28)),
        (date(2020, 12, 31), 2, date(2021, 2, 28)),
        (date(2020, 12, 31), 12, date(2021, 12, 31)),
    ],
)
def test_months_end_where_they_end(on: date, months: int, then: date) -> None:
    assert months_after(on, months) == then


@pytest.mark.parametrize(
    ("dated_on", "as_at", "is_old"),
    [
        (date(2020, 9, 14), date(2021, 9, 14), False),
        (date(2020, 9, 14), date(2021, 9, 15), True),
        (date(2020, 2, 29), date(2021, 2, 28), False),
        (date(2020, 2, 29), date(2021, 3, 1), True),
    ],
)
def test_evidence_is_old_from_the_day_after_its_year(dated_on: date, as_at: date, *, is_old: bool) -> None:
    done = replace(NOTHING, said_class=StatusClass.DONE_CLAIMED, evidence_on=dated_on)
    assert (Overdue.EVIDENCE_OLD in late_names(done, as_at)) is is_old


TODAY = date(2020, 9, 10)


@pytest.mark.parametrize(
    ("wanted_on", "present_on", "national_on", "step"),
    [
        (NATIONAL, None, NATIONAL, TargetStep.AGREE),
        (NATIONAL + ONE, None, NATIONAL, TargetStep.ASK_REGION),
        (NATIONAL + ONE, None, None, TargetStep.AGREE),
        (NATIONAL, TODAY, NATIONAL, TargetStep.AGREE),
        (NATIONAL, TODAY - ONE, NATIONAL, TargetStep.ASK_REGION),
        (None, TODAY, NATIONAL, TargetStep.AGREE),
        (None, TODAY - ONE, NATIONAL, TargetStep.ASK_REGION),
        (TODAY, TODAY - ONE, None, TargetStep.ASK_REGION),
    ],
)
def test_a_region_decides_on_what_passed_and_on_what_lies_beyond_the_national_date(
    wanted_on: date | None, present_on: date | None, national_on: date | None, step: TargetStep
) -> None:
    decided = step_for_target(wanted_on, present_on=present_on, national_on=national_on, today=TODAY)
    assert decided is step


@pytest.mark.parametrize(
    ("present_on", "step"),
    [(None, TargetStep.AGREE), (TODAY, TargetStep.AGREE), (TODAY - ONE, TargetStep.ASK_REGION)],
)
def test_without_a_national_date_a_region_decides_once_a_target_has_passed(
    present_on: date | None, step: TargetStep
) -> None:
    assert step_for_target(date(2030, 1, 1), present_on=present_on, national_on=None, today=TODAY) is step


@pytest.mark.parametrize(
    ("targets", "slipped"),
    [
        ([], Slippage(0, 0)),
        ([date(2020, 10, 1)], Slippage(0, 0)),
        ([date(2020, 10, 1), date(2020, 10, 15)], Slippage(14, 1)),
        ([date(2020, 10, 1), date(2020, 9, 15)], Slippage(-16, 1)),
        ([date(2020, 10, 1), date(2020, 11, 1), date(2020, 10, 1)], Slippage(0, 2)),
        ([date(2020, 10, 1), None], Slippage(0, 1)),
        ([None], Slippage(0, 0)),
    ],
)
def test_slippage_is_judged_on_the_first_target_and_counts_every_revision(
    targets: list[date | None], slipped: Slippage
) -> None:
    assert slippage(targets) == slipped


@pytest.mark.parametrize(
    ("targets", "slipped"),
    [
        ([NATIONAL], Slippage(0, 0)),
        ([NATIONAL + ONE], Slippage(1, 0, is_from_national=True)),
        ([NATIONAL + ONE, NATIONAL], Slippage(0, 1, is_from_national=True)),
        ([NATIONAL - ONE, NATIONAL + ONE], Slippage(2, 1)),
        ([NATIONAL + ONE, None], Slippage(0, 1)),
    ],
)
def test_a_first_target_beyond_the_national_date_is_behind_it_and_has_not_moved(
    targets: list[date | None], slipped: Slippage
) -> None:
    assert slippage(targets, NATIONAL) == slipped


REVIEW = date(2020, 11, 16)


@pytest.mark.parametrize(
    ("last_true_on", "as_at", "is_due"),
    [
        (date(2020, 11, 1), REVIEW, False),
        (date(2020, 11, 1), REVIEW + ONE, True),
        (REVIEW - ONE, REVIEW + ONE, True),
        (REVIEW, REVIEW + ONE, False),
        (None, REVIEW + ONE, True),
    ],
)
def test_a_review_is_due_from_the_day_after_unless_somebody_looked(
    last_true_on: date | None, as_at: date, is_due: bool
) -> None:
    looked = replace(NOTHING, review_on=REVIEW, last_true_on=last_true_on)
    assert (Overdue.PAST_REVIEW in late_names(looked, as_at)) is is_due


@pytest.mark.parametrize("status", [each for each in StatusClass if not each.is_open])
def test_only_what_is_open_is_reviewed(status: StatusClass) -> None:
    assert late_names(replace(NOTHING, said_class=status, review_on=REVIEW), REVIEW + ONE) == {}


def test_without_a_day_no_review_is_due() -> None:
    assert late_names(NOTHING, date(2030, 1, 1)) == {}


@pytest.mark.parametrize(
    ("deadline", "instant", "days"),
    [
        # The clocks go back on 25 October 2020: that day has 25 hours.
        (date(2020, 10, 24), datetime(2020, 10, 24, 22, 59, tzinfo=UTC), None),
        (date(2020, 10, 24), datetime(2020, 10, 24, 23, 0, tzinfo=UTC), 1),
        (date(2020, 10, 25), datetime(2020, 10, 25, 23, 59, tzinfo=UTC), None),
        (date(2020, 10, 25), datetime(2020, 10, 26, 0, 0, tzinfo=UTC), 1),
        # They go forward on 28 March 2021: that day has 23.
        (date(2021, 3, 27), datetime(2021, 3, 27, 23, 59, tzinfo=UTC), None),
        (date(2021, 3, 27), datetime(2021, 3, 28, 0, 0, tzinfo=UTC), 1),
        (date(2021, 3, 28), datetime(2021, 3, 28, 22, 59, tzinfo=UTC), None),
        (date(2021, 3, 28), datetime(2021, 3, 28, 23, 0, tzinfo=UTC), 1),
        # A leap day is a day like others, and the last of its month.
        (date(2020, 2, 29), datetime(2020, 2, 29, 23, 59, tzinfo=UTC), None),
        (date(2020, 2, 29), datetime(2020, 3, 1, 0, 0, tzinfo=UTC), 1),
        (date(2021, 2, 28), datetime(2021, 3, 1, 0, 0, tzinfo=UTC), 1),
    ],
)
def test_it_is_late_from_the_first_instant_of_the_next_london_day(
    deadline: date, instant: datetime, days: int | None
) -> None:
    with clock.frozen(instant):
        today = clock.today()
    assert days_overdue(StatusClass.AT_RISK, Applicability.APPLIES, deadline, today) == days
    names = late_names(replace(NOTHING, national_on=deadline), today)
    assert names == ({} if days is None else {Overdue.NATIONAL_DATE_MISSED: deadline})


@pytest.mark.parametrize(
    ("dated_on", "as_at", "is_old"),
    [
        (date(2020, 2, 29), date(2021, 2, 28), False),
        (date(2020, 2, 29), date(2021, 3, 1), True),
        (date(2019, 2, 28), date(2020, 2, 28), False),
        (date(2019, 2, 28), date(2020, 2, 29), True),
    ],
)
def test_a_leap_day_ages_by_months_as_the_calendar_has_them(dated_on: date, as_at: date, is_old: bool) -> None:
    done = replace(NOTHING, said_class=StatusClass.DONE_CLAIMED, evidence_on=dated_on)
    assert (Overdue.EVIDENCE_OLD in late_names(done, as_at)) is is_old
