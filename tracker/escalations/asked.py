"""What a step asks and what was responded, for the pages on which somebody responds or judges; it reads nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from tracker.accounts.rules import Role
from tracker.escalations.presenters import raised_words, response_words
from tracker.escalations.rows import Told, steps_of
from tracker.web.wording import NOT_PROVIDED, day


@dataclass(frozen=True, slots=True)
class Response:
    """What the organisation said to a step, and when."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """The step that waits: to whom, by whom and until when, its words, and every response to it."""

    rows: tuple[dict[str, str], ...]
    words: str
    responses: tuple[Response, ...]


def what_is_asked(told: Told, today: date) -> Asked | None:
    """The step that waits for a response or for somebody to judge it; None where none does."""
    if told.open is None or told.open.record.response_due_on is None:
        return None
    steps = steps_of(told.open.events)
    if not steps:
        return None
    step, record = steps[-1], told.open.record
    rows = (
        ("Raised to", raised_words(record)),
        ("Raised by", f"{_role(step.raised.role)}, on {day(step.raised.true_on)}"),
        ("Response due", response_words(record, today)),
    )
    return Asked(
        rows=tuple({"key": key, "value": value} for key, value in rows),
        words=step.raised.text or NOT_PROVIDED,
        responses=tuple(Response(f"Response of {day(each.true_on)}", each.text) for each in step.answers),
    )


def _role(role: str) -> str:
    """In which role: who it was stands in the record, and is not needed to respond."""
    return Role(role).label if role in set(Role) else "Not known"
