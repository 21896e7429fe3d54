"""The form by which an organisation shares how it did an ask; it knows no table."""

from __future__ import annotations

from collections.abc import Collection

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.shared_notes.rows import Note, Said
from tracker.shared_notes.rules import LONGEST_CONTACT, LONGEST_NOTE, find_name
from tracker.web.choices import TickField
from tracker.web.fields import Button, EmailField, LongTextField, TextField
from tracker.web.forms import ActionForm
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed


class WithdrawForm(ActionForm):
    """Takes a note back: one button, no reason."""

    submit = Button("Take this note back now")


class ShareForm(SavedOnceForm):
    """What others read, whom they may ask, and that nobody is named in it."""

    text = LongTextField(
        "How you did it",
        [Needed("Enter how you did it")],
        hint="What you did, who was involved by role, how long it took, and what you would do otherwise. "
        "Do not enter patient information.",
        max_length=LONGEST_NOTE,
    )
    contact_role = TextField(
        "Whom to ask, by role",
        [Needed("Enter the role of whoever can be asked")],
        hint="For example: Director of Strategy, executive lead. Do not enter anybody’s name.",
        max_length=LONGEST_CONTACT,
    )
    contact_mailbox = EmailField(
        "Shared mailbox of that role (optional)",
        hint="For example: health.inequalities@trust.nhs.uk. Do not enter the address of a person.",
    )
    holds_no_name = TickField(
        "It holds no name of a patient or a colleague",
        [Needed("Tick the box once you have checked that it holds no name of a patient or a colleague")],
    )
    submit = Button("Share this note")

    def start_from(self, note: Note | None, narrative: str, job_title: str) -> None:
        """Show what is shared already, else what the claim said, so that there is little left to type."""
        if self.is_submitted():
            return
        if note and note.is_shared:
            self.submit.label.text = "Save and share"
        said = note.said if note and note.is_shared else Said(narrative, "", "")
        self.text.data = said.text
        self.contact_role.data = said.contact_role or (f"{job_title}, executive lead" if job_title else "")
        self.contact_mailbox.data = said.contact_mailbox

    def check_against(self, people: Collection[tuple[str, str]]) -> None:
        """Let nobody of the organisation be named: neither by their name nor by their own address."""
        self.names = [name for name, _ in people]
        self.addresses = {address.casefold() for _, address in people if address}

    def validate_text(self, field: Field) -> None:
        self._refuse_names(field, "The note")

    def validate_contact_role(self, field: Field) -> None:
        self._refuse_names(field, "The contact")
        if "@" in field.data:
            raise ValidationError("Enter a role here, such as Director of Strategy. A mailbox goes into the next box.")

    def validate_contact_mailbox(self, field: Field) -> None:
        if not set(field.data).isdisjoint("?&%#/"):
            raise ValidationError("Enter the mailbox alone, such as health.inequalities@trust.nhs.uk")
        if field.data.casefold() in self.addresses:
            raise ValidationError(
                f"“{field.data}” is the address of a person. Enter a mailbox that several share, or leave this empty."
            )

    def as_said(self) -> Said:
        return Said(self.text.data, self.contact_role.data, self.contact_mailbox.data)

    def _refuse_names(self, field: Field, what: str) -> None:
        if found := find_name(field.data or "", self.names):
            raise ValidationError(f"{what} names {found}. Say which role it was instead, such as the medical director.")
