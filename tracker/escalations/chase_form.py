"""The form of a message to many: its words, seen as they would be sent before they are."""

from __future__ import annotations

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.escalations.chase_plan import Words
from tracker.escalations.chasing import FIELDS, SUBJECT, TEXT, unknown_fields
from tracker.web.fields import Button, LongTextField, TextField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed
from tracker.web.wording import in_words

IN_BRACKETS = in_words([f"{{{name}}}" for name in FIELDS])


class ChaseForm(SavedOnceForm):
    """``version`` is the mark of the plan that was seen: nothing is sent that nobody has seen."""

    subject = TextField("Subject", [Needed("Enter a subject")], max_length=200)
    text = LongTextField(
        "Message",
        [Needed("Enter the message")],
        hint=f"These are filled in for each person: {IN_BRACKETS}. Do not enter patient information.",
        max_length=4000,
    )
    preview = Button("See the messages")
    send = Button("Send the messages")

    def start(self) -> None:
        """Begin with words that can be sent as they are."""
        self.opened_on(0)
        if not self.is_submitted():
            self.subject.data, self.text.data = SUBJECT, TEXT

    def validate_subject(self, field: Field) -> None:
        _check_fields(field)
        if "{asks}" in field.data:
            raise ValidationError("The subject is one line, so {asks} cannot stand in it")

    def validate_text(self, field: Field) -> None:
        _check_fields(field)

    def is_seen(self, mark: int) -> bool:
        """Whether exactly this was shown before it is sent."""
        return self.expected_version == mark

    def words(self, sender: str) -> Words:
        return Words(self.subject.data, self.text.data, sender)


def _check_fields(field: Field) -> None:
    unknown = unknown_fields(field.data or "")
    if unknown:
        names = in_words([f"{{{name}}}" for name in unknown])
        raise ValidationError(f"{field.label.text}: {names} cannot be filled in. Use only {IN_BRACKETS}")
