"""What came after a day: which status is worse than another, and what was set aside only after its date."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from tracker.frameworks.rules import StatusClass
from tracker.returns.later_rules import Stood, is_set_aside_late, is_worse

OFF, RISK, NONE = StatusClass.OFF_COURSE, StatusClass.AT_RISK, StatusClass.NO_UPDATE
NOT_STARTED, ON = StatusClass.NOT_STARTED, StatusClass.ON_COURSE
CLAIMED, ASSURED, ASIDE = StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED, StatusClass.NOT_APPLICABLE

DUE = date(2020, 10, 31)
DAY = timedelta(days=1)
BEFORE, AFTER = DUE - 9 * DAY, DUE + DAY


@pytest.mark.parametrize(
    ("before", "now", "worse"),
    [
        (ON, ON, False),
        (ON, RISK, True),
        (RISK, ON, False),
        (RISK, OFF, True),
        (CLAIMED, ON, True),
        (ASSURED, CLAIMED, True),
        # Nothing was said before: bad news is worse than that, and a beginning is not.
        (NONE, RISK, True),
        (NONE, OFF, True),
        (NONE, NOT_STARTED, False),
        # What is set aside has a sentence of its own.
        (ON, ASIDE, False),
        (ASIDE, ASIDE, False),
        (ASIDE, ON, False),
        (ASIDE, NOT_STARTED, False),
        (ASIDE, RISK, True),
        (ASIDE, OFF, True),
    ],
)
def test_worse_goes_by_what_a_reader_would_think_of_it(before: StatusClass, now: StatusClass, worse: bool) -> None:
    assert is_worse(before, now) is worse


@pytest.mark.parametrize(
    ("said", "late"),
    [
        ([], False),
        # On its last day it is not late yet.
        ([(DUE, ASIDE)], False),
        ([(AFTER, ASIDE)], True),
        ([(BEFORE, ON), (DUE, ASIDE)], False),
        ([(BEFORE, ON), (AFTER, ASIDE)], True),
        # What is said once more of what was set aside in time is not late.
        ([(BEFORE, ASIDE), (AFTER, ASIDE)], False),
        ([(BEFORE, ON), (AFTER, ASIDE), (AFTER + DAY, ASIDE)], True),
        # Done by its date and set aside later.
        ([(DUE, CLAIMED), (AFTER, ASIDE)], False),
        ([(BEFORE, CLAIMED), (BEFORE, ASSURED), (AFTER, ASIDE)], False),
        # Claimed only after its date, or open again after it.
        ([(AFTER, CLAIMED), (AFTER + DAY, ASIDE)], True),
        ([(DUE, CLAIMED), (AFTER, ON), (AFTER + DAY, ASIDE)], True),
        # It applies again now.
        ([(AFTER, ASIDE), (AFTER + DAY, ON)], False),
    ],
)
def test_what_became_not_applicable_after_its_date_while_it_was_open_is_late(
    said: list[tuple[date, StatusClass]], late: bool
) -> None:
    stood = [Stood(*each) for each in said]
    assert is_set_aside_late(stood, DUE) is late
    assert not is_set_aside_late(stood, None)
