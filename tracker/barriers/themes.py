"""The themes of barriers and enablers, read from the data file beside this one; it knows no row and no page.

Source: the categories seen in public surveys (Race and Health Observatory, "Supporting health inequalities leads on NHS
boards"), and those that organisations ask for beside them.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Theme:
    """What something is about; its code is stored."""

    code: str
    label: str
    hint: str


@lru_cache(maxsize=1)
def themes() -> Mapping[str, Theme]:
    """Every theme that is offered, by its code, in order. Raises ValueError where the file names a code twice."""
    content = tomllib.loads((resources.files("tracker.barriers") / "themes.toml").read_text(encoding="utf-8"))
    found = [Theme(**each) for each in content["theme"]]
    by_code = {each.code: each for each in found}
    if len(by_code) < len(found):
        raise ValueError("themes.toml names a code twice.")
    return by_code


def theme_label(code: str) -> str:
    """What a stored theme is called; one that is offered no longer can still be read.

    >>> theme_label("data"), theme_label("a_theme_of_old")
    ('Access to data', 'A theme of old')
    """
    known = themes().get(code)
    return known.label if known else code.replace("_", " ").capitalize()
