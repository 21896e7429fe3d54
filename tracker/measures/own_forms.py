"""The forms of a measure of an organisation's own: adding one, and correcting what it is called."""

from __future__ import annotations

from collections.abc import Mapping

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.measures.forms import MeasureForm, check_target
from tracker.measures.own_measures import OwnEntry, Words
from tracker.measures.rows import Measure
from tracker.measures.rules import Direction, Unit, read_tenths
from tracker.measures.service import AimEntry
from tracker.web.choices import Choice, RadiosField, SelectField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, TextField
from tracker.web.validators import Needed

UNIT_HINTS = {
    Unit.SHARE: "For example, people who had a check, of all on the register",
    Unit.RATIO: "For example, activity this year against last year; it may be more than 100%",
    Unit.PER_THOUSAND: "For example, referrals per 1,000 people registered",
    Unit.PER_HUNDRED_THOUSAND: "For example, emergency admissions per 100,000 people",
    Unit.COUNT: "For example, community sessions held; there is no denominator",
}


class WordsForm(MeasureForm):
    """What a measure is called, what is counted, and which ask it belongs to."""

    name = TextField("Name of the measure", [Needed("Enter the name of the measure")])
    ask = SelectField("Ask it belongs to (optional)", nothing="No ask")
    numerator_words = TextField(
        "What the numerator counts",
        [Needed("Enter what the numerator counts")],
        hint="For example, patients who were offered an interpreter",
    )
    denominator_words = TextField(
        "What the denominator counts", hint="For example, patients who need an interpreter. A count has none."
    )
    submit = Button("Save")
    is_count = False

    def offer_asks(self, asks: Mapping[int, str], chosen: int | None = None) -> None:
        self.ask.choices = [Choice(str(ask_id), text) for ask_id, text in asks.items()]
        if not self.is_submitted() and chosen in asks:
            self.ask.data = str(chosen)

    def start_from(self, measure: Measure) -> None:
        """Show what it is called now, unless the form comes back."""
        self.is_count = not measure.kind.unit.has_denominator
        if self.is_submitted():
            return
        self.name.data, self.numerator_words.data = measure.name, measure.numerator
        self.denominator_words.data = measure.denominator

    def validate_denominator_words(self, field: Field) -> None:
        if not self._is_count() and not field.data:
            raise ValidationError("Enter what the denominator counts")
        if self._is_count() and field.data:
            raise ValidationError("A count has no denominator. Take this text out, or choose another unit")

    def _is_count(self) -> bool:
        return self.is_count

    @property
    def words(self) -> Words:
        return Words(
            name=self.name.data,
            numerator=self.numerator_words.data,
            denominator=self.denominator_words.data,
            ask_id=int(self.ask.data) if self.ask.data else None,
        )


class OwnMeasureForm(WordsForm):
    """A new measure, with a target where there is one already."""

    unit = RadiosField(
        "How it is worked out",
        [Needed("Choose how the measure is worked out")],
        choices=[Choice(unit.value, unit.label, UNIT_HINTS[unit]) for unit in Unit],
    )
    direction = RadiosField(
        "Which way is better",
        [Needed("Choose which way is better")],
        choices=[Choice(direction.value, direction.label) for direction in Direction],
    )
    counts_people = RadiosField(
        "Does it count people?",
        [Needed("Choose whether the measure counts people")],
        choices=[
            Choice("yes", "Yes", "Numbers from 1 to 7 are rounded to the nearest 5, so that nobody can be identified"),
            Choice("no", "No", "For example, pathways, sites or sessions"),
        ],
    )
    target = TextField("Own target (optional)", hint="At most one decimal place, for example 40 or 67.5", max_length=20)
    target_on = DayField("Day by which to reach it (optional)", hint="For example, 31 3 2021")

    def _is_count(self) -> bool:
        return bool(self.unit.data == Unit.COUNT)

    def validate_target(self, field: Field) -> None:
        check_target(field)
        if not field.data and self.target_on.data:
            raise ValidationError("Enter the target, or take out the day by which to reach it")

    @property
    def entry(self) -> OwnEntry:
        """What was typed; only call it where the form is valid."""
        return OwnEntry(
            words=self.words,
            unit=Unit(self.unit.data),
            direction=Direction(self.direction.data),
            counts_people=self.counts_people.data == "yes",
        )

    @property
    def aim(self) -> AimEntry | None:
        """The target that was typed, or None."""
        target = read_tenths(self.target.data)
        return None if target is None else AimEntry(None, target, self.target_on.data, "")
