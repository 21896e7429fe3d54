"""The forms of a lead's update, of an assurer's decision and of the questions asked once; choices come from rules."""

from __future__ import annotations

from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.appointments.leads import LeadDetails
from tracker.appointments.rows import NamedLead
from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.rows import Scale
from tracker.frameworks.rules import StatusClass
from tracker.progress import rules
from tracker.progress.rows import Standing
from tracker.progress.rules import Power
from tracker.progress.said_form import SaidForm
from tracker.web.day_field import DayField
from tracker.web.fields import Button, TextField
from tracker.web.forms import ActionForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.wording import day

__all__ = ["ActionForm", "ConfirmForm", "UpdateForm"]


BACKDATING_REASON = 500
"""Characters of it at most."""


class UpdateForm(SaidForm):
    """What an organisation says about one ask now; or, said later, of an earlier day."""

    evidence_url = TextField(
        "Link to evidence (optional)",
        hint="For example, a board paper or a published plan. It starts with https://",
        max_length=2000,
    )
    true_on = DayField("Day on which this was true", hint="Leave it empty for today. For example, 28 10 2020")
    backdating_reason = TextField(
        "Why it is recorded later",
        hint=f"Needed for an earlier day, and for what was done more than {rules.CLAIM_DAYS} days before it is claimed",
        max_length=BACKDATING_REASON,
    )
    submit = Button("Save")

    def offer(self, ask: AskFacts, scale: Scale, standing: Standing, *, has_evidence: bool, today: date) -> None:
        """Offer the moves that the rules allow from where the ask stands, and remember what they will need."""
        self._offer(rules.classes_after(standing.said_class, Power.ORGANISATION), ask, scale, standing, today)
        self.has_evidence = has_evidence
        self.claimed_on = standing.completed_on if standing.said_class is StatusClass.DONE_CLAIMED else None

    def validate_true_on(self, field: Field) -> None:
        if field.data is None:
            return
        if field.data > self.today:
            raise ValidationError("The day on which this was true must be today or in the past")
        earliest = rules.earliest_true_on(self.last_on, self.ask.effective_from)
        if field.data < earliest:
            raise ValidationError(
                f"The day on which this was true must be {day(earliest)} or later, the day of the last entry. To put "
                "right what was said before, correct it in the history"
            )

    def validate_completed_on(self, field: Field) -> None:
        is_done = self.chosen is not None and self.chosen.status_class.is_done
        if is_done and field.data and self.true_on.data and field.data > self.true_on.data:
            raise ValidationError("The date it was done must not be after the day on which this was true")
        super().validate_completed_on(field)

    def validate_backdating_reason(self, field: Field) -> None:
        if field.data:
            return
        if self.true_on.data and self.true_on.data < self.today:
            raise ValidationError("Enter why it is recorded later than it was true")
        if self._is_claimed_late:
            raise ValidationError(f"Enter why what was done on {day(self.completed_on.data)} is claimed only now")

    @property
    def _is_claimed_late(self) -> bool:
        is_done = self.chosen is not None and self.chosen.status_class.is_done
        said_on = self.true_on.data or self.today
        return is_done and rules.is_claimed_late(self.completed_on.data, said_on, self.claimed_on)

    def validate_evidence_url(self, field: Field) -> None:
        if field.data and not is_web_address(field.data):
            raise ValidationError("The link to evidence must start with https:// or http:// and have no spaces")
        if self.chosen and self.chosen.needs_evidence and not field.data and not self.has_evidence:
            raise ValidationError(f"Enter a link to evidence: “{self.chosen.label}” needs it")

    @property
    def given_evidence(self) -> str:
        return self.evidence_url.data

    @property
    def given_day(self) -> date | None:
        return self.true_on.data

    @property
    def given_backdating_reason(self) -> str:
        is_earlier = self.true_on.data is not None and self.true_on.data < self.today
        return self.backdating_reason.data if is_earlier or self._is_claimed_late else ""

    @property
    def lead_details(self) -> LeadDetails | None:
        """Only the form of ask 6.1 names a lead."""
        return None

    def changes_nothing_of(self, _lead: NamedLead | None) -> bool:
        """Only the form of ask 6.1 can be sent with nothing but what is recorded."""
        return False

    @property
    def keeps_status(self) -> bool:
        """Only the form of ask 6.1 can change something and leave the status."""
        return False


class ConfirmForm(SavedOnceForm):
    """No change, still true."""

    submit = Button("Confirm: no change, still true")


def is_web_address(text: str) -> bool:
    """Whether a text can be linked to: a whole address of the web, so that no link runs a script.

    >>> is_web_address("https://example.nhs.uk/plan.pdf"), is_web_address("javascript:alert(1)")
    (True, False)
    """
    return text.lower().startswith(("https://", "http://")) and len(text) > 10 and not any(map(str.isspace, text))
