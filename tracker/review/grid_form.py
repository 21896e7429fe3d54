"""What the grid and its charts can be asked, read from the query string; a value that is no such thing is said."""

from __future__ import annotations

from datetime import date

from tracker.review.forms import why_no_day
from tracker.review.grid_rows import GridAsked, Level
from tracker.review.rows import FilterOptions
from tracker.web.choices import SelectField
from tracker.web.fields import IsoDayField
from tracker.web.forms import FilterForm

OVERDUE, HELP = "yes", "help"


class GridForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    type = SelectField("Type", nothing="All types")
    framework = SelectField("Framework")
    action = SelectField("Action", nothing="All actions")
    by = SelectField("One line for each", choices=[(each.value, each.value.capitalize()) for each in Level])
    overdue = SelectField("Overdue", nothing="Overdue or not", choices=[(OVERDUE, "Something is overdue")])
    as_at = IsoDayField("As at")
    since = IsoDayField("Compared with")
    sort = SelectField("Order", nothing="By name", choices=[(HELP, "By need for help")])

    def day_or(self, today: date) -> date:
        """The day that the grid is of: today unless another is asked for."""
        return self.as_at.day if self.as_at.day and not why_no_day(self.as_at, today) else today

    def offer(self, options: FilterOptions, today: date) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out."""
        self.unknown: list[str] = []
        self.today = today
        self.region.choices, self.system.choices, self.type.choices = options.regions, options.systems, options.types
        self.framework.choices, self.action.choices = options.frameworks, options.actions
        self.framework.data = self.framework.data or next((code for code, _ in options.frameworks), "")
        if "by" in self:
            self.by.data = self.by.data or Level.ORGANISATION.value
        if "sort" in self and self.sort.data != HELP:
            self.sort.data = ""  # An unknown order is the usual one, as on every list.
        if self.action.data and "/" not in self.action.data:
            self.action.data = f"{self.framework.data}/{self.action.data}"
        for field in self:
            if isinstance(field, SelectField):
                self._check_choice(field)
            elif isinstance(field, IsoDayField) and (sentence := why_no_day(field, today)):
                self.unknown.append(sentence)
        if "since" in self and self.since.day and self.since.day >= (self.as_at.day or today):
            self.unknown.append("Compared with: choose a day before the one that the grid is as at.")
        if self.action.data:
            self.framework.data = self.action.data.rpartition("/")[0]
        if len(options.regions) < 2:
            del self.region
        if len(options.frameworks) < 2:
            del self.framework

    def _check_choice(self, field: SelectField) -> None:
        if field.data and field.data not in {choice.value for choice in field.all_choices()}:
            self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
            field.data = ""

    def asked(self, framework: str) -> GridAsked:
        """``framework`` is the one to look at where there is nothing to choose between."""
        return GridAsked(
            as_at=self.as_at.day or self.today,
            today=self.today,
            since=self.since.day if "since" in self else None,
            level=Level(self.by.data or Level.ORGANISATION) if "by" in self else Level.ORGANISATION,
            framework=self.framework.data if "framework" in self else framework,
            is_of_many_frameworks="framework" in self,
            action=self.action.data,
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            organisation_type=self.type.data,
            is_overdue_only="overdue" in self and self.overdue.data == OVERDUE,
            is_by_help="sort" in self and self.sort.data == HELP,
        )
