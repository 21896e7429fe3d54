"""Draws form fields with the NHS macros, errors and hints beside each; it must not know any one form.

``render_kw`` of a field, and keywords at the place where it is drawn, are parameters of its NHS macro and win
over what is worked out here: ``form.name(classes="nhsuk-input--width-20", label={"size": "s"})``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from flask import current_app
from markupsafe import Markup, escape
from wtforms.fields.core import Field

from tracker.web.text import made_visible

if TYPE_CHECKING:
    from tracker.web.choices import ChoiceField
    from tracker.web.day_field import DayField

Params = dict[str, Any]


def drawn(component: str, macro: str, params: Params) -> Markup:
    """What an NHS macro makes of its parameters; nothing else goes into it."""
    module = current_app.jinja_env.get_template(f"nhsuk/components/{component}/macro.jinja").module
    html: Markup = getattr(module, macro)(params)
    return html


class NhsWidget:
    """Calls one NHS macro with parameters worked out from the field."""

    component = "input"
    macro = "input"

    def __call__(self, field: Field, **given: Any) -> Markup:
        return drawn(self.component, self.macro, merged(self.params(field), given))

    def params(self, field: Field) -> Params:
        return labelled(field)


class TextInput(NhsWidget):
    """One line of text."""

    def __init__(self, input_type: str = "text") -> None:
        self.input_type = input_type

    def params(self, field: Field) -> Params:
        params = labelled(field) | {"type": self.input_type, "value": made_visible(field.data or "")}
        if self.input_type == "email":
            params |= {"autocomplete": "email", "spellcheck": False}
        return params


class PasswordInput(NhsWidget):
    """A password, which may be pasted and shown, and is never sent back to the page."""

    component, macro = "password-input", "passwordInput"

    def params(self, field: Field) -> Params:
        return labelled(field) | {"value": "", "autocomplete": "current-password"}


class TextArea(NhsWidget):
    """Several lines of text; with a length, the NHS character count, which says it without a script too."""

    def __init__(self, rows: int = 5) -> None:
        self.rows = rows

    def __call__(self, field: Field, **given: Any) -> Markup:
        counted = bool(getattr(field, "max_length", 0))
        kind = _CharacterCount(self.rows) if counted else _PlainTextArea(self.rows)
        return kind(field, **given)


class _PlainTextArea(NhsWidget):
    component, macro = "textarea", "textarea"

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def params(self, field: Field) -> Params:
        return labelled(field) | {"rows": self.rows, "value": protected_lines(made_visible(field.data or ""))}


class _CharacterCount(_PlainTextArea):
    component, macro = "character-count", "characterCount"

    def params(self, field: Field) -> Params:
        most = field.max_length  # type: ignore[attr-defined]
        return super().params(field) | {
            "maxlength": most,
            "textareaDescriptionText": f"You can enter up to {most:,} characters",
            # Counting aloud from the first letter would disturb; three quarters in, it begins to help.
            "threshold": 75,
        }


class Select(NhsWidget):
    """One of a long list."""

    component, macro = "select", "select"

    def params(self, field: ChoiceField) -> Params:  # type: ignore[override]
        chosen = field.chosen
        return labelled(field) | {
            "items": [
                {"value": choice.value, "text": choice.text, "selected": choice.value in chosen}
                for choice in field.all_choices()
            ]
        }


class Radios(NhsWidget):
    """One of a few. A choice may reveal further fields of the same form, which this widget then draws."""

    component, macro = "radios", "radios"

    def params(self, field: ChoiceField) -> Params:  # type: ignore[override]
        chosen = field.chosen
        items = []
        for choice in field.all_choices():
            item: Params = {"value": choice.value, "text": choice.text, "checked": choice.value in chosen}
            if choice.hint:
                item["hint"] = {"text": choice.hint}
            revealed = field.revealed_by(choice.value)
            if revealed:
                item["conditional"] = {"html": Markup("\n").join(each() for each in revealed)}
            items.append(item)
        return in_fieldset(field) | {"idPrefix": field.id, "items": items}


class Checkboxes(Radios):
    """Any number of a few."""

    component, macro = "checkboxes", "checkboxes"


class Tick(Checkboxes):
    """One box to tick, whose own label says everything."""

    def params(self, field: ChoiceField) -> Params:  # type: ignore[override]
        params = super().params(field)
        del params["fieldset"]
        if "hint" in params:
            # Below the box's own label; above it, the hint would stand alone.
            params["items"][0]["hint"] = params.pop("hint")
        return params


class DayInput(NhsWidget):
    """A day in three boxes: no calendar to fight with, and a known date is typed faster than it is picked."""

    component, macro = "date-input", "dateInput"

    def params(self, field: DayField) -> Params:  # type: ignore[override]
        boxes = [
            {
                "id": field.box(part),
                "name": field.box(part),
                "label": {"text": part.capitalize(), "for": field.box(part)},
                "value": made_visible(field.typed[part]),
                "width": 4 if part == "year" else 2,
                "error": bool(field.errors) and part in field.bad_parts,
            }
            for part in field.typed
        ]
        return in_fieldset(field) | {"id": field.id, "items": boxes}


class FileUpload(NhsWidget):
    """A file to send."""

    component, macro = "file-upload", "fileUpload"


class ButtonInput(NhsWidget):
    """A button that sends the form, once even when it is clicked twice."""

    component, macro = "button", "button"

    def params(self, field: Field) -> Params:
        return {
            "text": field.label.text,
            "name": field.name,
            "value": "yes",
            "type": "submit",
            "preventDoubleClick": True,
        }


def labelled(field: Field) -> Params:
    """What every single input has in common."""
    return {
        "id": field.id,
        "name": field.name,
        "label": {"text": field.label.text, "for": field.id, "size": "s"},
        **_beside(field),
    }


def in_fieldset(field: Field) -> Params:
    """What every group of inputs has in common. ``legend`` may be given like ``label`` elsewhere."""
    return {
        "name": field.name,
        "fieldset": {"legend": {"text": field.label.text, "size": "s"}},
        **_beside(field),
    }


def _beside(field: Field) -> Params:
    beside: Params = {}
    if field.description:
        beside["hint"] = {"text": field.description}
    if field.errors:
        beside["errorMessage"] = {"text": field.errors[0]}
    return beside


def merged(worked_out: Params, given: Mapping[str, Any]) -> Params:
    """Nested parameters laid over each other; what was given wins."""
    result = dict(worked_out)
    for key, value in given.items():
        target = result.get("fieldset") if key == "legend" else None
        if isinstance(target, dict):
            result["fieldset"] = merged(target, {"legend": {"text": value} if isinstance(value, str) else value})
            continue
        before = result.get(key)
        result[key] = merged(before, value) if isinstance(before, dict) and isinstance(value, Mapping) else value
    return result


def protected_lines(text: str) -> Markup:
    """Text for a textarea with its line ends spelled out.

    The NHS macros indent what they nest, which would push spaces into the second and later lines of what a
    person typed; and HTML drops one line end right after the opening tag.

    >>> protected_lines("one\\ntwo")
    Markup('one&#10;two')
    """
    spelled_out = str(escape(text)).replace("\n", "&#10;")
    return Markup("&#10;" + spelled_out if text.startswith("\n") else spelled_out)  # nosec B704  # noqa: S704 - escaped above
