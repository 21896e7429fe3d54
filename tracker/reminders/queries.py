"""Reads what is due and who is to be told, a few statements whatever the number of organisations.

It must not write, and it holds each wording once however many organisations share it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from tracker.accounts.queries import holders_of
from tracker.accounts.rules import Role
from tracker.appointments.queries import asks_to_remind_of
from tracker.frameworks.rules import DatePrecision
from tracker.progress.queries import open_items_due_by
from tracker.progress.rows import OpenItem
from tracker.reminders.rules import STANDARD, Slot, slot_on

ROLES_REMINDED = frozenset({Role.LEAD, Role.SYSTEM})
"""A system team is reminded of the system's own asks only, never of its members'."""

AnswersFor = Mapping[int, frozenset[int] | None]
"""The organisations somebody is reminded of: all asks of each (None), or only those that they own there."""


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


def recipients(on: date) -> dict[int, AnswersFor]:
    """The people to be told, and what each of them answers for: by role now, and as the owner of asks on a day.

    Whoever is reminded of all asks of an organisation is so of those that they own there, once.
    """
    found: dict[int, dict[int, frozenset[int] | None]] = {
        person_id: dict(bodies) for person_id, bodies in asks_to_remind_of(on).items()
    }
    for holder in holders_of(ROLES_REMINDED):
        if holder.organisation_id is not None:
            found.setdefault(holder.person_id, {})[holder.organisation_id] = None
    return {person_id: dict(sorted(bodies.items())) for person_id, bodies in sorted(found.items())}


def due_for(work: DueWork, answers_for: AnswersFor) -> dict[int, Sequence[DueAsk]]:
    """What is due for one person, by organisation; organisations with nothing due for them are left out."""
    due: dict[int, Sequence[DueAsk]] = {
        body: of_body if asks is None else [ask for ask in of_body if ask.ask_id in asks]
        for body, asks in answers_for.items()
        if (of_body := work.asks_of.get(body))
    }
    return {body: asks for body, asks in due.items() if asks}


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
