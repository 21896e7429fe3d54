"""The rules of reminders as the data file beside this one has them; it knows no row and no page."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from tracker.mail.topics import Topic
from tracker.reminders.rules import Cadence, NamedCadence, RuleBook


@lru_cache(maxsize=1)
def rulebook() -> RuleBook:
    """The rules that are in force. Raises ValueError where the file does not hold together."""
    text = (resources.files("tracker.reminders") / "rules.toml").read_text(encoding="utf-8")
    return rulebook_from(tomllib.loads(text))


def rulebook_from(content: dict[str, Any]) -> RuleBook:
    """The same from what such a file holds."""
    cadences = tuple(
        NamedCadence(each["code"], each["label"], _days(each, each["code"])) for each in content["cadence"]
    )
    codes = {each.code for each in cadences}
    if not all(re.fullmatch(r"[a-z]+", code) for code in codes):
        raise ValueError("A code of a cadence is a word of small letters.")
    if len(codes) < len(cadences) or not cadences:
        raise ValueError("Each cadence needs a code of its own, and there is at least one.")
    if unknown := set(content["framework"].values()) - codes:
        raise ValueError(f"There is no cadence {', '.join(sorted(unknown))}: name one of {', '.join(sorted(codes))}.")
    topics = {Topic(name): _days(days, name) for name, days in content["topic"].items()}
    return RuleBook(
        cadences=cadences,
        of_framework=content["framework"],
        of_topic=topics,
        quiet_days=_at_least_one(content["topic"]["stale"], "quiet_days"),
        stop_after=_at_least_one(content, "stop_after"),
        snooze_most_days=_at_least_one(content, "snooze_most_days"),
        look_ahead_days=_at_least_one(content, "look_ahead_days"),
        working_days_only=bool(content["working_days_only"]),
    )


def _days(content: dict[str, Any], name: str) -> Cadence:
    before = tuple(int(number) for number in content.get("days_before", ()))
    made = Cadence(before, int(content.get("first_after", 0)), int(content.get("then_every", 0)))
    if any(number < 1 for number in before) or len(set(before)) < len(before):
        raise ValueError(f"{name}: days_before are whole numbers of days, each once.")
    if made.first_after < 0 or (made.first_after and made.then_every < 1):
        raise ValueError(f"{name}: what has first_after needs then_every, a whole number of days.")
    return made


def _at_least_one(content: dict[str, Any], name: str) -> int:
    number = int(content[name])
    if number < 1:
        raise ValueError(f"{name} must be 1 or more.")
    return number
