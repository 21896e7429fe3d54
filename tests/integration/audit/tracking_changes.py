"""How the entries of the audit about frameworks and organisations come about: somebody loads a file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from integration.audit.stage import Happening, Stage

from tracker.frameworks.definition import ActionDefinition, Definition
from tracker.frameworks.files import built_in_definition
from tracker.frameworks.service import load_definition

REGIONS = str(Path(__file__).resolve().parents[2] / "fixtures" / "organisations" / "regions.csv")


def corrected(change: Callable[[Definition], Definition]) -> Happening:
    """Somebody loads a file that says something else."""

    def happen(stage: Stage) -> None:
        with stage.command():
            load_definition(change(built_in_definition("8ua-2020")))

    return happen


def _changed(field_name: str, position: int, **values: Any) -> Callable[[Definition], Definition]:
    def change(definition: Definition) -> Definition:
        items = list(getattr(definition, field_name))
        items[position] = replace(items[position], **values)
        return replace(definition, **{field_name: tuple(items)})

    return change


def _with(field_name: str, added: Callable[[Definition], Any]) -> Callable[[Definition], Definition]:
    return lambda it: replace(it, **{field_name: (*getattr(it, field_name), added(it))})


def _turned_round(field_name: str) -> Callable[[Definition], Definition]:
    return lambda it: replace(it, **{field_name: tuple(reversed(getattr(it, field_name)))})


def _without_last_action(definition: Definition) -> Definition:
    *kept, gone = definition.actions
    asks = tuple(ask for ask in definition.asks if ask.action_number != gone.number)
    return replace(definition, actions=tuple(kept), asks=asks)


correct_framework = corrected(lambda it: replace(it, title="Eight actions"))


add_action = corrected(_with("actions", lambda _it: ActionDefinition("9", "A ninth", "Ninth")))


correct_action = corrected(_changed("actions", 0, label="First"))


withdraw_action = withdraw_ask = corrected(_without_last_action)


reorder_actions = corrected(_turned_round("actions"))


add_ask = corrected(_with("asks", lambda it: replace(it.asks[0], ref="1.9")))


correct_ask = corrected(_changed("asks", 0, wording="Do it"))


reorder_asks = corrected(_turned_round("asks"))


add_status = corrected(_with("scale", lambda it: replace(it.scale[0], code="nearly", label="Nearly")))


correct_status = corrected(_changed("scale", 0, label="Reworded"))


reorder_statuses = corrected(_turned_round("scale"))
