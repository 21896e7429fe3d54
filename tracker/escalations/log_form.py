"""The filters of the log of escalations; a value that is not offered is said, never dropped."""

from __future__ import annotations

from datetime import date

from tracker.escalations.places import Places
from tracker.escalations.rows import LogFilters
from tracker.progress.date_rules import months_after
from tracker.web.choices import SelectField
from tracker.web.forms import FilterForm

PERIODS = (("1", "The last month"), ("12", "The last 12 months"), ("all", "From the beginning"))
USUAL_MONTHS = 3
OPEN = "open"


class LogFilterForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    period = SelectField("Raised in", nothing=f"The last {USUAL_MONTHS} months", choices=PERIODS)
    state = SelectField("State", nothing="Open and closed", choices=[(OPEN, "Open only")])

    def offer(self, places: Places) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out.

        ``whose`` is the system, the region or the country that the paper is about.
        """
        self.unknown: list[str] = []
        self.region.choices, self.system.choices = places.regions, places.systems
        for field in (self.region, self.system, self.period, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        named = [*places.regions, *places.systems]
        chosen = self.system.data or self.region.data or (places.regions[0][0] if len(places.regions) == 1 else "")
        self.whose = dict(named).get(chosen, "All regions")
        if len(places.regions) < 2:
            del self.region

    def chosen_on(self, today: date) -> LogFilters:
        """What is asked for on a day: "the last month" begins on the same day of the month before."""
        months = self.period.data or str(USUAL_MONTHS)
        return LogFilters(
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            since=None if months == "all" else months_after(today, -int(months)),
            only_open=self.state.data == OPEN,
        )
