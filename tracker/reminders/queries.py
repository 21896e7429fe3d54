"""Reads what is due and who is to be told, a few statements whatever the number of organisations.

It must not write, and it holds each wording once however many organisations share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from tracker.accounts.queries import holders_of
from tracker.accounts.rules import Role
from tracker.frameworks.rules import DatePrecision
from tracker.progress.queries import open_items_due_by
from tracker.progress.rows import OpenItem
from tracker.reminders.rules import STANDARD, Slot, slot_on

ROLES_REMINDED = frozenset({Role.LEAD, Role.SYSTEM})
"""A system team is reminded of the system's own asks only, never of its members'."""


@dataclass(frozen=True, slots=True)
class DueAsk:
    """One ask against one deadline, with the reminder that falls due: shared by all it fits."""

    ask_id: int
    framework_code: str
    ask_ref: str
    wording: str
    deadline_on: date
    precision: DatePrecision | None
    is_target: bool
    slot: Slot


@dataclass(frozen=True, slots=True)
class DueWork:
    """What is due on a day: the asks of each organisation, and its code and name."""

    asks_of: dict[int, list[DueAsk]] = field(default_factory=dict)
    names: dict[int, tuple[str, str]] = field(default_factory=dict)


def organisations_of_recipients() -> dict[int, tuple[int, ...]]:
    """The people to be told, and the organisations each of them answers for now."""
    found: dict[int, set[int]] = {}
    for holder in holders_of(ROLES_REMINDED):
        if holder.organisation_id is not None:
            found.setdefault(holder.person_id, set()).add(holder.organisation_id)
    return {person_id: tuple(sorted(bodies)) for person_id, bodies in sorted(found.items())}


def work_due(on: date, bodies_of: Mapping[int, Iterable[int]]) -> DueWork:
    """Everything that a reminder has fallen due for, in the organisations somebody answers for."""
    return gather(open_items_due_by(on + STANDARD.horizon, on=on), on, bodies_of)


def gather(items: Iterable[OpenItem], on: date, bodies_of: Mapping[int, Iterable[int]]) -> DueWork:
    """The same from any items; what nobody answers for and what has no reminder yet is left out."""
    wanted = {body for bodies in bodies_of.values() for body in bodies}
    shared: dict[tuple[int, date, bool], DueAsk] = {}
    work = DueWork()
    for item in items:
        if item.organisation_id not in wanted:
            continue
        key = (item.ask_id, item.deadline_on, item.is_target)
        due = shared.get(key)
        if due is None:
            slot = slot_on(item.deadline_on, on)
            if slot is None:
                continue
            due = shared[key] = DueAsk(
                ask_id=item.ask_id,
                framework_code=item.framework_code,
                ask_ref=item.ask_ref,
                wording=item.wording,
                deadline_on=item.deadline_on,
                precision=item.precision,
                is_target=item.is_target,
                slot=slot,
            )
        work.asks_of.setdefault(item.organisation_id, []).append(due)
        work.names.setdefault(item.organisation_id, (item.organisation_code, item.organisation_name))
    return work
