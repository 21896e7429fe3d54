"""Makes a status scale from a framework file, or from a scale of the package that the file names."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from tracker.frameworks.definition import StatusDefinition
from tracker.frameworks.rules import StatusClass
from tracker.frameworks.tables import Faults, Table, quoted, repeated
from tracker.frameworks.toml import read_toml

STATUS_KEYS = ("code", "label", "definition", "colour", "class", "needs")
STATUS_CODE, STATUS_CODE_SAYS = (
    r"[a-z][a-z0-9]*(_[a-z0-9]+)*",
    'Use small letters and underscores, such as "on_track".',
)


class Colour(StrEnum):
    """The colours that the NHS.UK frontend has for tags."""

    WHITE = "white"
    GREY = "grey"
    GREEN = "green"
    AQUA_GREEN = "aqua-green"
    BLUE = "blue"
    PURPLE = "purple"
    PINK = "pink"
    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"


class Need(StrEnum):
    """What a person must give with a status."""

    REASON = "reason"
    RECOVERY_DATE = "recovery_date"
    EVIDENCE = "evidence"


def parse_scale(framework: Table, builtin_scale: Callable[[str], bytes | None]) -> tuple[StatusDefinition, ...]:
    """The scale under the key "scale": a name of a built-in scale, or [[scale]] tables in the file itself."""
    if not isinstance(framework.values.get("scale", ""), str):
        return _statuses(framework)
    name = framework.text("scale", longest=40)
    if not name:
        return ()
    content = builtin_scale(name)
    if content is None:
        framework.fault(
            "scale", f'there is no built-in scale {quoted(name)}. Write "default", or give [[scale]] tables.'
        )
        return ()
    faults = Faults(f"scales/{name}.toml")
    scale = _statuses(Table(read_toml(content, faults), "", faults, ("scale",)))
    framework.faults.sentences.extend(faults.sentences)
    return scale


def _statuses(parent: Table) -> tuple[StatusDefinition, ...]:
    found = [
        _status(Table(values, _item(place, values), parent.faults, STATUS_KEYS))
        for place, values in enumerate(parent.tables("scale"), start=1)
    ]
    scale = tuple(status for status in found if status is not None)
    _refuse_repeats(parent, "code", [status.code for status in scale])
    _refuse_repeats(parent, "label", [status.label for status in scale])
    if None not in found:
        _check_classes(parent, scale)
    return scale


def _item(place: int, values: dict[str, object]) -> str:
    code = values.get("code")
    return f"status {code}" if isinstance(code, str) and 0 < len(code) <= 40 else f"status in place {place}"


def _status(table: Table) -> StatusDefinition | None:
    code = table.text("code", longest=40, shape=STATUS_CODE, shape_says=STATUS_CODE_SAYS)
    label = table.text("label", longest=80)
    definition = table.text("definition", longest=2_000)
    colour = table.choice("colour", Colour)
    status_class = table.choice("class", StatusClass)
    needs = table.choices("needs", Need)
    if status_class is StatusClass.NO_UPDATE:
        table.fault("class", '"no_update" is the absence of any record and cannot be chosen. Use another class.')
    if colour is None or status_class is None:
        return None
    return StatusDefinition(
        code=code,
        label=label,
        definition=definition,
        colour=colour.value,
        status_class=status_class,
        needs_reason=Need.REASON in needs,
        needs_recovery_date=Need.RECOVERY_DATE in needs,
        needs_evidence=Need.EVIDENCE in needs,
    )


def _refuse_repeats(parent: Table, key: str, values: list[str]) -> None:
    for value, places in repeated(values).items():
        times = f"{quoted(value)} is used {len(places)} times"
        parent.fault("scale", f"{key} {times}. Give each status its own {key}.")


def _check_classes(parent: Table, scale: tuple[StatusDefinition, ...]) -> None:
    """Every move of a status needs a class: open, claimed, assured, not applicable."""
    classes = {status.status_class for status in scale}
    for is_there, what in (
        (
            any(status_class.is_open for status_class in classes - {StatusClass.NO_UPDATE}),
            "an open class (on_course, say)",
        ),
        (StatusClass.DONE_CLAIMED in classes, 'class "done_claimed"'),
        (StatusClass.DONE_ASSURED in classes, 'class "done_assured"'),
        (StatusClass.NOT_APPLICABLE in classes, 'class "not_applicable"'),
    ):
        if not is_there:
            parent.fault("scale", f"no status has {what}. Add one.")
