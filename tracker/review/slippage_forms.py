"""The filters of the table of targets that slipped; a value that is not offered is said, never dropped."""

from __future__ import annotations

from tracker.review.slippage_rows import FilterOptions, SlippageFilters
from tracker.web.choices import SelectField
from tracker.web.fields import TextField
from tracker.web.forms import FilterForm


class SlippageFilterForm(FilterForm):
    system = SelectField("System", nothing="All systems")
    type = SelectField("Type", nothing="All types")
    action = SelectField("Action", nothing="All actions")
    days = TextField("Slipped by at least (days)", max_length=4)

    def offer(self, options: FilterOptions) -> None:
        """Offer what is in scope, and find what is not."""
        self.unknown: list[str] = []
        self.system.choices, self.type.choices, self.action.choices = options.systems, options.types, options.actions
        for field in (self.system, self.type, self.action):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        typed = self.days.data or ""
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) <= 4):
            self.unknown.append(f"{self.days.label.text}: enter a whole number of days, such as 30.")

    @property
    def chosen(self) -> SlippageFilters:
        return SlippageFilters(
            system=self.system.data,
            organisation_type=self.type.data,
            action=self.action.data,
            days=int(self.days.data or 0),
        )
