"""Opens the files of measures that the package brings, once for each process; it knows no database."""

from __future__ import annotations

from functools import cache
from importlib import resources

from tracker.measures.definition import MeasureDefinition
from tracker.measures.parsing import parse_measures, refuse_repeats

BUILT_IN = ("8ua-2020", "core20plus5-adults")
"""The files of the package, in the order in which their measures are shown."""


@cache
def built_in_measures() -> tuple[MeasureDefinition, ...]:
    """Every measure of the package, in order. Raises DefinitionError where a file has a fault."""
    folder = resources.files("tracker.measures") / "data"
    found: list[MeasureDefinition] = []
    for name in BUILT_IN:
        found += parse_measures((folder / f"{name}.toml").read_bytes(), f"{name}.toml")
    refuse_repeats(found)
    return tuple(found)
