"""Fields that offer a choice; what is not offered is refused. They must not know what is chosen between.

WTForms' own choice fields are not used: they are changing the shape of their choices, and cannot hold hints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms.fields.core import Field
from wtforms.form import BaseForm
from wtforms.validators import StopValidation

from tracker.web.text import made_visible
from tracker.web.widgets import Checkboxes, Radios, Select, Tick


@dataclass(frozen=True, slots=True)
class Choice:
    """One thing to choose: what is sent, what is read, and a hint below it."""

    value: str
    text: str
    hint: str = ""


Choices = Iterable[Choice | tuple[str, str]]


class ChoiceField(Field):
    """The base of the choice fields: ``choices`` may be given, be a callable, or be set before validation."""

    def __init__(
        self,
        label: str,
        validators: Sequence[Any] = (),
        *,
        choices: Choices | Callable[[], Choices] = (),
        hint: str = "",
        reveals: Mapping[str, Sequence[str]] | None = None,
        **options: Any,
    ) -> None:
        self._owner: BaseForm | None = options.get("_form")
        self.choices = choices
        self.reveals = dict(reveals or {})
        super().__init__(label, list(validators), description=hint, **options)

    def all_choices(self) -> list[Choice]:
        given = self.choices() if callable(self.choices) else self.choices
        return [choice if isinstance(choice, Choice) else Choice(*choice) for choice in given]

    @property
    def chosen(self) -> Sequence[str]:
        """The values that are chosen now."""
        return [str(self.data)] if self.data not in (None, "") else []

    def revealed_by(self, value: str) -> list[Field]:
        """The fields of the same form that appear below a choice, by ``reveals={value: [names]}``."""
        owner = self._owner
        return [owner[name] for name in self.reveals.get(value, ())] if owner is not None else []

    def pre_validate(self, form: BaseForm) -> None:
        offered = {choice.value for choice in self.all_choices()}
        if any(value not in offered for value in self.chosen):
            raise StopValidation(f"{self.label.text}: choose one of the answers that are offered")


class RadiosField(ChoiceField):
    """One answer of a few; ``data`` is its value, or "" where none was chosen."""

    widget = Radios()
    data: str

    def process_data(self, value: Any) -> None:
        self.data = "" if value is None else str(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        # A browser sends nothing where no radio is set, so nothing means nothing and not "as before".
        # What is not offered may be shown in an error, so it is made fit for a page.
        self.data = made_visible(valuelist[0]) if valuelist else ""


class SelectField(RadiosField):
    """One answer of many; the first, empty one says what happens if none is chosen."""

    widget = Select()  # type: ignore[assignment]

    def __init__(self, label: str, validators: Sequence[Any] = (), *, nothing: str | None = None, **options: Any):
        self.nothing = nothing
        super().__init__(label, validators, **options)

    def all_choices(self) -> list[Choice]:
        first = [] if self.nothing is None else [Choice("", self.nothing)]
        return first + super().all_choices()


class CheckboxesField(ChoiceField):
    """Any number of answers; ``data`` is the list of their values, each once, in the order they came."""

    widget = Checkboxes()
    data: list[str]

    def process_data(self, value: Any) -> None:
        self.data = [str(each) for each in value or ()]

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = list(dict.fromkeys(map(made_visible, valuelist)))

    @property
    def chosen(self) -> Sequence[str]:
        return self.data


class TickField(ChoiceField):
    """One box to tick; ``data`` is True or False."""

    widget = Tick()
    data: bool

    def __init__(self, label: str, validators: Sequence[Any] = (), **options: Any) -> None:
        options.setdefault("choices", [Choice("yes", label)])
        super().__init__(label, validators, **options)

    def process_data(self, value: Any) -> None:
        self.data = bool(value)

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = "yes" in valuelist

    @property
    def chosen(self) -> Sequence[str]:
        return ["yes"] if self.data else []
