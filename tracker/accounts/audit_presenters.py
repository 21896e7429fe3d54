"""What the audit says, on the page in words and in the file as it is stored; it reads nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.accounts.audit_rows import AuditLine
from tracker.accounts.audit_words import (
    FOR_MACHINES,
    key_in_words,
    roles_in_words,
    subject_in_words,
    value_in_words,
    verb_in_words,
)
from tracker.audit.service import COMMAND_LINE, SERVICE_CHAIN, SERVICE_ITSELF
from tracker.web.downloads import Cell
from tracker.web.wording import day_and_time

COLUMNS = (
    {"text": "When", "sort": "when"},
    {"text": "What"},
    {"text": "Who"},
    {"text": "Details"},
    {"text": "Organisation"},
    {"text": "Request"},
)
CSV_HEADINGS = (
    "recorded_at",
    "organisation_code",
    "number",
    "person_id",
    "person",
    "role",
    "what",
    "about",
    "before",
    "after",
    "request_id",
    "entry_hash",
)
LONGEST_IN_EXCEL = 32_000
"""Characters; a cell of Excel holds 32,767, and an import may name thousands of organisations."""
NOBODY = "Nobody signed in"
FORGOTTEN = "forgotten"
_PERSON = re.compile(r"person (\d+)")

Names = Mapping[int, str]


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One row of the page."""

    at: str
    what: str
    about: str
    who: str
    role: str
    organisation: str
    details: tuple[str, ...]
    request_id: str


def people_in(lines: Iterable[AuditLine]) -> set[int]:
    """Everybody whom the page names: who did it, and about whom it was."""
    found: set[int] = set()
    for line in lines:
        if line.person_id is not None:
            found.add(line.person_id)
        if subject := _PERSON.fullmatch(line.subject):
            found.add(int(subject[1]))
        found.update(_person_values(line.before), _person_values(line.after))
    return found


def shown_entry(line: AuditLine, names: Names) -> ShownEntry:
    """An entry in words; people by name, those who are forgotten by number."""
    subject = _PERSON.fullmatch(line.subject)
    return ShownEntry(
        at=day_and_time(line.recorded_at),
        what=verb_in_words(line.verb),
        about=person_in_words(int(subject[1]), names) if subject else subject_in_words(line.subject),
        who=_who(line, names),
        role=roles_in_words(line.role) if line.person_id is not None else "",
        organisation="The service" if line.chain == SERVICE_CHAIN else line.chain,
        details=tuple(_details(line.before or {}, line.after or {}, names)),
        request_id=line.request_id,
    )


def person_in_words(person_id: int, names: Names) -> str:
    """
    >>> person_in_words(17, {17: "Robin Ashdown"}), person_in_words(18, {})
    ('Robin Ashdown', 'Person 18 (forgotten)')
    """
    return names.get(person_id) or f"Person {person_id} ({FORGOTTEN})"


def file_cells(line: AuditLine, names: Names | None, *, longest: int | None = None) -> tuple[Cell, ...]:
    """An entry as the file holds it, under CSV_HEADINGS: as it is stored, so that its hash can be computed again.

    ``names`` is None where the file holds people by number only.
    """
    person = "" if names is None or line.person_id is None else names.get(line.person_id, FORGOTTEN)
    return (
        line.recorded_at.isoformat(),
        line.chain,
        line.number,
        line.person_id,
        person,
        line.role,
        line.verb,
        line.subject,
        _stored(line.before, longest),
        _stored(line.after, longest),
        line.request_id,
        line.entry_hash,
    )


def _stored(values: dict[str, Any] | None, longest: int | None) -> str:
    text = "" if values is None else json.dumps(values, sort_keys=True, ensure_ascii=False)
    return text if longest is None or len(text) <= longest else f"{text[:longest]}… (the csv file has the rest)"


def _who(line: AuditLine, names: Names) -> str:
    if line.person_id is not None:
        return person_in_words(line.person_id, names)
    return {COMMAND_LINE: "Command line", SERVICE_ITSELF: "The service itself"}.get(line.role, NOBODY)


def _details(before: dict[str, Any], after: dict[str, Any], names: Names) -> Iterator[str]:
    """One line for each thing: what it was and what it is; what was nothing and is nothing is left out."""
    nothing: tuple[Any, ...] = (None, "", [], {})
    for key in {**before, **after}:
        was, now = before.get(key), after.get(key)
        if key in FOR_MACHINES or (was in nothing and now in nothing):
            continue
        label = key_in_words(key)
        if key in before and key in after:
            change = "" if was == now else f"{_value(key, was, names)} → "
            yield f"{label}: {change}{_value(key, now, names)}"
        elif key in after:
            yield f"{label}: {_value(key, now, names)}"
        else:
            yield f"{label} before: {_value(key, was, names)}"


def _value(key: str, value: Any, names: Names) -> str:
    is_person = key == "person" and isinstance(value, int)
    return person_in_words(value, names) if is_person else value_in_words(key, value)


def _person_values(values: dict[str, Any] | None) -> Iterator[int]:
    value = (values or {}).get("person")
    if isinstance(value, int):
        yield value
