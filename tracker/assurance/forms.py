"""The filters of the queue, and the form by which somebody from another body decides on a claim or asks about it."""

from __future__ import annotations

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.assurance.rows import ClaimFilters, FilterOptions
from tracker.assurance.rules import ClaimState
from tracker.web.choices import Choice, RadiosField, SelectField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import FilterForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

ASSURE, RETURN, ASK = "assure", "return", "ask"
MOST_DAYS = 9999


class ClaimFilterForm(FilterForm):
    system = SelectField("System", nothing="All systems")
    type = SelectField("Type", nothing="All types")
    action = SelectField("Action", nothing="All actions")
    state = SelectField(
        "Where it stands", nothing="All claims", choices=[(each.value, each.label) for each in ClaimState]
    )
    days = TextField("Waiting for at least (days)", max_length=4)

    def offer(self, options: FilterOptions) -> None:
        """Offer what is within reach, and find what is not: that is said, and never left out."""
        self.unknown: list[str] = []
        self.system.choices, self.type.choices, self.action.choices = options.systems, options.types, options.actions
        for field in (self.system, self.type, self.action, self.state):
            if field.data and field.data not in {choice.value for choice in field.all_choices()}:
                self.unknown.append(f"{field.label.text}: there is no “{field.data}” in what you may decide on.")
                field.data = ""
        typed = self.days.data or ""
        if typed and not (typed.isascii() and typed.isdigit() and int(typed) <= MOST_DAYS):
            self.unknown.append(f"{self.days.label.text}: enter a whole number of days, such as 14.")

    @property
    def chosen(self) -> ClaimFilters:
        return ClaimFilters(
            system=self.system.data,
            organisation_type=self.type.data,
            action=self.action.data,
            state=self.state.data,
            days=int(self.days.data or 0),
        )


class ClaimForm(SavedOnceForm):
    """Accept a claim, return it with a reason, or ask about it while it waits on."""

    decision = RadiosField(
        "Your decision",
        [Needed("Choose whether to assure the claim, return it or ask a question")],
        reveals={RETURN: ["reason"], ASK: ["question"]},
    )
    reason = LongTextField("Why it goes back", hint="The organisation reads it.", max_length=2000)
    question = LongTextField(
        "Your question",
        hint="It becomes a comment on this ask, and whoever answers for the organisation is told with their next mail. "
        "Do not enter patient information.",
        max_length=2000,
    )
    submit = Button("Save decision")

    def offer(self, *, may_ask: bool) -> None:
        """A question is a comment, so it is offered to whoever may comment there."""
        choices = [
            Choice(ASSURE, "Assure", "The evidence shows that it is done"),
            Choice(RETURN, "Return", "It goes back to the organisation and is open again against the same date"),
        ]
        if may_ask:
            choices.append(Choice(ASK, "Ask a question", "The claim waits on, and the list says that you asked"))
        self.decision.choices = choices

    @property
    def words(self) -> str:
        """What was typed beside the decision that was chosen; what stands beside another is not part of it."""
        return {RETURN: self.reason.data or "", ASK: self.question.data or ""}.get(self.decision.data or "", "")

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == RETURN and not field.data:
            raise ValidationError("Enter the reason for returning the claim")

    def validate_question(self, field: Field) -> None:
        if self.decision.data == ASK and not field.data:
            raise ValidationError("Enter your question")
