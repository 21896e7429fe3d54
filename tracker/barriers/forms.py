"""The forms of the register: add, change, close, and the filters of the list; choices come from rules and data."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.barriers.rows import AskChoice, RegisterFilters, Said
from tracker.barriers.rules import (
    LONGEST_OWNER,
    LONGEST_REASON,
    LONGEST_TEXT,
    LONGEST_TITLE,
    BarrierStatus,
    Kind,
    Severity,
    status_fits,
)
from tracker.barriers.themes import theme_label, themes
from tracker.web.choices import CheckboxesField, Choice, RadiosField, SelectField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import FilterForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

__all__ = ["AddForm", "ChangeForm", "CloseForm", "RegisterFilterForm"]

STATUS_HINTS = {
    BarrierStatus.OPEN: "Known, and nothing is done about it yet",
    BarrierStatus.WORKED_ON: "Somebody is doing something about it",
    BarrierStatus.RESOLVED: "For a barrier: it is no longer in the way",
    BarrierStatus.IN_USE: "For an enabler: it helps now",
}


class AddForm(SavedOnceForm):
    """What stands in the way of an organisation's asks, or helps them."""

    kind = RadiosField(
        "Is it a barrier or an enabler?",
        [Needed("Choose whether it is a barrier or an enabler")],
        choices=[
            Choice("barrier", "Barrier", "It stands in the way"),
            Choice("enabler", "Enabler", "It helps, or would help"),
        ],
        reveals={"barrier": ["severity"]},
    )
    severity = RadiosField(
        "How severe is it?", choices=[Choice(each.value, each.label, each.meaning) for each in Severity]
    )
    title = TextField(
        "Title",
        [Needed("Enter a title")],
        hint="In a few words, for example: no analyst for splits by ward",
        max_length=LONGEST_TITLE,
    )
    description = LongTextField(
        "Description (optional)",
        hint="What it is, and whom it affects. Do not enter patient information.",
        max_length=LONGEST_TEXT,
    )
    theme = SelectField("Theme", [Needed("Choose a theme")], nothing="Choose a theme")
    status = RadiosField(
        "Status",
        [Needed("Choose a status")],
        choices=[Choice(each.value, each.label, STATUS_HINTS[each]) for each in BarrierStatus],
    )
    action = LongTextField("What is done about it (optional)", max_length=LONGEST_TEXT)
    owner = TextField(
        "Owner (optional)",
        hint="A job title rather than a name, for example Director of Strategy",
        max_length=LONGEST_OWNER,
    )
    since_on = DayField("Since when", [Needed("Enter since when it is so")], hint="For example, 14 9 2020")
    reviewed_on = DayField("Last reviewed (optional)", hint="For example, 2 11 2020")
    next_review_on = DayField("Next review (optional)", hint="For example, 1 2 2021")
    asks = CheckboxesField(
        "Asks and steps that it touches (optional)", hint="From every framework that is asked of this organisation"
    )
    submit = Button("Save")

    def offer(self, asks: Sequence[AskChoice], today: date) -> None:
        """Offer the themes of the data file and the asks of this organisation; a new entry begins today."""
        self.today = today
        self.ask_ids = {each.code: each.ask_id for each in asks}
        self.theme.choices = [Choice(each.code, each.label) for each in themes().values()]
        self.asks.choices = [Choice(each.code, f"{each.ref} {each.wording}", each.framework_title) for each in asks]
        if not self.is_submitted() and self.since_on.data is None:
            self.since_on.process(None, today)

    def start_with(self, ask: str) -> None:
        """Tick the ask that somebody comes from, where there is such a one."""
        if not self.is_submitted() and ask in self.ask_ids:
            self.asks.data = [ask]

    def validate_severity(self, field: Field) -> None:
        if self.kind.data == Kind.BARRIER and not field.data:
            raise ValidationError("Choose how severe the barrier is")

    def validate_status(self, field: Field) -> None:
        if self.kind.data not in set(Kind):
            return  # Which status fits is judged once it is known what it is.
        kind, status = Kind(self.kind.data), BarrierStatus(field.data)
        if not status_fits(kind, status):
            wanted = "resolved, not in use" if kind is Kind.BARRIER else "in use, not resolved"
            raise ValidationError(f"{kind.with_article.capitalize()} ends {wanted}: choose another status")

    def validate_since_on(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise ValidationError("The day since when it is so must be today or in the past")

    def validate_reviewed_on(self, field: Field) -> None:
        if field.data and field.data > self.today:
            raise ValidationError("The day it was last reviewed must be today or in the past")

    def validate_next_review_on(self, field: Field) -> None:
        last = self.reviewed_on.data or self.since_on.data
        if field.data and last and field.data <= last:
            after = "it was last reviewed" if self.reviewed_on.data else "it began"
            raise ValidationError(f"The next review must be after the day {after}")

    def as_said(self) -> Said:
        """What the service records."""
        kind = Kind(self.kind.data)
        return Said(
            kind=kind,
            title=self.title.data,
            description=self.description.data,
            theme=self.theme.data,
            severity=Severity(self.severity.data) if kind is Kind.BARRIER else None,
            status=BarrierStatus(self.status.data),
            action=self.action.data,
            owner=self.owner.data,
            since_on=self.since_on.data or self.today,
            reviewed_on=self.reviewed_on.data,
            next_review_on=self.next_review_on.data,
            asks=frozenset(self.ask_ids[code] for code in self.asks.data),
        )


class ChangeForm(AddForm):
    """The same for an entry that is there, and why it is changed."""

    reason = LongTextField("Why do you change it?", [Needed("Enter why you change it")], max_length=LONGEST_REASON)

    def start_from(self, said: Said, number: int) -> None:
        """Start from what the register says; a theme that is offered no longer stays to be chosen here."""
        if said.theme not in themes():
            self.theme.choices = [*self.theme.all_choices()[1:], Choice(said.theme, theme_label(said.theme))]
        self.opened_on(number)
        if self.is_submitted():
            return
        for name in ("title", "description", "theme", "action", "owner"):
            self[name].data = getattr(said, name)
        self.kind.data, self.status.data = said.kind.value, said.status.value
        self.severity.data = said.severity.value if said.severity else ""
        for name in ("since_on", "reviewed_on", "next_review_on"):
            self[name].process(None, getattr(said, name))
        self.asks.data = [code for code, ask_id in self.ask_ids.items() if ask_id in said.asks]


class CloseForm(SavedOnceForm):
    """That an entry is settled: what became of it, and why one can say so."""

    outcome = RadiosField(
        "What became of it?",
        choices=[
            Choice("settled", "It is resolved", "It is no longer in the way"),
            Choice("enabler", "It has become an enabler", "It is resolved, and what was done helps from now on"),
        ],
    )
    reason = LongTextField(
        "How do you know?",
        [Needed("Enter how you know")],
        hint="What has been done, and what is different now. Do not enter patient information.",
        max_length=LONGEST_REASON,
    )
    submit = Button("Save")

    def ask_about(self, kind: Kind, number: int) -> None:
        """Ask what became of a barrier; an enabler can only have come into use."""
        if kind is Kind.ENABLER:
            del self.outcome
        self.opened_on(number)

    def validate_outcome(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Choose what became of it")

    @property
    def becomes_enabler(self) -> bool:
        return "outcome" in self and self.outcome.data == "enabler"


class RegisterFilterForm(FilterForm):
    """The filters of the register, read from the query string; a value that is not known is said, never dropped."""

    kind = SelectField("Kind", nothing="Barriers and enablers")
    status = SelectField("Status", nothing="Every status")
    theme = SelectField("Theme", nothing="Every theme")
    ask = SelectField("Ask or step", nothing="Every ask and step")

    def offer(self, asks: Sequence[AskChoice]) -> None:
        """Offer every kind, status and theme, and the asks that this register could speak of."""
        self.unknown: list[str] = []
        self.kind.choices = [(each.value, each.label) for each in Kind]
        self.status.choices = [(each.value, each.label) for each in BarrierStatus]
        self.theme.choices = [(each.code, each.label) for each in themes().values()]
        self.ask.choices = [(each.code, f"{each.ref} ({each.framework_title})") for each in asks]
        for field in (self.kind, self.status, self.theme, self.ask):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}”.")
                field.data = ""

    @property
    def chosen(self) -> RegisterFilters:
        return RegisterFilters(self.kind.data, self.status.data, self.theme.data, self.ask.data)
