"""The rules of progress, as tables of cases on both sides of each edge."""

from __future__ import annotations

from datetime import date

import pytest

from tracker.frameworks.rules import DateKind, StatusClass
from tracker.progress import rules
from tracker.progress.rules import Applicability, Power, RollUp

OPEN = {StatusClass.OFF_COURSE, StatusClass.AT_RISK, StatusClass.NOT_STARTED, StatusClass.ON_COURSE}
CLAIMED, ASSURED, NOT_APPLICABLE = StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED, StatusClass.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("current", "allowed"),
    [
        (StatusClass.NO_UPDATE, OPEN | {CLAIMED, NOT_APPLICABLE}),
        (StatusClass.NOT_STARTED, OPEN | {CLAIMED, NOT_APPLICABLE}),
        (StatusClass.OFF_COURSE, OPEN | {CLAIMED, NOT_APPLICABLE}),
        (NOT_APPLICABLE, OPEN | {CLAIMED, NOT_APPLICABLE}),
        (CLAIMED, {CLAIMED, NOT_APPLICABLE}),
        (ASSURED, OPEN | {NOT_APPLICABLE}),
    ],
)
def test_an_organisation_moves_a_status_only_where_the_rules_say(
    current: StatusClass, allowed: set[StatusClass]
) -> None:
    assert rules.classes_after(current, Power.ORGANISATION) == allowed


@pytest.mark.parametrize("current", list(StatusClass))
def test_an_assurer_decides_on_claims_and_moves_nothing_else(current: StatusClass) -> None:
    is_claim = current is CLAIMED
    assert rules.classes_after(current, Power.ASSURER) == ({ASSURED} if is_claim else set())
    assert rules.may_return(current, Power.ASSURER) is is_claim
    assert not rules.may_return(current, Power.ORGANISATION)


@pytest.mark.parametrize("current", list(StatusClass))
def test_nobody_makes_their_own_claim_assured_and_nobody_stores_no_update(current: StatusClass) -> None:
    after = rules.classes_after(current, Power.ORGANISATION)
    assert ASSURED not in after
    assert StatusClass.NO_UPDATE not in after


@pytest.mark.parametrize(
    ("deadline", "as_at", "days"),
    [
        (date(2020, 9, 21), date(2020, 9, 20), None),
        (date(2020, 9, 21), date(2020, 9, 21), None),
        (date(2020, 9, 21), date(2020, 9, 22), 1),
        # A month is over on its last day: March 2021 is not overdue before April.
        (date(2021, 3, 31), date(2021, 3, 31), None),
        (date(2021, 3, 31), date(2021, 4, 1), 1),
        # The clocks change on these days; days are days of the calendar.
        (date(2020, 10, 24), date(2020, 10, 25), 1),
        (date(2020, 10, 24), date(2020, 10, 26), 2),
        (date(2021, 3, 27), date(2021, 3, 28), 1),
        (date(2021, 3, 27), date(2021, 3, 29), 2),
        (date(2024, 2, 28), date(2024, 3, 1), 2),
        (None, date(2030, 1, 1), None),
    ],
)
def test_an_ask_is_overdue_from_the_day_after_its_deadline(
    deadline: date | None, as_at: date, days: int | None
) -> None:
    late = rules.days_overdue(StatusClass.NOT_STARTED, Applicability.APPLIES, deadline, as_at)
    assert late == days
    assert rules.is_overdue(StatusClass.NOT_STARTED, Applicability.APPLIES, deadline, as_at) is (days is not None)


@pytest.mark.parametrize("status_class", list(StatusClass))
@pytest.mark.parametrize("applicability", list(Applicability))
def test_only_open_asks_that_apply_are_ever_overdue(status_class: StatusClass, applicability: Applicability) -> None:
    is_counted = status_class in OPEN | {StatusClass.NO_UPDATE} and applicability is Applicability.APPLIES
    assert rules.is_overdue(status_class, applicability, date(2020, 9, 21), date(2020, 9, 22)) is is_counted


@pytest.mark.parametrize(
    ("kind", "national", "target", "expected"),
    [
        (DateKind.BY, date(2020, 9, 21), None, date(2020, 9, 21)),
        (DateKind.BY, date(2020, 9, 21), date(2020, 10, 30), date(2020, 10, 30)),
        (DateKind.BY, date(2020, 9, 21), date(2020, 9, 1), date(2020, 9, 1)),
        (DateKind.FROM, date(2020, 9, 1), None, None),
        (DateKind.FROM, date(2020, 9, 1), date(2020, 11, 1), date(2020, 11, 1)),
        (DateKind.SEASON, None, None, None),
        (DateKind.ONGOING, None, None, None),
        (DateKind.ONGOING, None, date(2020, 12, 1), date(2020, 12, 1)),
    ],
)
def test_the_agreed_target_is_the_deadline_and_else_the_national_date_of_a_by(
    kind: DateKind, national: date | None, target: date | None, expected: date | None
) -> None:
    assert rules.deadline(kind, national, target) == expected


@pytest.mark.parametrize(
    ("completed", "deadline", "late"),
    [
        (date(2020, 9, 21), date(2020, 9, 21), 0),
        (date(2020, 9, 22), date(2020, 9, 21), 1),
        (date(2020, 9, 1), date(2020, 9, 21), 0),
        (None, date(2020, 9, 21), None),
        (date(2020, 9, 22), None, None),
    ],
)
def test_lateness_is_judged_on_the_day_the_claim_says_it_was_done(
    completed: date | None, deadline: date | None, late: int | None
) -> None:
    assert rules.days_late(completed, deadline) == late


def test_a_reason_is_needed_where_the_scale_says_and_when_assurance_is_taken_back() -> None:
    assert rules.needs_reason(StatusClass.ON_COURSE, StatusClass.AT_RISK, scale_asks_for_it=True)
    assert not rules.needs_reason(StatusClass.ON_COURSE, StatusClass.ON_COURSE, scale_asks_for_it=False)
    assert rules.needs_reason(ASSURED, StatusClass.ON_COURSE, scale_asks_for_it=False)


@pytest.mark.parametrize(
    ("classes", "expected"),
    [
        ([], RollUp(None, 0, 0)),
        ([NOT_APPLICABLE], RollUp(None, 0, 0)),
        ([ASSURED, CLAIMED], RollUp(CLAIMED, 2, 2)),
        ([ASSURED, StatusClass.ON_COURSE, NOT_APPLICABLE], RollUp(StatusClass.ON_COURSE, 1, 2)),
        ([StatusClass.ON_COURSE, StatusClass.NOT_STARTED], RollUp(StatusClass.NOT_STARTED, 0, 2)),
        ([StatusClass.NOT_STARTED, StatusClass.NO_UPDATE], RollUp(StatusClass.NO_UPDATE, 0, 2)),
        ([StatusClass.NO_UPDATE, StatusClass.AT_RISK], RollUp(StatusClass.AT_RISK, 0, 2)),
        ([StatusClass.AT_RISK, StatusClass.OFF_COURSE, ASSURED], RollUp(StatusClass.OFF_COURSE, 1, 3)),
    ],
)
def test_an_action_shows_the_worst_of_its_asks_and_how_many_are_done(
    classes: list[StatusClass], expected: RollUp
) -> None:
    assert rules.roll_up((each, Applicability.APPLIES) for each in classes) == expected


@pytest.mark.parametrize("applicability", [Applicability.TO_CONFIRM, Applicability.OPTIONAL])
def test_asks_that_may_not_apply_are_left_out_of_what_an_action_adds_up_to(applicability: Applicability) -> None:
    counted = [(ASSURED, Applicability.APPLIES), (StatusClass.OFF_COURSE, applicability)]
    assert rules.roll_up(counted) == RollUp(ASSURED, 1, 1)
