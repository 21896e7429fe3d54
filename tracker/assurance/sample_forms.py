"""The form that draws a sample of claims."""

from __future__ import annotations

from collections.abc import Sequence

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.assurance.sampling import LARGEST_SAMPLE, LONGEST_SEED
from tracker.web.choices import RadiosField
from tracker.web.fields import Button, TextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed


class SampleForm(SavedOnceForm):
    """How many, by which seed, and for which of one's teams."""

    size = TextField(
        "How many claims", [Needed("Enter how many claims to draw")], hint=f"From 1 to {LARGEST_SAMPLE}", max_length=4
    )
    seed = TextField(
        "Seed (optional)",
        hint="Letters or numbers that decide the draw, for example from a dice. Leave it empty to have one made up.",
        max_length=LONGEST_SEED,
    )
    body = RadiosField("For which team", [Needed("Choose the team that you draw for")])
    submit = Button("Draw claims")

    def offer(self, teams: Sequence[tuple[str, str]]) -> None:
        """The teams for which somebody may draw; of one there is nothing to ask."""
        if len(teams) == 1:
            del self.body
        else:
            self.body.choices = teams

    def validate_size(self, field: Field) -> None:
        typed = field.data
        if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= LARGEST_SAMPLE):
            raise ValidationError(f"How many claims must be a whole number from 1 to {LARGEST_SAMPLE}")
