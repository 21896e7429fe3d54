"""The form that asks how an ask stood: on which day, and as known on which day."""

from __future__ import annotations

from datetime import date, datetime

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker import clock
from tracker.web.day_field import DayField
from tracker.web.forms import QueryForm


class AsAtForm(QueryForm):
    """Sent by GET: its address can be kept, and gives the same answer for the same two days."""

    on = DayField("How did it stand at the end of this day?", hint="For example, 21 9 2020")
    known_on = DayField(
        "As it was known at the end of this day (optional)",
        hint="Leave it empty for what is known now. What was recorded later is left out",
    )

    @property
    def day(self) -> date:
        """The day asked for, once the form is valid."""
        return self.on.data or clock.today()

    @property
    def known_at(self) -> datetime | None:
        """The last instant of the day of knowledge; None for now."""
        return None if self.known_on.data is None else clock.end_of_day(self.known_on.data)

    def validate_on(self, field: Field) -> None:
        if field.data is None:
            raise ValidationError("Enter the day you want to see")
        if field.data > clock.today():
            raise ValidationError("The day you want to see must be today or in the past")

    def validate_known_on(self, field: Field) -> None:
        if field.data is not None and field.data > clock.today():
            raise ValidationError("The day of knowledge must be today or in the past")
