"""What a check finds on both sides of each edge, who reads what, who decides, and what moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracker.accounts.rules import Role
from tracker.frameworks.rules import StatusClass
from tracker.progress.rules import RECOVERY_DAYS, Applicability
from tracker.returns.rules import (
    EVERY_STATE,
    OLD_AFTER_DAYS,
    STALE_AFTER_DAYS,
    ApprovedDay,
    Judged,
    Movement,
    ProblemKind,
    ReturnState,
    furthest_meeting,
    is_old,
    is_stale,
    later_approved,
    may_decide,
    movement,
    problems_of,
    states_to_read,
)

TODAY = date(2020, 11, 2)
DAY = timedelta(days=1)
SOUND = Judged(
    applicability=Applicability.APPLIES,
    said=StatusClass.ON_COURSE,
    deadline_on=TODAY,
    forecast_on=None,
    recovery_on=None,
    last_true_on=TODAY,
    has_evidence=False,
    has_reason=False,
    needs_reason=False,
    needs_recovery_date=False,
)
LATE = replace(SOUND, deadline_on=TODAY - DAY)
OFF, RISK, CLAIMED = StatusClass.OFF_COURSE, StatusClass.AT_RISK, StatusClass.DONE_CLAIMED
ASSURED, ASIDE = StatusClass.DONE_ASSURED, StatusClass.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("ask", "found"),
    [
        (SOUND, []),
        # On track on its last day, and from the day after it only with a plan that has not gone by.
        (LATE, [ProblemKind.NO_RECOVERY_PLAN]),
        (replace(LATE, recovery_on=TODAY), []),
        (replace(LATE, recovery_on=TODAY - DAY), [ProblemKind.NO_RECOVERY_PLAN]),
        (replace(LATE, applicability=Applicability.OPTIONAL), []),
        (replace(LATE, deadline_on=None), []),
        # Expected after the date.
        (replace(SOUND, forecast_on=TODAY), []),
        (replace(SOUND, forecast_on=TODAY + DAY), [ProblemKind.FORECAST_LATE]),
        (replace(SOUND, forecast_on=TODAY + DAY, said=RISK), []),
        (replace(SOUND, forecast_on=TODAY - DAY, said=RISK), [ProblemKind.FORECAST_PASSED]),
        (replace(SOUND, forecast_on=TODAY - DAY, said=CLAIMED, has_evidence=True), []),
        # Back on track, but in more than a year.
        (replace(LATE, recovery_on=TODAY + RECOVERY_DAYS * DAY), []),
        (replace(LATE, recovery_on=TODAY + (RECOVERY_DAYS + 1) * DAY), [ProblemKind.RECOVERY_FAR]),
        # Claims and their evidence.
        (replace(SOUND, said=CLAIMED), [ProblemKind.NO_EVIDENCE]),
        (replace(SOUND, said=CLAIMED, has_evidence=True), []),
        (replace(SOUND, said=CLAIMED, applicability=Applicability.OPTIONAL), [ProblemKind.NO_EVIDENCE]),
        # What was assured rests on evidence too, where its scale asks for any.
        (replace(SOUND, said=ASSURED), [ProblemKind.ASSURED_NO_EVIDENCE]),
        (replace(SOUND, said=ASSURED, has_evidence=True), []),
        (replace(SOUND, said=ASSURED, needs_evidence=False), []),
        # What is answered by a person is done while somebody is in post.
        (replace(SOUND, said=ASSURED, is_vacant=True), [ProblemKind.NOBODY_IN_POST]),
        (replace(SOUND, said=ASSURED, is_vacant=True, has_evidence=True), [ProblemKind.NOBODY_IN_POST]),
        (replace(SOUND, said=CLAIMED, is_vacant=True), [ProblemKind.NO_EVIDENCE, ProblemKind.NOBODY_IN_POST]),
        (replace(SOUND, said=CLAIMED, is_vacant=True, has_evidence=True), [ProblemKind.NOBODY_IN_POST]),
        (replace(SOUND, is_vacant=True), []),
        # Set aside after its date.
        (replace(SOUND, said=ASIDE, is_set_aside_late=True), [ProblemKind.SET_ASIDE_LATE]),
        (replace(SOUND, said=ASIDE), []),
        (replace(SOUND, said=ASIDE, is_set_aside_late=True, applicability=Applicability.OPTIONAL), []),
        # What the scale asks for.
        (replace(SOUND, said=RISK, needs_reason=True), [ProblemKind.NO_REASON]),
        (replace(SOUND, said=RISK, needs_reason=True, has_reason=True), []),
        (replace(SOUND, said=StatusClass.NOT_APPLICABLE, needs_reason=True), [ProblemKind.NO_REASON]),
        (replace(SOUND, said=OFF, needs_recovery_date=True), [ProblemKind.NO_RECOVERY_DATE]),
        (replace(SOUND, said=OFF, needs_recovery_date=True, recovery_on=TODAY), []),
        (
            replace(SOUND, said=OFF, needs_recovery_date=True, recovery_on=TODAY - DAY),
            [ProblemKind.RECOVERY_PASSED],
        ),
        # Late without a plan, where it is said to be late.
        (replace(LATE, said=RISK), [ProblemKind.OVERDUE_NO_PLAN]),
        (replace(LATE, said=RISK, recovery_on=TODAY), []),
        (replace(LATE, said=OFF, needs_recovery_date=True), [ProblemKind.NO_RECOVERY_DATE]),
        # Nothing said, and nothing settled.
        (replace(LATE, said=StatusClass.NO_UPDATE, last_true_on=None), [ProblemKind.NO_UPDATE]),
        (replace(SOUND, said=StatusClass.NO_UPDATE, applicability=Applicability.OPTIONAL), []),
        (replace(LATE, applicability=Applicability.TO_CONFIRM), [ProblemKind.TO_CONFIRM]),
        # Stale from the day after six weeks, while it is open.
        (replace(SOUND, last_true_on=date(2020, 9, 21)), []),
        (replace(SOUND, last_true_on=date(2020, 9, 20)), [ProblemKind.STALE]),
        (replace(SOUND, said=CLAIMED, has_evidence=True, last_true_on=date(2020, 1, 1)), []),
        # Everything at once, what blocks first.
        (
            replace(LATE, needs_reason=True, last_true_on=date(2020, 1, 1)),
            [ProblemKind.NO_RECOVERY_PLAN, ProblemKind.NO_REASON, ProblemKind.STALE],
        ),
    ],
)
def test_a_check_finds_what_is_wrong_and_nothing_else(ask: Judged, found: list[ProblemKind]) -> None:
    assert list(problems_of(ask, TODAY)) == found


def test_six_weeks_count_days_whatever_the_clocks_and_february_do() -> None:
    assert STALE_AFTER_DAYS == 42
    for last in (date(2020, 10, 20), date(2021, 3, 1), date(2020, 2, 10), date(2020, 1, 31)):
        assert not is_stale(last, last + timedelta(days=42))
        assert is_stale(last, last + timedelta(days=43))
    assert not is_stale(None, TODAY)


def test_what_nothing_supports_blocks_and_what_is_missing_or_old_warns() -> None:
    blocking = {kind for kind in ProblemKind if kind.is_blocking}
    assert blocking == {
        ProblemKind.NOTHING_TRACKED,
        ProblemKind.BEFORE_APPROVED,
        ProblemKind.NO_RECOVERY_PLAN,
        ProblemKind.FORECAST_LATE,
        ProblemKind.RECOVERY_FAR,
        ProblemKind.NO_EVIDENCE,
        ProblemKind.NO_REASON,
        ProblemKind.NO_RECOVERY_DATE,
    }
    order = [kind.is_blocking for kind in ProblemKind]
    assert order == sorted(order, reverse=True)


@pytest.mark.parametrize(
    ("framework_id", "as_at", "number"),
    [
        # On the day of the last approved return, and the day before it.
        (None, TODAY, None),
        (None, TODAY - DAY, 2),
        (1, TODAY - DAY, 2),
        # Of another framework only what covers everything stands in the way, on its own day and the day before it.
        (2, TODAY - DAY, None),
        (2, TODAY - 10 * DAY, None),
        (2, TODAY - 11 * DAY, 1),
    ],
)
def test_a_return_of_a_day_before_an_approved_one_that_overlaps_is_named(
    framework_id: int | None, as_at: date, number: int | None
) -> None:
    approved = [ApprovedDay(2, 1, TODAY), ApprovedDay(1, None, TODAY - 10 * DAY)]
    found = later_approved(approved, framework_id, as_at)
    assert (found.number if found else None) == number


def test_a_day_is_old_from_the_day_after_so_many_days() -> None:
    assert not is_old(TODAY, TODAY)
    assert not is_old(TODAY - OLD_AFTER_DAYS * DAY, TODAY)
    assert is_old(TODAY - (OLD_AFTER_DAYS + 1) * DAY, TODAY)
    assert not ProblemKind.OLD_DAY.is_blocking


def test_a_meeting_is_at_most_twelve_months_ahead() -> None:
    assert furthest_meeting(TODAY) == date(2021, 11, 2)
    assert furthest_meeting(date(2020, 2, 29)) == date(2021, 2, 28)


DAYS = st.none() | st.dates(date(2020, 1, 1), date(2021, 12, 31))


@given(
    ask=st.builds(
        Judged,
        applicability=st.sampled_from(Applicability),
        said=st.sampled_from(StatusClass),
        deadline_on=DAYS,
        forecast_on=DAYS,
        recovery_on=DAYS,
        last_true_on=DAYS,
        has_evidence=st.booleans(),
        has_reason=st.booleans(),
        needs_reason=st.booleans(),
        needs_recovery_date=st.booleans(),
        needs_evidence=st.booleans(),
        is_vacant=st.booleans(),
    )
)
def test_whatever_stands_there_problems_come_once_and_what_does_not_apply_never_blocks_for_its_date(
    ask: Judged,
) -> None:
    found = problems_of(ask, TODAY)
    assert len(set(found)) == len(found)
    if ask.applicability is not Applicability.APPLIES:
        assert not {ProblemKind.NO_RECOVERY_PLAN, ProblemKind.FORECAST_LATE, ProblemKind.NO_UPDATE} & set(found)
    if ask.said is StatusClass.DONE_ASSURED and not ask.needs_reason and not ask.needs_recovery_date:
        missing = {ProblemKind.ASSURED_NO_EVIDENCE, ProblemKind.NOBODY_IN_POST}
        assert set(found) <= {ProblemKind.TO_CONFIRM} | missing
        assert not missing & set(found) or not ask.has_evidence or ask.is_vacant


@pytest.mark.parametrize(
    ("roles", "is_own", "reads"),
    [
        ({Role.LEAD}, True, EVERY_STATE),
        ({Role.NATIONAL}, True, EVERY_STATE),
        ({Role.REGION}, False, {ReturnState.SUBMITTED, ReturnState.APPROVED}),
        ({Role.SYSTEM}, False, {ReturnState.SUBMITTED, ReturnState.APPROVED}),
        ({Role.NATIONAL, Role.REGION}, False, {ReturnState.SUBMITTED, ReturnState.APPROVED}),
        ({Role.NATIONAL}, False, {ReturnState.APPROVED}),
        (set(), False, set()),
    ],
)
def test_which_returns_somebody_reads_goes_by_their_role(
    roles: set[Role], is_own: bool, reads: set[ReturnState]
) -> None:
    assert states_to_read(roles, is_own=is_own) == reads


def test_nobody_decides_on_what_they_submitted() -> None:
    assert (may_decide(1, 1), may_decide(1, 2), may_decide(None, 2)) == (False, True, True)


@pytest.mark.parametrize(
    ("before", "now", "moved"),
    [
        (None, StatusClass.ON_COURSE, Movement.NONE),
        (StatusClass.ON_COURSE, StatusClass.NO_UPDATE, Movement.NONE),
        (StatusClass.NO_UPDATE, StatusClass.OFF_COURSE, Movement.NEW),
        (StatusClass.NO_UPDATE, StatusClass.NOT_APPLICABLE, Movement.NEW),
        (StatusClass.NOT_APPLICABLE, StatusClass.NOT_APPLICABLE, Movement.SAME),
        (StatusClass.NOT_APPLICABLE, StatusClass.ON_COURSE, Movement.CHANGED),
        (StatusClass.OFF_COURSE, StatusClass.AT_RISK, Movement.BETTER),
        (StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED, Movement.BETTER),
        (StatusClass.DONE_ASSURED, StatusClass.ON_COURSE, Movement.WORSE),
    ],
)
def test_what_moved_is_said_in_one_word(before: StatusClass | None, now: StatusClass, moved: Movement) -> None:
    assert movement(before, now) is moved


def test_every_state_has_its_word_and_only_three_are_in_the_organisations_own_hands() -> None:
    assert len({state.label for state in ReturnState}) == len(ReturnState)
    assert {state for state in ReturnState if state.is_worked_on} == {
        ReturnState.DRAFT,
        ReturnState.CHECKED,
        ReturnState.SENT_BACK,
    }
