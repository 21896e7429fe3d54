"""The ladder as the data file beside this one has it; it knows no row and no page."""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from tracker.escalations.rules import Ladder, Level, Post, check_ladder
from tracker.frameworks.rules import StatusClass


@lru_cache(maxsize=1)
def ladder() -> Ladder:
    """The ladder that is in force. Raises ValueError where the file does not hold together."""
    text = (resources.files("tracker.escalations") / "ladder.toml").read_text(encoding="utf-8")
    return ladder_from(tomllib.loads(text))


def ladder_from(content: dict[str, Any]) -> Ladder:
    """The same from what such a file holds."""
    levels = []
    for each in content["level"]:
        after = {StatusClass(name): int(days) for name, days in each["after_days"].items()}
        levels.append(Level(each["code"], each["label"], Post(each["post"]), int(each["response_days"]), after))
    made = Ladder(tuple(levels), int(content["most_days_ahead"]))
    check_ladder(made)
    return made
