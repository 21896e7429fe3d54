"""The day that a pass is made for, with all that it reads first: the rules, and where everybody stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import sqlalchemy as sa

from tracker import clock
from tracker.db import read
from tracker.frameworks.catalogue import read_catalogue
from tracker.progress.lists import ListSource, source_on
from tracker.progress.models import Target
from tracker.reminders.rulebook import rulebook
from tracker.reminders.rules import Cadence, RuleBook, Slot, slot_on

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class PassDay:
    """The day that a pass is made for, the last of the days off after it that it takes along, rules and standings."""

    on: date
    rules: RuleBook
    ahead_to: date
    source: ListSource
    first_day: date
    """No deadline and no word of an organisation is older."""

    def slot(self, deadline_on: date, cadence: Cadence) -> Slot | None:
        return slot_on(deadline_on, self.on, cadence, self.ahead_to)


def pass_day(on: date, ahead_to: date | None = None) -> PassDay:
    """The day of a pass with the rules in force and where everybody stands on it: a few statements."""
    return PassDay(on, rulebook(), ahead_to or on, source_on(on, clock.today()), _first_day(on))


def _first_day(on: date) -> date:
    """A year before anything was asked, or the first target, if that is earlier still."""
    days: list[date | None] = [on, read(sa.select(sa.func.min(Target.target_on))).scalar_one()]
    for ask in read_catalogue().asks.values():
        days += [ask.effective_from - A_YEAR, ask.national_on]
    return min(day for day in days if day is not None)
