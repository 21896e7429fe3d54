"""The forms of a reading, of its correction, of a baseline and target, and of looking back; choices come from rules."""

from __future__ import annotations

from datetime import date, datetime

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker import clock
from tracker.measures import words
from tracker.measures.rows import Measure, Reading, Series
from tracker.measures.rules import Direction, read_count, read_tenths
from tracker.measures.service import AimEntry, ReadingEntry, period_fault
from tracker.measures.speaking import Form, Refused
from tracker.web.choices import Choice, SelectField, TickField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.forms import QueryForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import day

TYPED_SHOWN = 20


class MeasureForm(SavedOnceForm):
    """A form about one measure, which two people may fill in at once."""

    @property
    def came_back(self) -> Form:
        """What the service compares."""
        return Form(self.expected_version, self.key)

    def refuse_for(self, fault: Refused) -> None:
        """Say what a service refused, beside its field where this form has that."""
        self.refuse(str(fault), self._fields.get(fault.field))


class ReadingForm(MeasureForm):
    """What was counted in a period."""

    period_end = DayField("Last day of the period", hint="For example, 30 9 2020")
    numerator = TextField("Numerator", max_length=20)
    denominator = TextField("Denominator", max_length=20)
    source = TextField(
        "Where the numbers come from",
        [Needed("Enter where the numbers come from")],
        hint="For example, a data set, a register or a report, and its date. Do not enter patient information.",
        max_length=300,
    )
    submit = Button("Save reading")

    def about(self, measure: Measure) -> None:
        """Ask for this measure's numbers in its own words; a count has no denominator."""
        self.numerator.description = f"{measure.numerator}. A whole number, like 1,250"
        if measure.kind.unit.has_denominator:
            self.denominator.description = f"{measure.denominator}. A whole number, like 2,000"
        else:
            del self.denominator

    def validate_period_end(self, field: Field) -> None:
        if field.data is None:
            raise ValidationError("Enter the last day of the period")
        if fault := period_fault(field.data, clock.today()):
            raise ValidationError(f"The last day of the period {fault}")

    def validate_numerator(self, field: Field) -> None:
        _check_count(field)

    def validate_denominator(self, field: Field) -> None:
        _check_count(field)
        if read_count(field.data) == 0:
            raise ValidationError("The denominator must be 1 or more: of nothing there is no part")

    @property
    def entry(self) -> ReadingEntry:
        """What was typed; only call it where the form is valid."""
        denominator = read_count(self.denominator.data) if "denominator" in self else None
        return ReadingEntry(
            period_end=self.period_end.data or clock.today(),
            numerator=read_count(self.numerator.data) or 0,
            denominator=denominator,
            source=self.source.data,
        )


class CorrectionForm(ReadingForm):
    """What a reading should have been, or that it should not be there."""

    is_withdrawn = TickField(
        "Take this reading out", hint="It should not have been entered. The numbers above are then left aside."
    )
    reason = LongTextField(
        "Reason",
        [Needed("Enter the reason for the correction")],
        hint="What was wrong, and how you know",
        max_length=2000,
    )

    def start_from(self, reading: Reading) -> None:
        """Show what stands there, unless the form comes back."""
        if self.is_submitted():
            return
        self.period_end.process(None, reading.period_end)
        self.numerator.data = str(reading.counts.numerator)
        if "denominator" in self:
            self.denominator.data = str(reading.counts.denominator)
        self.source.data = reading.source

    def validate(self, extra_validators: object = None) -> bool:
        """A reading that is taken out needs a reason and nothing else."""
        valid = super().validate()
        if not self.is_withdrawn.data:
            return valid
        for field in self:
            if field.name in ("period_end", "numerator", "denominator", "source"):
                field.errors = []
        return not self.error_list


class AimForm(MeasureForm):
    """Where an organisation starts from and what it wants to reach."""

    baseline = SelectField("Baseline", nothing="No baseline", hint="The reading that you start from")
    target = TextField("Own target (optional)", max_length=20)
    target_on = DayField("Day by which to reach it (optional)", hint="For example, 31 3 2021")
    reason = LongTextField("Reason", hint="Why this baseline and this target", max_length=2000)
    submit = Button("Save baseline and target")

    def about(self, series: Series) -> None:
        """Offer the readings, and start from what holds; a measure that is only watched has no target."""
        self.baseline.choices = [
            Choice(str(each.reading_id), f"{words.value_of(series, each)}, to {day(each.period_end)}")
            for each in reversed(series.readings)
        ]
        if series.measure.kind.direction is Direction.WATCHED:
            del self.target
            del self.target_on
        else:
            example = words.target_words(series.measure.kind.unit, 400)
            self.target.description = f"At most one decimal place, for example {example}"
        if not self.is_submitted():
            self._start(series)

    def _start(self, series: Series) -> None:
        self.baseline.data = str(series.baseline.reading_id) if series.baseline else ""
        if "target" in self and series.aim is not None:
            self.target.data = "" if series.aim.target is None else words.plain_number(series.aim.target)
            self.target_on.process(None, series.aim.target_on)

    def validate_target(self, field: Field) -> None:
        check_target(field)

    @property
    def entry(self) -> AimEntry:
        """What was typed; only call it where the form is valid."""
        has_target = "target" in self
        return AimEntry(
            baseline_id=int(self.baseline.data) if self.baseline.data else None,
            target=read_tenths(self.target.data) if has_target else None,
            target_on=self.target_on.data if has_target else None,
            reason=self.reason.data,
        )


class LookBackForm(QueryForm):
    """A measure as it stood on a day, and as it was known on another: sent by GET, so that the address can be kept."""

    as_at = DayField("As at the end of", hint="For example, 30 9 2020")
    known_on = DayField("As known at the end of (optional)", hint="Leave it empty for what is known now")

    @property
    def is_asked(self) -> bool:
        return self.as_at.raw_data is not None or self.known_on.raw_data is not None

    def validate_as_at(self, field: Field) -> None:
        _check_past(field)

    def validate_known_on(self, field: Field) -> None:
        _check_past(field)

    @property
    def day(self) -> date:
        return self.as_at.data or clock.today()

    @property
    def instant(self) -> datetime | None:
        return clock.end_of_day(self.known_on.data) if self.known_on.data else None


def _check_past(field: Field) -> None:
    if field.data is not None and field.data > clock.today():
        raise ValidationError("The day you look back to must be today or in the past")


def _check_count(field: Field) -> None:
    label = field.label.text
    if not field.data:
        raise ValidationError(f"Enter the {label.lower()}")
    if read_count(field.data) is None:
        more = "; the percentage is worked out for you" if "%" in field.data else ""
        raise ValidationError(f"{label}: “{_cut(field.data)}” is not a whole number. Enter one, like 1,250{more}")


def check_target(field: Field) -> None:
    """A target as people write it, or nothing."""
    if field.data and read_tenths(field.data) is None:
        raise ValidationError(
            f"{field.label.text}: “{_cut(field.data)}” is not a number with at most one decimal place, like 67 or 67.5"
        )


def _cut(typed: str) -> str:
    return typed if len(typed) <= TYPED_SHOWN else f"{typed[:TYPED_SHOWN]}…"
