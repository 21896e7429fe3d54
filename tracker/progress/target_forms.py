"""The forms about a target: what an organisation wants, and what its region decides where it is asked."""

from __future__ import annotations

from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.progress.targets import RequestDecision, TargetChange
from tracker.web.choices import Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import PageForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

AGREE, WITHDRAW = "agree", "withdraw"


class TargetForm(SavedOnceForm):
    """A target of the organisation's own, or none any more."""

    wanted = RadiosField("What do you want to do?", [Needed("Choose whether to set a target or to have none")])
    target_on = DayField("Target", hint="For example, 31 12 2020")
    reason = LongTextField(
        "Reason", [Needed("Enter the reason")], hint="Why this date, and what changed if it has moved", max_length=2000
    )
    agreed_by = TextField(
        "Who agreed it",
        [Needed("Enter who agreed it")],
        hint="For example, the quality committee on 3 November 2020. Name a body or a post and no person.",
        max_length=200,
    )
    submit = Button("Save target")

    def offer(self, present_on: date | None, today: date) -> None:
        """Having no target any more is offered where there is one."""
        self.today = today
        choices = [Choice(AGREE, "Set a target" if present_on is None else "Move the target")]
        if present_on is not None:
            choices.append(Choice(WITHDRAW, "Have no target of our own any more"))
        self.wanted.choices = choices
        self.wanted.reveals[AGREE] = ["target_on"]
        if not self.is_submitted():
            self.wanted.data = AGREE

    def validate_target_on(self, field: Field) -> None:
        if self.wanted.data != AGREE:
            return
        if field.data is None:
            raise ValidationError("Enter the target")
        if field.data < self.today:
            raise ValidationError("The target must be today or later")

    def as_change(self) -> TargetChange:
        """What the service records, or asks the region for."""
        return TargetChange(
            target_on=self.target_on.data if self.wanted.data == AGREE else None,
            reason=self.reason.data,
            agreed_by=self.agreed_by.data,
            expected_version=self.expected_version,
            submission_key=self.key,
        )


class RequestForm(PageForm):
    """What a region decides on a request."""

    decision = RadiosField(
        "Your decision",
        [Needed("Choose whether to accept or decline the request")],
        choices=[
            Choice("accept", "Accept", "The ask is judged on this target from now on"),
            Choice("decline", "Decline", "The date it is judged on stays as it is"),
        ],
    )
    reason = LongTextField("Reason", hint="Needed when you decline. The organisation reads it.", max_length=2000)
    submit = Button("Save decision")

    def validate_reason(self, field: Field) -> None:
        if self.decision.data == "decline" and not field.data:
            raise ValidationError("Enter the reason for declining the request")

    def as_decision(self, body_id: int | None) -> RequestDecision:
        """What the service records."""
        return RequestDecision(is_accepted=self.decision.data == "accept", reason=self.reason.data, body_id=body_id)
