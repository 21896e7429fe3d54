"""The filters of the overdue list, read from the query string; a value that is not offered is said, never dropped."""

from __future__ import annotations

from tracker.review.rows import FilterOptions, OverdueFilters
from tracker.web.choices import SelectField
from tracker.web.forms import FilterForm


class OverdueFilterForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    type = SelectField("Type", nothing="All types")
    action = SelectField("Action", nothing="All actions")

    def offer(self, options: FilterOptions) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out."""
        self.unknown: list[str] = []
        for field, choices in (
            (self.region, options.regions),
            (self.system, options.systems),
            (self.type, options.types),
            (self.action, options.actions),
        ):
            field.choices = choices
            if field is self.action and field.data and "/" not in field.data:
                # A bare number stands for the action of the first framework that has it.
                field.data = next((value for value, _ in choices if value.rpartition("/")[2] == field.data), field.data)
            if field.data and field.data not in dict(choices):
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        if len(options.regions) < 2:
            del self.region

    @property
    def chosen(self) -> OverdueFilters:
        return OverdueFilters(
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            organisation_type=self.type.data,
            action=self.action.data,
        )
