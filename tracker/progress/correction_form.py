"""The form that puts right what an entry said: the fields of an update, for the day of that entry."""

from __future__ import annotations

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.frameworks.catalogue import AskFacts
from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.rows import Scale
from tracker.progress import rules
from tracker.progress.rows import Entry, Standing
from tracker.progress.said_form import SaidForm
from tracker.web.fields import Button, TextField
from tracker.web.validators import Needed


class CorrectionForm(SaidForm):
    """What should have been said. A plan is judged on the day of the entry, not on today."""

    backdating_reason = TextField("Why it is corrected", [Needed("Enter why it is corrected")], max_length=500)
    submit = Button("Save correction")

    def offer_correction(self, ask: AskFacts, scale: Scale, standing: Standing, wrong: Entry) -> None:
        """Offer what the entry may be corrected to, and start from what it says."""
        self._offer(rules.classes_for_correction(wrong.status_class), ask, scale, standing, wrong.true_on)
        self.day_of_entry = wrong.true_on
        self.has_plan = wrong.status_class.is_open
        self.carry_forward(wrong)

    @property
    def given_backdating_reason(self) -> str:
        return self.backdating_reason.data

    def validate_completed_on(self, field: Field) -> None:
        if self.chosen and self.chosen.status_class.is_done and field.data and field.data > self.day_of_entry:
            raise ValidationError("The date it was done must not be after the day of the entry")
        super().validate_completed_on(field)

    def _needs_reason(self, word: StatusDefinition) -> bool:
        return word.needs_reason
