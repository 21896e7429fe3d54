"""The filters of the overdue list, read from the query string; a value that is not offered is said, never dropped."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from tracker.frameworks.rules import Service
from tracker.progress.date_rules import Overdue
from tracker.review.conditions import VACANT
from tracker.review.rows import AMONG_OVERDUE, ANY, DONE, PAST_DATE, FilterOptions, OverdueFilters
from tracker.review.words import CLASS_WORDS
from tracker.web.choices import SelectField
from tracker.web.fields import CodeField, IsoDayField, WholeNumberField
from tracker.web.forms import FilterForm
from tracker.web.wording import day

FIRST_DAY = date(2000, 1, 1)
OVERDUE_WORDS = {Overdue.NATIONAL_DATE_MISSED: "National date missed, overdue or not"}
"""Where choosing a name shows also what is not overdue, because a later target was agreed since."""


class OverdueFilterForm(FilterForm):
    region = SelectField("Region", nothing="All regions")
    system = SelectField("System", nothing="All systems")
    organisation = CodeField("Organisation’s code")
    type = SelectField("Type", nothing="All types")
    service = SelectField("Service", nothing="Whatever they run", choices=[
        (each.value, f"Runs {each.label}") for each in Service
    ])  # fmt: skip
    framework = SelectField("Framework", nothing="All frameworks")
    action = SelectField("Action", nothing="All actions")
    ask = SelectField("Ask", nothing="All asks")
    overdue = SelectField("Overdue", nothing="Overdue in any way", choices=[
        *((each.value, OVERDUE_WORDS.get(each, each.label)) for each in Overdue),
        (PAST_DATE, "Past its date"), (ANY, "Overdue or not"),
    ])  # fmt: skip
    status = SelectField("Status", nothing="Any status", choices=[
        (DONE, "Done, claimed or assured"), *((each.value, words) for each, words in CLASS_WORDS.items())
    ])  # fmt: skip
    lead = SelectField("Lead", nothing="With a lead or without", choices=[(VACANT, "No lead in post")])
    days = WholeNumberField("Days overdue, at least")
    quiet = WholeNumberField("Days without an update, at least")
    among = SelectField("Organisations", nothing="All organisations", choices=[
        (AMONG_OVERDUE, "With something past its date")
    ])  # fmt: skip
    as_at = IsoDayField("As at")

    def day_or(self, today: date) -> date:
        """The day that the list is of: today unless another is asked for."""
        return self.as_at.day if self.as_at.day and not why_no_day(self.as_at, today) else today

    def offer(self, options: FilterOptions, today: date, *, is_in_sight: Callable[[str], bool]) -> None:
        """Offer what is in scope; a filter with nothing to choose between is left out."""
        self.unknown: list[str] = [sentence for sentence in [why_no_day(self.as_at, today)] if sentence]
        self.region.choices, self.system.choices = options.regions, options.systems
        self.type.choices, self.action.choices, self.ask.choices = options.types, options.actions, options.asks
        self.framework.choices = options.frameworks
        if self.action.data and "/" not in self.action.data:
            # A bare number stands for the action of the first framework that has it.
            self.action.data = _with_framework(self.action.data, (value for value, _ in options.actions))
        for field in self._selects():
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may see.")
                field.data = ""
        for number in (self.days, self.quiet):
            if number.data and number.number is None:
                self.unknown.append(
                    f"{number.label.text}: “{number.data}” is not a whole number from 1 to {number.most:,}."
                )
        if self.organisation.data and not is_in_sight(self.organisation.data):
            self.unknown.append(
                f"{self.organisation.label.text}: there is no “{self.organisation.data}” in what you may see."
            )
        if len(options.regions) < 2:
            del self.region
        if len(options.frameworks) < 2:
            del self.framework

    def _selects(self) -> Iterable[SelectField]:
        return (field for field in self if isinstance(field, SelectField))

    @property
    def chosen(self) -> OverdueFilters:
        return OverdueFilters(
            region=self.region.data if "region" in self else "",
            system=self.system.data,
            organisation=self.organisation.data,
            organisation_type=self.type.data,
            service=self.service.data,
            framework=self.framework.data if "framework" in self else "",
            action=self.action.data,
            ask=self.ask.data,
            overdue=self.overdue.data,
            status=self.status.data,
            lead=self.lead.data,
            is_among_overdue=self.among.data == AMONG_OVERDUE,
            days=self.days.number,
            quiet_days=self.quiet.number,
        )


def why_no_day(field: IsoDayField, today: date) -> str:
    """Why a list cannot be as at the day that was typed, as a sentence; "" where it can, or none was."""
    if not field.data:
        return ""
    if field.day is None:
        return f"{field.label.text}: “{field.data}” is not a day. Write it as 2020-09-21."
    if not FIRST_DAY <= field.day <= today:
        return f"{field.label.text}: choose a day from {day(FIRST_DAY)} to today."
    return ""


def _with_framework(number: str, offered: Iterable[str]) -> str:
    return next((value for value in offered if value.rpartition("/")[2] == number), number)
