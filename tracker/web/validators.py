"""Checks that any form may ask of a field; the message is the content. It must not know any one form."""

from __future__ import annotations

from typing import Any

from wtforms import Form
from wtforms.fields.core import Field
from wtforms.validators import StopValidation, ValidationError

from tracker.web.text import find_unkeepable, is_like_a_name
from tracker.web.wording import thousands


class Needed:
    """The field must be filled in; the message says what to enter: "Enter the lead's job title"."""

    def __init__(self, message: str) -> None:
        self.message = message

    def __call__(self, form: Form, field: Field) -> None:
        if field.data in (None, "", [], False):
            raise StopValidation(self.message)


class Length:
    """At most so many characters, line ends counted as one."""

    def __init__(self, most: int, least: int = 0) -> None:
        self.most = most
        self.least = least

    def __call__(self, form: Form, field: Field) -> None:
        typed = len(field.data or "")
        if typed > self.most:
            raise StopValidation(
                f"{_name(field)} must be {thousands(self.most)} characters or fewer. You have typed {thousands(typed)}."
            )
        if 0 < typed < self.least:
            raise StopValidation(
                f"{_name(field)} must be {thousands(self.least)} characters or more. You have typed {thousands(typed)}."
            )


class PlainText:
    """No control characters or marks that turn text around, and one line where there is one; every text field asks."""

    def __init__(self, *, one_line: bool) -> None:
        self.one_line = one_line

    def __call__(self, form: Form, field: Field) -> None:
        text = field.data or ""
        found = find_unkeepable(text)
        if found is not None:
            line = "" if self.one_line else f"line {thousands(found.line)}, "
            raise StopValidation(
                f"{_name(field)} has a hidden character that cannot be kept, at {line}character "
                f"{thousands(found.column)}. It is shown here as “\N{REPLACEMENT CHARACTER}”. "
                "Delete it, then save again."
            )
        if self.one_line and "\n" in text:
            raise StopValidation(f"{_name(field)} must be on one line. Take out the line breaks, then save again.")


class PersonName:
    """Begins as names do; the other checks of a text are the field's own."""

    def __call__(self, form: Form, field: Field) -> None:
        text: str = field.data or ""
        if text and not is_like_a_name(text):
            raise ValidationError(f"{_name(field)} must begin with a letter, not with “{text[0]}”")


class EmailAddress:
    """An address that a mail server could take: something, an at sign, a host with a dot, no spaces."""

    def __call__(self, form: Form, field: Field) -> None:
        text: str = field.data or ""
        if not text:
            return
        name, at, host = text.rpartition("@")
        is_plausible = (
            at
            and name
            and "@" not in name
            and "." in host.strip(".")
            and ".." not in text
            and host == host.strip(".-")
            and not any(character.isspace() or character in '<>,;:"()[]\\' for character in text)
        )
        if not is_plausible:
            raise ValidationError(
                f"{_name(field)} must be an email address in the correct format, like name@example.nhs.uk"
            )


def _name(field: Any) -> str:
    name: str = field.label.text
    return name
