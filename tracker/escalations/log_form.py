"""The filters of the log of escalations; a value that is not offered is said, never dropped."""

from __future__ import annotations

from datetime import date

from tracker.escalations.places import Places
from tracker.escalations.rows import LogFilters
from tracker.escalations.states import STATES
from tracker.progress.date_rules import months_after
from tracker.web.choices import SelectField
from tracker.web.fields import IsoDayField
from tracker.web.forms import FilterForm
from tracker.web.wording import day

PERIODS = (("1", "The last month"), ("12", "The last 12 months"), ("all", "From the beginning"))
USUAL_MONTHS = 3
FIRST_DAY = date(2000, 1, 1)


class LogFilterForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    period = SelectField("Open or changed in", nothing=f"The last {USUAL_MONTHS} months", choices=PERIODS)
    as_at = IsoDayField("As at")
    state = SelectField("State", nothing="All states", choices=STATES)

    def offer(self, places: Places, today: date) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out.

        ``whose`` is the system, the region or the country that the paper is about.
        """
        self.unknown: list[str] = []
        self.today = today
        self.region.choices, self.system.choices = places.regions, places.systems
        for field in (self.region, self.system, self.period, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        if self.as_at.data:
            self._check_day(self.as_at)
        named = [*places.regions, *places.systems]
        chosen = self.system.data or self.region.data or (places.regions[0][0] if len(places.regions) == 1 else "")
        self.whose = dict(named).get(chosen, "All regions")
        if len(places.regions) < 2:
            del self.region

    def _check_day(self, field: IsoDayField) -> None:
        if field.day is None:
            self.unknown.append(f"{field.label.text}: “{field.data}” is not a day. Write it as 2020-09-21.")
        elif not FIRST_DAY <= field.day <= self.today:
            self.unknown.append(f"{field.label.text}: choose a day from {day(FIRST_DAY)} to today.")

    @property
    def chosen(self) -> LogFilters:
        """What is asked for: "the last month" begins on the same day of the month before the day it is as at."""
        months = self.period.data or str(USUAL_MONTHS)
        as_at = self.as_at.day or self.today
        return LogFilters(
            as_at=as_at,
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            since=None if months == "all" else months_after(as_at, -int(months)),
            state=self.state.data,
        )

    @property
    def state_words(self) -> str:
        """The states that the paper holds, for its first lines."""
        chosen = dict(STATES).get(self.state.data)
        return f"Only those in the state: {chosen.lower()}" if chosen else "In every state"
