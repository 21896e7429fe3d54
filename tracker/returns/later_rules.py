"""Questions about what came after a day: a status that grew worse, a date missed before an ask was set aside; plain
Python.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from tracker.frameworks.rules import StatusClass

_BAD = (StatusClass.OFF_COURSE, StatusClass.AT_RISK)


@dataclass(frozen=True, slots=True)
class Stood:
    """That an ask stood so from a day on."""

    true_on: date
    status_class: StatusClass


def is_worse(before: StatusClass, now: StatusClass) -> bool:
    """Whether whoever reads that an ask stood so before thinks too well of where it stands now.

    By the order of the classes, in which no update lies between at risk and not started. What did not apply before is
    worse where it is at risk or off course now; what does not apply now is never worse.

    >>> is_worse(StatusClass.NO_UPDATE, StatusClass.AT_RISK), is_worse(StatusClass.NO_UPDATE, StatusClass.NOT_STARTED)
    (True, False)
    """
    if before is StatusClass.NOT_APPLICABLE:
        return now in _BAD
    order = list(StatusClass)
    return order.index(now) < order.index(before)


def is_set_aside_late(stood: Sequence[Stood], deadline_on: date | None) -> bool:
    """Whether an ask is not applicable now and became so after its date had passed while it was open.

    ``stood`` is everything that was said of it, the oldest first. An ask of which nothing was said is open. On its last
    day it is not late yet, from the day *after* it is; what was done by its date and stayed so was not missed.
    """
    if deadline_on is None or not stood or stood[-1].status_class is not StatusClass.NOT_APPLICABLE:
        return False
    aside = list(takewhile(lambda each: each.status_class is StatusClass.NOT_APPLICABLE, reversed(stood)))
    before = stood[: len(stood) - len(aside)]
    by_its_date = [each.status_class for each in before if each.true_on <= deadline_on]
    after_it = [each.status_class for each in before if each.true_on > deadline_on]
    late = [by_its_date[-1] if by_its_date else StatusClass.NO_UPDATE, *after_it]
    return aside[-1].true_on > deadline_on and any(each.is_open for each in late)
