"""The update of the ask whose answer is a person (6.1): who leads, beside where the organisation stands."""

from __future__ import annotations

from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.appointments.forms import check_late
from tracker.appointments.leads import LeadDetails
from tracker.appointments.rows import NamedLead
from tracker.appointments.rules import LONGEST_REASON, first_difference
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import StatusClass
from tracker.progress.forms import BACKDATING_REASON, UpdateForm, is_web_address
from tracker.progress.rows import Entry, Standing
from tracker.web.choices import Choice
from tracker.web.day_field import DayField
from tracker.web.fields import EmailField, TextField
from tracker.web.validators import PersonName

KEEP = "keep"
"""The answer that leaves a status as it is; no scale has it as a code."""


class UpdateLeadForm(UpdateForm):
    """The update of the ask whose answer is a named person (6.1); the named lead is its evidence."""

    lead_name = TextField(
        "Name of the executive lead", [PersonName()], hint="The board member responsible for tackling inequalities"
    )
    lead_job_title = TextField("Job title")
    lead_email = EmailField("Work email")
    lead_from = DayField("In post for this from", hint="For example, 14 9 2020")
    lead_to = DayField("Until (optional)", hint="Leave empty while they are in post")
    lead_reason = TextField(
        "Why this lead is recorded only now",
        hint="Needed for a first or last day more than 7 days ago. Do not enter patient information.",
        max_length=LONGEST_REASON,
    )

    def offer(self, ask: AskFacts, scale: Scale, standing: Standing, *, has_evidence: bool, today: date) -> None:
        """Beside the moves, leaving an assured status as it is: a lead who left is replaced and nothing reopened."""
        super().offer(ask, scale, standing, has_evidence=has_evidence, today=today)
        if standing.said_class is StatusClass.DONE_ASSURED:
            stay = Choice(KEEP, "Leave the status as it is", "Only the details of the lead change")
            self.status.choices = [stay, *self.status.all_choices()]

    @property
    def keeps_status(self) -> bool:
        return bool(self.status.data == KEEP)

    def changes_nothing_of(self, lead: NamedLead | None) -> bool:
        """Whether the status is left and the lead is who is recorded: a form that was sent twice, or for nothing."""
        details = self.lead_details
        if not self.keeps_status or lead is None or details is None:
            return False
        return details == _details_of(lead)

    def carry_forward(self, entry: Entry | None) -> None:
        super().carry_forward(entry)
        self.carried = entry

    def validate_status(self, _field: Field) -> None:
        """What was typed beside a status that is left would be kept nowhere."""
        if not self.keeps_status or self.carried is None:
            return
        said = (
            (self.narrative.data, self.carried.narrative),
            (self.next_step.data, self.carried.next_step),
            (self.evidence_url.data, ""),
        )
        if any(" ".join(now.split()) != " ".join(before.split()) for now, before in said):
            raise ValidationError(
                "You changed what is said beside the status, which would be lost: choose a status to save it with, or "
                "put it back and change the lead only"
            )

    @property
    def _is_claim(self) -> bool:
        return self.chosen is not None and self.chosen.status_class.is_done

    def show_lead(self, lead: NamedLead | None) -> None:
        """Start from the lead who is recorded now; it is done when they took it on, not when the form is filled in."""
        self.recorded = lead
        if self.is_submitted():
            return
        if self.current is not StatusClass.DONE_CLAIMED:
            self.completed_on.process(None, lead.starts_on if lead else None)
        if lead is None:
            return
        self.lead_name.data, self.lead_job_title.data, self.lead_email.data = (
            lead.name,
            lead.job_title,
            lead.email,
        )
        self.lead_from.process(None, lead.starts_on)
        self.lead_to.process(None, lead.ends_on)

    def validate_lead_name(self, field: Field) -> None:
        self._needed(field, "Enter the name of the executive lead")

    def validate_lead_job_title(self, field: Field) -> None:
        self._needed(field, "Enter the job title of the executive lead")

    def validate_lead_email(self, field: Field) -> None:
        self._needed(field, "Enter the work email of the executive lead")

    def validate_lead_from(self, field: Field) -> None:
        self._needed(field, "Enter the date from which they are the lead")
        if not self._is_claim or field.data is None:
            return
        if field.data > self.today:
            raise ValidationError("Nobody is the lead yet: the first day as lead must be today or in the past")
        if self.completed_on.data and field.data > self.completed_on.data:
            raise ValidationError("The first day as lead must not be after the date it was done")

    def validate_lead_to(self, field: Field) -> None:
        if field.data and self.lead_from.data and field.data < self.lead_from.data:
            raise ValidationError("The last day as lead must be on or after the first")
        if self._is_claim and field.data and field.data < self.today:
            raise ValidationError("Nobody is the lead now: name the person who is, or choose another status")

    def validate_lead_reason(self, field: Field) -> None:
        """As on the page of people in post: whoever is recorded from an earlier day takes days of vacancy away."""
        details = self.lead_details
        if details is None:
            return
        recorded = _details_of(self.recorded) if self.recorded is not None else None
        was = recorded.term if recorded is not None and details.corrects(recorded) else None
        check_late(first_difference(was, details.term), self.today, field.data)

    def validate_backdating_reason(self, field: Field) -> None:
        """Why the lead is recorded only now is also why it is claimed only now that there is one."""
        if self.true_on.data or not self.lead_reason.data:
            super().validate_backdating_reason(field)

    @property
    def given_backdating_reason(self) -> str:
        given = super().given_backdating_reason
        return given or (self.lead_reason.data[:BACKDATING_REASON] if self._is_claimed_late else "")

    def validate_evidence_url(self, field: Field) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError("The link to evidence must start with https:// or http:// and have no spaces")

    @property
    def lead_details(self) -> LeadDetails | None:
        if not self.lead_name.data or self.lead_from.data is None:
            return None
        return LeadDetails(
            name=self.lead_name.data,
            job_title=self.lead_job_title.data,
            email=self.lead_email.data,
            starts_on=self.lead_from.data,
            ends_on=self.lead_to.data,
            reason=self.lead_reason.data,
        )

    def _needed(self, field: Field, message: str) -> None:
        is_claim = self.keeps_status or self._is_claim
        is_begun = any(
            each.data for each in (self.lead_name, self.lead_job_title, self.lead_email, self.lead_from, self.lead_to)
        )
        if (is_claim or is_begun) and not field.data:
            raise ValidationError(message)


def _details_of(lead: NamedLead) -> LeadDetails:
    return LeadDetails(lead.name, lead.job_title, lead.email, lead.starts_on, lead.ends_on)
