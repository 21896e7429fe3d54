"""Makes a definition from the bytes of a framework file, or refuses it with every fault; it opens no file.

The layout is explained at the top of data/8ua-2020.toml and data/scales/default.toml.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from tracker.frameworks.ask_parsing import ASK_KEYS, PARAGRAPH, REF, REF_SAYS, parse_ask
from tracker.frameworks.definition import (
    ActionDefinition,
    AskDefinition,
    Definition,
    DefinitionError,
    SourceDefinition,
    StatusDefinition,
)
from tracker.frameworks.rules import Enrolment
from tracker.frameworks.scale_parsing import parse_scale
from tracker.frameworks.tables import Faults, Table, quoted, repeated
from tracker.frameworks.toml import read_toml

FRAMEWORK_KEYS = (
    *("code", "title", "issuer", "issued_on", "effective_from", "effective_to", "enrolment", "supersedes"),
    *("position", "note", "scale", "sources", "actions", "asks"),
)
SOURCE_KEYS = ("title", "url", "published", "note")
ACTION_KEYS = ("number", "title", "label")

CODE, CODE_SAYS = (
    r"[a-z0-9]+(-[a-z0-9]+)*",
    'Use small letters, digits and single hyphens, such as "8ua-2020".',
)


def parse_definition(content: bytes, file: str, builtin_scale: Callable[[str], bytes | None]) -> Definition:
    """The definition in a file's bytes. Raises DefinitionError with every fault, by file, item and field.

    ``builtin_scale`` gives the bytes of a scale of the package by its name, or None where there is none.
    """
    faults = Faults(file)
    values = read_toml(content, faults)
    if faults.sentences:
        raise DefinitionError(faults.sentences)
    table = Table(values, "framework", faults, FRAMEWORK_KEYS)
    definition = _framework(table, parse_scale(table, builtin_scale))
    if faults.sentences or definition is None:
        raise DefinitionError(faults.sentences)
    return definition


def _framework(table: Table, scale: tuple[StatusDefinition, ...]) -> Definition | None:
    code = table.text("code", longest=40, shape=CODE, shape_says=CODE_SAYS)
    title = table.text("title", longest=200)
    issuer = table.text("issuer", longest=200)
    issued_on = table.day("issued_on")
    effective_from = table.day("effective_from")
    effective_to = table.day("effective_to", is_required=False)
    enrolment = table.choice("enrolment", Enrolment)
    supersedes = table.text("supersedes", longest=40, is_required=False, shape=CODE, shape_says=CODE_SAYS)
    position = table.number("position", most=10_000)
    note = table.text("note", longest=PARAGRAPH, is_required=False)
    sources = _sources(table)
    actions = _actions(table)
    asks = _asks(table, [action.number for action in actions])
    if effective_from and effective_to and effective_to < effective_from:
        table.fault("effective_to", "it is before effective_from. Write a later day, or leave it out.")
    if issued_on and effective_from and effective_from < issued_on:
        table.fault("effective_from", "it is before issued_on: nothing holds before it was issued. Write a later day.")
    if supersedes and supersedes == code:
        table.fault("supersedes", "a framework cannot supersede itself. Name the version before it, or leave it out.")
    if issued_on is None or effective_from is None or enrolment is None:
        return None
    return Definition(
        code=code,
        title=title,
        issuer=issuer,
        issued_on=issued_on,
        effective_from=effective_from,
        effective_to=effective_to,
        enrolment=enrolment,
        supersedes_code=supersedes or None,
        position=position,
        note=note,
        sources=sources,
        actions=actions,
        asks=asks,
        scale=scale,
    )


def _sources(framework: Table) -> tuple[SourceDefinition, ...]:
    found = []
    for number, values in enumerate(framework.tables("sources"), start=1):
        table = Table(values, f"source {number}", framework.faults, SOURCE_KEYS)
        found.append(
            SourceDefinition(
                title=table.text("title", longest=300),
                url=table.url("url", longest=500),
                published=table.text("published", longest=100, is_required=False),
                note=table.text("note", longest=PARAGRAPH, is_required=False),
            )
        )
    return tuple(found)


def _actions(framework: Table) -> tuple[ActionDefinition, ...]:
    found = []
    for item, values in _named(framework.tables("actions"), "action", "number"):
        table = Table(values, item, framework.faults, ACTION_KEYS)
        found.append(
            ActionDefinition(
                number=table.text("number", longest=20, shape=REF, shape_says=REF_SAYS),
                title=table.text("title", longest=300),
                label=table.text("label", longest=200),
            )
        )
    if not found:
        framework.fault("actions", "there are none. Add at least one, opened with [[actions]].")
    _refuse_repeats(framework, "action", "number", [action.number for action in found])
    return tuple(found)


def _asks(framework: Table, action_numbers: list[str]) -> tuple[AskDefinition, ...]:
    tables = [
        Table(values, item, framework.faults, ASK_KEYS)
        for item, values in _named(framework.tables("asks"), "ask", "ref")
    ]
    read = [(parse_ask(table, action_numbers), table.values.get("ref"), table.values.get("action")) for table in tables]
    if not read:
        framework.fault("asks", "there are none. Add at least one, opened with [[asks]].")
    _refuse_repeats(framework, "ask", "ref", [ref.strip() for _, ref, _ in read if isinstance(ref, str)])
    used = {action.strip() for _, _, action in read if isinstance(action, str)}
    for number in action_numbers:
        if number and number not in used:
            framework.faults.add(f"action {number}", "asks", "it has none. Add an ask to it, or take the action out.")
    return tuple(ask for ask, _, _ in read if ask is not None)


def _named(tables: Iterable[dict[str, object]], kind: str, key: str) -> Iterable[tuple[str, dict[str, object]]]:
    """Each table with the name people know it by ("ask 6.1"), or its place in the file where it has none."""
    for place, values in enumerate(tables, start=1):
        name = values.get(key)
        is_usable = isinstance(name, str) and name.strip() and len(name) <= 20
        yield (
            (f"{kind} {quoted(str(name).strip())[1:-1]}" if is_usable else f"{kind} in place {place}"),
            values,
        )


def _refuse_repeats(framework: Table, kind: str, key: str, names: list[str]) -> None:
    for name, places in repeated(names).items():
        framework.faults.add(
            f"{kind} {name}",
            key,
            f"{quoted(name)} is used {len(places)} times (in places {', '.join(map(str, places))}). "
            f"Give each its own {key}.",
        )
