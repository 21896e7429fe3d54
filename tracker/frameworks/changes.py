"""Says what differs between what a framework said and what it says now; plain Python, it stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from tracker.frameworks.definition import (
    ActionDefinition,
    AskDefinition,
    Definition,
    SourceDefinition,
    StatusDefinition,
)

Item = ActionDefinition | AskDefinition | StatusDefinition


class ChangeKind(StrEnum):
    """What happened to one item of a framework."""

    ADDED = "added"
    CORRECTED = "corrected"
    WITHDRAWN = "withdrawn"
    REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Change:
    """One item that changed (framework, action, ask or status), with the changed fields only."""

    kind: ChangeKind
    item: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None

    @property
    def verb(self) -> str:
        """The words for the audit, such as "ask corrected"."""
        return f"{self.item} {self.kind.value}"


def changes_between(old: Definition, new: Definition) -> tuple[Change, ...]:
    """Every item that differs, in the order of the new file; nothing where the two say the same."""
    return (
        *_framework_changes(old, new),
        *_item_changes("action", f"{new.code}/action ", "number", old.actions, new.actions),
        *_item_changes("ask", f"{new.code}/", "ref", old.asks, new.asks),
        *_item_changes("status", f"{new.code}/status ", "code", old.scale, new.scale),
    )


def refusals_between(old: Definition, new: Definition, homes: Mapping[str, str]) -> tuple[str, ...]:
    """What a corrected file may not do, because recorded history points at it; a sentence each.

    An ask may be withdrawn (its history stays) but not moved: past roll-ups by action would change. ``homes``
    is the action of every ask there ever was, by ref, so that a withdrawn one comes back to where it was. A
    status may be reworded but neither go nor change its class: recorded entries hold its code and its class.
    """
    found = []
    for ask in new.asks:
        home = homes.get(ask.ref, ask.action_number)
        if home != ask.action_number:
            found.append(
                f'{new.code}, ask {ask.ref}, action: it belongs to action "{home}" and cannot move to '
                f'"{ask.action_number}". Leave it there, or give the new ask a ref of its own.'
            )
    statuses = {status.code: status for status in new.scale}
    for status in old.scale:
        kept = statuses.get(status.code)
        if kept is None:
            found.append(
                f"{new.code}, status {status.code}, code: it is missing, and progress may have been recorded "
                "with it. Put it back, or load a new version of the framework under a code of its own."
            )
        elif kept.status_class is not status.status_class:
            found.append(
                f'{new.code}, status {status.code}, class: it is "{status.status_class}" and cannot become '
                f'"{kept.status_class}", because progress may have been recorded with it. Add a new status.'
            )
    return tuple(found)


def _framework_changes(old: Definition, new: Definition) -> Iterator[Change]:
    before, after = _differences(_framework_fields(old), _framework_fields(new))
    if after:
        yield Change(ChangeKind.CORRECTED, "framework", new.code, before, after)


def _item_changes(item: str, prefix: str, key: str, old: Sequence[Item], new: Sequence[Item]) -> Iterator[Change]:
    was = {str(getattr(one, key)): one for one in old}
    now = {str(getattr(one, key)): one for one in new}
    for name, value in now.items():
        if name not in was:
            yield Change(ChangeKind.ADDED, item, prefix + name, None, plain_fields(value))
            continue
        before, after = _differences(plain_fields(was[name]), plain_fields(value))
        if after:
            yield Change(ChangeKind.CORRECTED, item, prefix + name, before, after)
    for name, value in was.items():
        if name not in now:
            yield Change(ChangeKind.WITHDRAWN, item, prefix + name, plain_fields(value), None)
    old_order = [name for name in was if name in now]
    new_order = [name for name in now if name in was]
    if old_order != new_order:
        framework = prefix.partition("/")[0]
        yield Change(ChangeKind.REORDERED, item, framework, {"order": old_order}, {"order": new_order})


def _framework_fields(definition: Definition) -> dict[str, Any]:
    lists = ("actions", "asks", "scale")
    return {key: value for key, value in plain_fields(definition).items() if key not in lists}


def plain_fields(value: Definition | SourceDefinition | Item) -> dict[str, Any]:
    """An item's fields as JSON can hold them, for the audit: dates in ISO form, lists for tuples."""
    return {key: _plain(field) for key, field in asdict(value).items()}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return value


def _differences(before: dict[str, Any], after: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    changed = [key for key in after if before[key] != after[key]]
    return {key: before[key] for key in changed}, {key: after[key] for key in changed}
