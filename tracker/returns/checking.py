"""Everything that a check finds: on the day that a return tells of, as things stand today, and with that day itself.

It reads and never writes. What one ask may do wrong on a day is asked of ``rules`` through ``present``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from tracker.returns.handed_in import approved_days
from tracker.returns.later_rules import is_worse
from tracker.returns.present import present
from tracker.returns.rows import Control, FrozenAsk, Present, Problem
from tracker.returns.rules import TOLD_OF_TODAY, ProblemKind, is_old, later_approved


def examined(organisation_id: int, control: Control, today: date) -> Present:
    """Where an organisation stands on the day of a return, and all that is wrong with handing it over today.

    A return of an earlier day is not a way round what is contradictory now: that blocks as well, once for each ask.
    What has become overdue or worse since that day is warned of, so that the board is told.
    """
    found = present(organisation_id, control.framework_id, control.as_at)
    problems = [*found.problems, *_with_its_day(organisation_id, control, today)]
    covers_all = found.covers_all
    if control.as_at < today:
        now = present(organisation_id, control.framework_id, today)
        covers_all = covers_all and now.covers_all
        problems += [*_only_today(found, now), *since_its_day(found.asks, now.asks, control.as_at)]
    in_order = sorted(problems, key=lambda each: (list(ProblemKind).index(each.kind), each.is_today))
    return replace(found, problems=tuple(in_order), covers_all=covers_all)


def _with_its_day(organisation_id: int, control: Control, today: date) -> Iterator[Problem]:
    later = later_approved(approved_days(organisation_id), control.framework_id, control.as_at)
    if later is not None:
        yield Problem(ProblemKind.BEFORE_APPROVED, on=later.as_at, return_number=later.number)
    if is_old(control.as_at, today):
        yield Problem(ProblemKind.OLD_DAY, on=control.as_at)


def _only_today(then: Present, now: Present) -> Iterator[Problem]:
    """What is wrong today and was not on the day of the return, of asks only: each kind has its sentence once.

    What is missing or old is left to the day that the return tells of.
    """
    known = {(each.kind, each.framework, each.ask_ref) for each in then.problems}
    for each in now.problems:
        if each.kind in TOLD_OF_TODAY and each.ask_ref and (each.kind, each.framework, each.ask_ref) not in known:
            yield replace(each, is_today=True)


def since_its_day(then: Sequence[FrozenAsk], now: Sequence[FrozenAsk], as_at: date) -> Iterator[Problem]:
    """Each ask that is overdue now and was not on the day of a return, and each that was said to be worse since.

    A return that tells of a day just before a deadline hides neither.
    """
    before = {ask.ask_id: ask for ask in then}
    for ask in now:
        was = before.get(ask.ask_id)
        if ask.days_overdue is not None and (was is None or was.days_overdue is None):
            yield Problem(ProblemKind.OVERDUE_SINCE, ask.framework, ask.ask_ref, ask.ask, as_at)
        was_said_since = ask.updated_on is not None and ask.updated_on > as_at
        if was is not None and was_said_since and is_worse(was.status_class, ask.status_class):
            yield Problem(ProblemKind.WORSE_SINCE, ask.framework, ask.ask_ref, ask.ask, as_at)
