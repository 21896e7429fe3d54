"""The base of every form: errors as a list for the summary, and an expired form that keeps what was typed.

It must not know any feature's form. One form is one decision, and its validators' messages are its content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import g, request
from flask_wtf import FlaskForm
from werkzeug.datastructures import CombinedMultiDict, FileStorage, MultiDict
from wtforms.fields.core import Field

from tracker.web.fields import UploadField

EXPIRED = "This page was open for a long time, so we could not be sure it was you. Check what you typed and save again."


@dataclass(frozen=True, slots=True)
class ErrorLink:
    """One line of the error summary; ``href`` is empty where the error belongs to no single field."""

    text: str
    href: str


class PageForm(FlaskForm):
    """A form that is posted. Draw it with ``{{ form.hidden_tag() }}``, each field, and a button."""

    class Meta(FlaskForm.Meta):
        def wrap_formdata(self, form: PageForm, formdata: Any) -> Any:
            """What was posted as a form, and files only where a field takes them.

            Flask-WTF would also fill a form from JSON, and any field from a file: neither is text, which is what every
            other field expects.
            """
            if formdata is None or hasattr(formdata, "getlist"):
                return formdata
            return _posted(form) if form.is_submitted() else None

    def validate(self, extra_validators: Mapping[str, Sequence[Any]] | None = None) -> bool:
        valid: bool = super().validate(extra_validators)
        token = self._fields.get(self.meta.csrf_field_name)
        if token is not None and token.errors:
            # The field is hidden, so its error is told for the form; hidden_tag() draws its new token.
            token.errors = []
            self.form_errors.insert(0, EXPIRED)
        else:
            g.csrf_checked = True
        return valid

    def refuse(self, message: str, field: Field | None = None) -> None:
        """Add what a service found wrong, beside a field or for the form as a whole."""
        if field is None:
            self.form_errors.append(message)
        else:
            field.errors = [*field.errors, message]

    @property
    def error_list(self) -> list[ErrorLink]:
        """What the error summary says: the form's own errors, then each field's first, in order."""
        own = [ErrorLink(message, "") for message in self.form_errors]
        beside = [
            ErrorLink(str(field.errors[0]), f"#{getattr(field, 'error_anchor', field.id)}")
            for field in self._fields.values()
            if field.errors
        ]
        return own + beside


def _posted(form: PageForm) -> MultiDict[str, Any]:
    takes_files = {field.name for field in form._fields.values() if isinstance(field, UploadField)}
    files: MultiDict[str, FileStorage] = MultiDict(
        (name, file) for name, file in request.files.items(multi=True) if name in takes_files
    )
    return CombinedMultiDict((files, request.form)) if files else request.form


class ActionForm(PageForm):
    """A form with nothing but a button, such as "Sign out": it proves that the click came from our page."""


class QueryForm(PageForm):
    """A form sent by GET that can be filled in wrongly, such as a download. Nothing is changed by it: no token."""

    class Meta(FlaskForm.Meta):
        csrf = False


class FilterForm(FlaskForm):
    """Filters of a list: ``FilterForm(request.args)``, called ``filters`` in templates.

    It is sent by GET so that the address can be kept. Nothing is changed by it, so it bears no token.
    """

    class Meta(FlaskForm.Meta):
        csrf = False
