"""The forms of a piece of evidence: what it is, which asks it serves, until when it counts, and an assurer's check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import BinaryIO, cast

from wtforms.fields.core import Field
from wtforms.validators import ValidationError

from tracker.evidence import contents
from tracker.evidence.asks import name_of
from tracker.evidence.refusing import FileRefused
from tracker.evidence.rows import NewVersion, Piece
from tracker.evidence.rules import FILES_TAKEN, EvidenceKind, FileType
from tracker.frameworks.catalogue import AskFacts
from tracker.web.addresses import is_web_address
from tracker.web.choices import CheckboxesField, Choice, RadiosField
from tracker.web.day_field import DayField
from tracker.web.fields import Button, LongTextField, TextField, UploadField
from tracker.web.saved_once import SavedOnceForm
from tracker.web.validators import Needed

LAST_DAY = "The last day on which it can be relied on. Leave it empty if it stays good. For example, 31 3 2021"
ACCEPTED = ",".join(extension for each in FileType for extension in each.extensions)
CHOOSE_AGAIN = "Choose the file again: your browser does not keep it while a page is mended"


class VersionForm(SavedOnceForm):
    """What a piece of evidence is, or is from now on."""

    kind = RadiosField(
        "What kind of evidence is it?",
        [Needed("Choose a link, a note or a file")],
        choices=[
            Choice("link", "Link", "A page or a document that is kept elsewhere"),
            Choice("note", "Note", "What was seen or said, in words"),
            Choice("file", "File", "A document or a picture, kept here"),
        ],
        reveals={"link": ["url"], "note": ["note"], "file": ["file"]},
    )
    url = TextField("Link", hint="It starts with https://", max_length=2000)
    note = LongTextField("Note", hint="Do not enter patient information.", max_length=4000)
    file = UploadField(
        "File",
        hint=f"Up to 20 MB: {FILES_TAKEN}. No macros, no password, no patient information.",
        render_kw={"attributes": {"accept": ACCEPTED}},
    )
    title = TextField(
        "What is it?",
        [Needed("Enter what it is, for example “Board paper on access, September 2020”")],
        hint="For example, board paper on access, September 2020",
        max_length=200,
    )
    true_on = DayField(
        "Date of the evidence", [Needed("Enter the date of the evidence")], hint="The day it is about, or was made"
    )
    expires_on = DayField("Expires (optional)", hint=LAST_DAY)

    def begin(self, today: date) -> None:
        """Remember the day, and offer it as the date of the evidence."""
        self.today = today
        self.file_type: FileType | None = None
        if not self.is_submitted() and self.true_on.data is None:
            self.true_on.process(None, today)

    def begin_from(self, piece: Piece) -> None:
        """Start from the version that stands now, so that nobody types it twice."""
        if self.is_submitted():
            return
        newest = piece.newest
        self.kind.data, self.title.data = newest.kind.value, newest.title
        self.url.data, self.note.data = newest.url, newest.note

    def validate_url(self, field: Field) -> None:
        if self.kind.data != EvidenceKind.LINK:
            return
        if not field.data:
            raise ValidationError("Enter the link")
        if not is_web_address(field.data) or any(map(str.isspace, field.data)):
            raise ValidationError("The link must start with https:// or http:// and have no spaces")

    def validate_note(self, field: Field) -> None:
        if self.kind.data == EvidenceKind.NOTE and not field.data:
            raise ValidationError("Enter the note")

    def validate_file(self, field: Field) -> None:
        if self.kind.data != EvidenceKind.FILE:
            return
        if field.data is None:
            raise ValidationError("Choose a file")
        try:
            contents.check_name(field.data.filename)
            self.file_type = contents.type_of(cast(BinaryIO, field.data.stream))
        except FileRefused as refused:
            raise ValidationError(str(refused)) from refused

    def validate_true_on(self, field: Field) -> None:
        if field.data > self.today:
            raise ValidationError("The date of the evidence must be today or in the past")

    def validate_expires_on(self, field: Field) -> None:
        if field.data is not None and field.data < self.today:
            raise ValidationError("The day it expires must be today or later")

    def ask_for_file_again(self) -> None:
        """Say beside the field that a file was chosen and cannot be kept, where something else must be mended."""
        if self.kind.data == EvidenceKind.FILE and self.file.data is not None and not self.file.errors:
            self.refuse(CHOOSE_AGAIN, self.file)

    @property
    def stream(self) -> BinaryIO | None:
        """The file that was chosen, where the evidence is one."""
        if self.kind.data != EvidenceKind.FILE or self.file.data is None:
            return None
        return cast(BinaryIO, self.file.data.stream)

    @property
    def said(self) -> NewVersion:
        """What the service records; fields of another kind than the one chosen are left out."""
        kind = EvidenceKind(self.kind.data)
        is_file = kind is EvidenceKind.FILE and self.file.data is not None
        return NewVersion(
            kind=kind,
            title=self.title.data,
            true_on=cast(date, self.true_on.data),
            url=self.url.data if kind is EvidenceKind.LINK else "",
            note=self.note.data if kind is EvidenceKind.NOTE else "",
            file_name=str(self.file.data.filename) if is_file and self.file.data else "",
            file_type=self.file_type if is_file else None,
            expires_on=self.expires_on.data,
        )


class AsksChosen(SavedOnceForm):
    """The part of a form that says which asks evidence serves."""

    asks = CheckboxesField("Which asks does it serve?")

    def offer(self, asks: Sequence[AskFacts], chosen: Sequence[int] = ()) -> None:
        """Offer these asks, with some chosen where nothing was sent yet."""
        self.offered = {name_of(ask): ask for ask in asks}
        self.asks.choices = [Choice(name, f"{ask.ref} {ask.wording}") for name, ask in self.offered.items()]
        if not self.is_submitted():
            self.asks.data = [name for name, ask in self.offered.items() if ask.ask_id in chosen]

    @property
    def chosen(self) -> dict[int, str]:
        """The names of the chosen asks by their ids."""
        return {self.offered[name].ask_id: name for name in self.asks.data}

    @property
    def known(self) -> dict[int, str]:
        return {ask.ask_id: name for name, ask in self.offered.items()}


class AddForm(VersionForm, AsksChosen):
    """A new piece of evidence, and the asks it serves."""

    submit = Button("Add evidence")

    def validate_asks(self, field: Field) -> None:
        if not field.data:
            raise ValidationError("Choose at least one ask that the evidence serves")


class NewVersionForm(VersionForm):
    """A newer version of a piece."""

    submit = Button("Save new version")


class AsksForm(AsksChosen):
    """Which asks a piece serves from today."""

    submit = Button("Save")


class ExpiryForm(SavedOnceForm):
    """Until when a piece counts."""

    expires_on = DayField("Expires", hint=LAST_DAY)
    submit = Button("Save")

    def begin_from(self, piece: Piece) -> None:
        self.true_on = piece.newest.true_on
        if not self.is_submitted():
            self.expires_on.process(None, piece.newest.expires_on)

    def validate_expires_on(self, field: Field) -> None:
        if field.data is not None and field.data < self.true_on:
            raise ValidationError("The day it expires cannot be before the date of the evidence")


class CheckForm(SavedOnceForm):
    """What an assurer found in a piece."""

    checked_on = DayField("Date you checked it", [Needed("Enter the date you checked it")])
    note = LongTextField(
        "What you checked, and what you found",
        [Needed("Enter what you checked, and what you found")],
        hint="The organisation reads it. Do not enter patient information.",
        max_length=2000,
    )
    submit = Button("Save check")

    def begin(self, today: date) -> None:
        self.today = today
        if not self.is_submitted() and self.checked_on.data is None:
            self.checked_on.process(None, today)

    def validate_checked_on(self, field: Field) -> None:
        if field.data > self.today:
            raise ValidationError("The date you checked it must be today or in the past")
