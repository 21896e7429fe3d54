"""Opens framework files: the built-in ones of the package, or one that a person names."""

from __future__ import annotations

import re
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

from tracker.frameworks.definition import Definition, DefinitionError
from tracker.frameworks.parsing import parse_definition
from tracker.frameworks.toml import LARGEST_FILE

BUILT_IN = ("8ua-2020", "rcp-2024")
"""The frameworks of the package, in the order in which they are loaded and shown."""


def built_in_definitions() -> tuple[Definition, ...]:
    """Every framework of the package, in order."""
    return tuple(built_in_definition(code) for code in BUILT_IN)


def built_in_definition(code: str) -> Definition:
    """One framework of the package, such as "8ua-2020"."""
    name = f"{code}.toml"
    return parse_definition((_data() / name).read_bytes(), name, _builtin_scale)


def read_definition(path: Path) -> Definition:
    """The framework in a file. Raises DefinitionError, where the file cannot be read too."""
    try:
        with path.open("rb") as file:
            # One byte more than may be there is enough to know that there is too much.
            content = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise DefinitionError([f"{path.name}: there is no such file. Check the name and the folder."]) from None
    except IsADirectoryError:
        raise DefinitionError([f"{path.name}: this is a folder. Name a framework file in it."]) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise DefinitionError([f"{path.name}: the file cannot be read ({reason})."]) from error
    return parse_definition(content, path.name, _builtin_scale)


def _data() -> Traversable:
    return resources.files("tracker.frameworks") / "data"


def _builtin_scale(name: str) -> bytes | None:
    if not re.fullmatch(r"[a-z0-9-]+", name):
        return None
    file = _data() / "scales" / f"{name}.toml"
    return file.read_bytes() if file.is_file() else None
