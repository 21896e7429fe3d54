"""The form that decides on many requests for another target at once."""

from __future__ import annotations

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.review.request_service import BulkDecision
from tracker.web.choices import CheckboxesField, Choice, RadiosField
from tracker.web.fields import Button, LongTextField
from tracker.web.forms import PageForm
from tracker.web.paging import PAGE_SIZE
from tracker.web.validators import Needed

ACCEPT, DECLINE = "accept", "decline"


class BulkForm(PageForm):
    """One decision on every request that is ticked; the ticks stand in the rows of the list."""

    chosen = CheckboxesField("Requests", [Needed("Choose at least one request in the list")])
    decision = RadiosField(
        "Your decision on the requests you chose",
        [Needed("Choose whether to accept or decline the requests")],
        choices=[
            Choice(ACCEPT, "Accept", "The asks are judged on these targets from now on"),
            Choice(DECLINE, "Decline", "The dates they are judged on stay as they are"),
        ],
    )
    reason = LongTextField(
        "Reason", hint="Needed when you decline. Each of the organisations reads it.", max_length=2000
    )
    submit = Button("Save decision")

    def offer(self) -> None:
        """Whatever was ticked is looked up: what was decided meanwhile is not on the list any more, and is named."""
        self.chosen.choices = [(each, each) for each in self.chosen.data if each.isascii() and each.isdigit()]

    def validate_chosen(self, field: Field) -> None:
        if len(field.data) > PAGE_SIZE:
            raise ValidationError(f"Choose at most {PAGE_SIZE} requests at once")
        if any(len(each) > 15 for each in field.data):
            raise ValidationError("Choose requests from the list")

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == DECLINE and not field.data:
            raise ValidationError("Enter the reason for declining the requests")

    def forget_fields(self) -> None:
        """Keep what is wrong with the form as a whole, and nothing that stands beside a field."""
        for field in self:
            field.errors = []

    @property
    def request_ids(self) -> list[int]:
        return [int(each) for each in self.chosen.data]

    def as_decision(self) -> BulkDecision:
        """What the service records."""
        return BulkDecision(self.decision.data == ACCEPT, self.reason.data)
