"""Fields for text, files and buttons, each with its NHS widget; they must not know what they are used for.

Every text field refuses hidden characters, takes a text of which nothing can be seen for none, and has a greatest
length, so that no form can forget any of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from werkzeug.datastructures import FileStorage
from wtforms.fields.core import Field
from wtforms.fields.simple import HiddenField as PlainHiddenField

from tracker.web.text import is_blank, made_visible, visible_lines, with_plain_line_ends
from tracker.web.validators import EmailAddress, Length, Needed, PlainText
from tracker.web.widgets import ButtonInput, FileUpload, PasswordInput, TextArea, TextInput

__all__ = [
    "Button",
    "CodeField",
    "EmailField",
    "HiddenField",
    "IsoDayField",
    "LongTextField",
    "PasswordField",
    "TextField",
    "UploadField",
    "WholeNumberField",
]


ISO_LENGTH = len("2020-09-21")


class TextField(Field):
    """One line of text; ``data`` is stripped, never None, and empty where nothing of it can be seen."""

    widget: Any = TextInput()
    data: str
    one_line = True

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        hint: str = "",
        max_length: int = 200,
        **options: Any,
    ) -> None:
        self.max_length = max_length
        first = [each for each in validators if isinstance(each, Needed)]
        rest = [each for each in validators if not isinstance(each, Needed)]
        chain = [*first, Length(max_length), PlainText(one_line=self.one_line), *rest]
        super().__init__(label, chain, description=hint, **options)

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        if valuelist:
            typed = with_plain_line_ends(valuelist[0]).strip()
            self.data = "" if is_blank(typed) else typed


class HiddenField(PlainHiddenField):
    """Text that travels with a form unseen. A visitor may have put anything into it, which a page could not hold."""

    def _value(self) -> str:
        return visible_lines(str(self.data or ""))


class EmailField(TextField):
    """An email address."""

    widget = TextInput("email")

    def __init__(self, label: str, validators: Sequence[Any] = (), *, max_length: int = 254, **options: Any) -> None:
        super().__init__(label, [*validators, EmailAddress()], max_length=max_length, **options)


class WholeNumberField(TextField):
    """A whole number from 1 to ``most``, as text: "" where none was typed, and as it was typed where it is none."""

    def __init__(self, label: str, validators: Sequence[Any] = (), *, most: int = 9999, **options: Any) -> None:
        self.most = most
        super().__init__(label, validators, max_length=20, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        # A page says it back as it was typed, and could not hold what cannot be seen.
        super().process_formdata(valuelist)
        self.data = made_visible(self.data or "")

    @property
    def number(self) -> int | None:
        """What was typed, or None where it is nothing or no such number."""
        is_number = self.data.isascii() and self.data.isdigit() and len(self.data) <= len(str(self.most))
        return int(self.data) if is_number and 1 <= int(self.data) <= self.most else None


class CodeField(TextField):
    """A code such as that of an organisation, read in capitals and without spaces around it."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, max_length=20, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = made_visible(self.data or "").upper()


class IsoDayField(TextField):
    """A day in one box of the browser's own, for filters: "2020-09-21" as text, and as ``day`` where it is one."""

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        super().__init__(label, validators, max_length=20, **options)

    def process_formdata(self, valuelist: list[str]) -> None:
        super().process_formdata(valuelist)
        self.data = made_visible(self.data or "")

    @property
    def day(self) -> date | None:
        """What was typed, or None where it is nothing or no day."""
        try:
            return date.fromisoformat(self.data) if len(self.data) == ISO_LENGTH else None
        except ValueError:
            return None


class LongTextField(TextField):
    """Several lines of text with a character count."""

    widget = TextArea()
    one_line = False

    def __init__(self, label: str, validators: Sequence[Any] = (), *, max_length: int = 4000, **options: Any) -> None:
        super().__init__(label, validators, max_length=max_length, **options)


class PasswordField(Field):
    """A password, taken exactly as typed: no stripping, no refusing of unusual characters."""

    widget = PasswordInput()
    data: str

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        hint: str = "",
        max_length: int = 128,
        **options: Any,
    ) -> None:
        first = [each for each in validators if isinstance(each, Needed)]
        rest = [each for each in validators if not isinstance(each, Needed)]
        super().__init__(label, [*first, Length(max_length), *rest], description=hint, **options)

    def process_data(self, value: Any) -> None:
        self.data = ""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = valuelist[0] if valuelist else ""


class UploadField(Field):
    """A file; ``data`` is None where none was chosen. The form must be sent as multipart/form-data."""

    widget = FileUpload()
    data: FileStorage | None

    def __init__(self, label: str, validators: Sequence[Any] = (), *, hint: str = "", **options: Any) -> None:
        super().__init__(label, list(validators), description=hint, **options)

    def process_formdata(self, valuelist: list[Any]) -> None:
        chosen = [each for each in valuelist if isinstance(each, FileStorage) and each.filename]
        self.data = chosen[0] if chosen else None


class Button(Field):
    """A button that sends the form; ``data`` says whether it was this one."""

    widget = ButtonInput()
    data: bool

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = bool(valuelist)
