"""The forms that make and revoke a calendar; they know no table."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.calendars.rules import ONE_ORGANISATION
from tracker.web.choices import Choice, RadiosField
from tracker.web.fields import Button, CodeField
from tracker.web.forms import ActionForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

NOT_THERE = "There is no organisation with this code whose progress you see. Check the code"
IS_REGION = "This is the code of a region. Choose the region above, or enter the code of an organisation in it"


class CalendarForm(SavedOnceForm):
    """What a new calendar is to hold."""

    of = RadiosField(
        "What do you want in the calendar?",
        [Needed("Choose what you want in the calendar")],
        reveals={ONE_ORGANISATION: ["organisation"]},
    )
    organisation = CodeField("Code of the organisation", hint="Its ODS code, for example RXX")
    submit = Button("Make this calendar")

    def offer(self, choices: Sequence[Choice], own_code: str) -> None:
        """What may be chosen; the only one is chosen, and somebody of one organisation need not type its code."""
        self.of.choices = choices
        if not self.is_submitted():
            self.of.data = choices[0].value if len(choices) == 1 else ""
            self.organisation.data = own_code

    def validate_organisation(self, field: Field) -> None:
        if self.of.data == ONE_ORGANISATION and not field.data:
            raise ValidationError("Enter the code of the organisation")


class RevokeForm(ActionForm):
    """Revokes a calendar: one button, no reason."""

    submit = Button("Revoke this calendar")
