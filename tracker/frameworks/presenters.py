"""How dates of asks and changes of frameworks are written for people; it must not query or read the time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from tracker.frameworks.changes import Change, ChangeKind
from tracker.frameworks.definition import ScopeDefinition
from tracker.frameworks.rules import (
    DateKind,
    DatePrecision,
    OrganisationType,  # noqa: F401 - the examples name types and services
    Service,  # noqa: F401
)
from tracker.frameworks.service import LoadOutcome, LoadResult
from tracker.web.wording import day, month, plural


def national_date(kind: DateKind, on: date | None, precision: DatePrecision | None, season: str = "") -> str:
    """When something is asked for, in words.

    >>> national_date(DateKind.BY, date(2020, 9, 21), DatePrecision.DAY)
    'By 21 September 2020'
    >>> national_date(DateKind.BY, date(2021, 3, 31), DatePrecision.MONTH)
    'By the end of March 2021'
    >>> national_date(DateKind.FROM, date(2020, 9, 1), DatePrecision.DAY)
    'From 1 September 2020'
    >>> national_date(DateKind.FROM, date(2020, 9, 30), DatePrecision.MONTH)
    'From September 2020'
    >>> national_date(DateKind.SEASON, None, None, "2020/21")
    'Season 2020/21'
    >>> national_date(DateKind.ONGOING, None, None)
    'Ongoing'
    """
    is_month = precision is DatePrecision.MONTH
    if kind is DateKind.BY:
        return f"By the end of {month(on)}" if is_month else f"By {day(on)}"
    if kind is DateKind.FROM:
        return f"From {month(on) if is_month else day(on)}"
    if kind is DateKind.SEASON:
        return f"Season {season}"
    return kind.label


def applies_to(scopes: Sequence[ScopeDefinition]) -> tuple[str, ...]:
    """The types of body an ask applies to, a phrase each.

    >>> applies_to([ScopeDefinition(OrganisationType.TRUST, Service.MATERNITY)])
    ('NHS trust with maternity services',)
    >>> applies_to([ScopeDefinition(OrganisationType.PCN, is_optional=True)])
    ('Primary care network (optional)',)
    """
    return tuple(
        scope.organisation_type.label
        + (f" with {scope.service.label}" if scope.service else "")
        + (" (optional)" if scope.is_optional else "")
        for scope in scopes
    )


def outcome_lines(outcome: LoadOutcome) -> tuple[str, ...]:
    """What a load did: one line for the framework, and one for each thing that changed."""
    counts = f"{plural(outcome.action_count, 'action')}, {plural(outcome.ask_count, 'ask')}"
    first = f"{outcome.code}: {outcome.result.value}, {counts}"
    if outcome.result is not LoadResult.CHANGED:
        return (f"{first}.",)
    changed = plural(len(outcome.changes), "change")
    return (
        f"{first}, {changed} (revision {outcome.revision_number}).",
        *(f"  {line}" for change in outcome.changes for line in change_lines(change)),
    )


def change_lines(change: Change) -> tuple[str, ...]:
    """A change in words, a line for each field of it.

    >>> change_lines(Change(ChangeKind.CORRECTED, "ask", "8ua-2020/4.1", {"season": ""}, {"season": "2021"}))
    ('8ua-2020/4.1: season was empty, now "2021".',)
    >>> change_lines(Change(ChangeKind.WITHDRAWN, "ask", "8ua-2020/8.4", {"ref": "8.4"}, None))
    ('8ua-2020/8.4: ask withdrawn; its history is kept.',)
    """
    if change.kind is ChangeKind.WITHDRAWN:
        return (f"{change.subject}: {change.verb}; its history is kept.",)
    if change.kind is ChangeKind.ADDED:
        return (f"{change.subject}: {change.verb}.",)
    before, after = change.before or {}, change.after or {}
    if change.kind is ChangeKind.REORDERED:
        return (f"{change.subject}: order of {change.item} entries now {', '.join(after['order'])}.",)
    return tuple(
        f"{change.subject}: {_field_word(key)} was {_shown(before[key])}, now {_shown(after[key])}." for key in after
    )


_FIELD_WORDS = {
    "national_on": "national date",
    "scopes": "applies to",
    "status_class": "class",
    "supersedes_code": "supersedes",
    "source_urls": "source addresses",
}


def _field_word(key: str) -> str:
    return _FIELD_WORDS.get(key, key.replace("_", " "))


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if value is None or value in ("", []):
        return "empty"
    if isinstance(value, list):
        return "; ".join(_shown(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part not in (None, "", False))
    return f'"{value}"'
