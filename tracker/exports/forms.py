"""The form of a download: what, as at when, as which file, with or without names."""

from __future__ import annotations

from datetime import date

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker import clock
from tracker.web.choices import Choice, RadiosField, SelectField, TickField
from tracker.web.day_field import DayField
from tracker.web.fields import TextField
from tracker.web.forms import QueryForm


class ExportForm(QueryForm):
    """Sent by GET, because a download changes nothing but the audit: its address can be kept and used again."""

    code = TextField(
        "ODS code of one region, system or organisation (optional)",
        hint="Leave empty for everything you may see",
        max_length=10,
    )
    framework = SelectField("Framework", nothing="All frameworks")
    as_at = DayField("Day the report is as at", hint="The end of this day. For example, 21 9 2020")
    file = RadiosField(
        "File",
        choices=[
            Choice("xlsx", "Excel workbook", "Cover, key, summary, detail, exceptions and notes"),
            Choice("csv", "CSV file", "The rows of the detail sheet, for other programs"),
        ],
    )
    names = TickField(
        "Include names of people",
        hint="The name of each executive lead and of who updated. Your choice is recorded.",
    )

    may_choose_place = True
    """False for somebody with one organisation, who has nothing to choose between."""

    def start(self) -> None:
        """What the form offers, and an address leaves out: an Excel workbook as at today."""
        if not self.file.data:
            self.file.data = "xlsx"
        if self.as_at.raw_data is None:
            self.as_at.process(None, clock.today())

    @property
    def day(self) -> date:
        """The day the report is as at, once the form is valid."""
        return self.as_at.data or clock.today()

    def validate_as_at(self, field: Field) -> None:
        if field.data is None:
            raise ValidationError("Enter the day the report is as at")
        if field.data > clock.today():
            raise ValidationError("The day the report is as at must be today or in the past")

    def validate_file(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Choose a kind of file")
