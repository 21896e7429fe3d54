"""Reads what people and organisations have chosen about reminders; it writes nothing, and asks for no right to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.db import read
from tracker.mail.topics import Topic
from tracker.reminders.models import ReminderCadence, ReminderPreference, Snooze


@dataclass(frozen=True, slots=True)
class OwnSnooze:
    """Until when somebody has snoozed one item themselves, since when, and why."""

    snooze_id: int
    true_on: date
    until_on: date
    reason: str


@dataclass(frozen=True, slots=True)
class ChosenCadence:
    """The code of the cadence that an organisation has chosen; ``choice_id`` is 0 and the code "" where it has not."""

    choice_id: int = 0
    code: str = ""
    true_on: date | None = None


def find_snooze(person_id: int, organisation_id: int, ask_id: int) -> OwnSnooze | None:
    """The snooze of an item that somebody has chosen last and not taken back, over or not."""
    row = read(
        sa.select(Snooze.id, Snooze.true_on, Snooze.until_on, Snooze.reason).where(
            Snooze.person_id == person_id,
            Snooze.organisation_id == organisation_id,
            Snooze.ask_id == ask_id,
            Snooze.superseded_at.is_(None),
        )
    ).one_or_none()
    return OwnSnooze(*row) if row else None


def topics_off(person_id: int) -> frozenset[Topic]:
    """Which topics somebody does without."""
    rows = read(
        sa.select(ReminderPreference.topic).where(
            ReminderPreference.person_id == person_id, ReminderPreference.superseded_at.is_(None)
        )
    )
    return frozenset(rows.scalars())


def cadence_of(organisation_id: int) -> ChosenCadence:
    """Which cadence an organisation has chosen."""
    row = read(
        sa.select(ReminderCadence.id, ReminderCadence.cadence, ReminderCadence.true_on).where(
            ReminderCadence.organisation_id == organisation_id, ReminderCadence.superseded_at.is_(None)
        )
    ).one_or_none()
    return ChosenCadence(*row) if row else ChosenCadence()
