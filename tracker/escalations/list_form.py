"""The filters of the list of escalations; a value that is not offered is said, never dropped."""

from __future__ import annotations

from tracker.escalations.ladder import ladder
from tracker.escalations.places import Places
from tracker.escalations.queries import PROPOSED
from tracker.escalations.rows import ListFilters
from tracker.escalations.states import STATES
from tracker.web.choices import SelectField
from tracker.web.forms import FilterForm


class ListFilterForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    type = SelectField("Type", nothing="All types")
    level = SelectField("Level", nothing="All levels")
    state = SelectField("State", nothing="Proposed and open")

    def offer(self, places: Places) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out."""
        self.unknown: list[str] = []
        self.region.choices, self.system.choices, self.type.choices = places.regions, places.systems, places.types
        self.level.choices = [(each.code, each.label) for each in ladder().levels]
        self.state.choices = ((PROPOSED, "A step is proposed"), *STATES)
        for field in (self.region, self.system, self.type, self.level, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        if len(places.regions) < 2:
            del self.region

    @property
    def chosen(self) -> ListFilters:
        return ListFilters(
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            organisation_type=self.type.data,
            level=self.level.data,
            state=self.state.data,
        )
