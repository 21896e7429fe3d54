"""Which rows a pass looks at: all, or only those of which something may have fallen due since a pass was complete.

Of a row that has not changed since then, nothing is due but what comes up by its day. What changes a row is written
down by those who change it, with the instant; here those instants are read, so that nobody need tell the reminders of
anything. A fortieth of the organisations is looked at whatever is known of them, another each day.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from importlib.metadata import version
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.models import Membership
from tracker.appointments.models import Appointment
from tracker.audit.models import AuditEntry
from tracker.db import read, session
from tracker.frameworks.catalogue import is_known_revision, read_catalogue
from tracker.frameworks.models import FrameworkRevision
from tracker.organisations.models import Organisation, OrganisationKind, OrganisationLife, OrganisationService
from tracker.organisations.queries import tracked_types
from tracker.progress.models import Adoption, Confirmation, ProgressEntry, Target
from tracker.reminders.models import CompletePass, ReminderCadence
from tracker.reminders.rulebook import rulebook

LONGEST_SAVE = timedelta(hours=1)
"""What was written so long before a pass began, it has read: no transaction lasts as long."""
MOST_CHANGED = 1_000
"""Where more organisations have changed, all are looked at: so many still fit into a statement of either database."""
PARTS = 40


@dataclass(frozen=True, slots=True)
class Look:
    """What is looked at: all if ``after`` is None, else what is due after that day and all of some bodies."""

    after: date | None = None
    bodies: frozenset[int] = frozenset()


EVERYTHING = Look()


def look_on(on: date) -> Look:
    """What a pass for a day has to look at, in a few statements."""
    last = read(sa.select(CompletePass.made_for, CompletePass.began_at, CompletePass.rules)).one_or_none()
    if last is None or last.made_for > on or last.rules != rules_in_force():
        return EVERYTHING
    if any(last.made_for < ask.effective_from <= on for ask in read_catalogue().asks.values()):
        return EVERYTHING
    changed = _changed(last.began_at - LONGEST_SAVE, last.made_for, on)
    if len(changed) > MOST_CHANGED:
        return EVERYTHING
    # With those of the days on which no pass was made: else some would come up seldom.
    days = min(PARTS, max(1, (on - last.made_for).days))
    parts = [(on.toordinal() - number) % PARTS for number in range(days)]
    of_the_day = read(sa.select(Organisation.id).where((Organisation.id % PARTS).in_(parts)))
    return Look(last.made_for, changed.union(of_the_day.scalars()))


def note_complete(on: date, began_at: datetime) -> None:
    """Write down that a pass for today, which began to read at an instant, left nothing undecided; no commit.

    One for another day says nothing of what the days between had changed. The first of a day stands.
    """
    if on != clock.today():
        return
    rules = rules_in_force()
    if read(sa.select(CompletePass.made_for, CompletePass.rules)).one_or_none() == (on, rules):
        return
    noted = {"made_for": on, "began_at": began_at, "rules": rules}
    insert = sqlite.insert if session().get_bind().dialect.name == "sqlite" else postgresql.insert
    session().execute(
        insert(CompletePass).values(id=1, **noted).on_conflict_do_update(index_elements=["id"], set_=noted)
    )


def rules_in_force() -> str:
    """A hash of what decides of every row: the service, its rules, the frameworks, and the types that are tracked."""
    revisions = read(sa.select(FrameworkRevision.id).where(is_known_revision(None)).order_by(FrameworkRevision.id))
    said = repr(
        (
            version("health-inequalities-action-tracker"),
            rulebook(),
            list(revisions.scalars()),
            sorted(tracked_types()),
        )
    )
    return hashlib.sha256(said.encode()).hexdigest()


def _changed(since: datetime, after: date, on: date) -> frozenset[int]:
    """The organisations of which something was written since an instant, or holds from a day after another."""
    switched_on = read(
        sa.select(AuditEntry.subject).where(AuditEntry.recorded_at >= since, AuditEntry.verb == "account switched on")
    )
    people = [int(subject.rpartition(" ")[2]) for subject in switched_on.scalars()]
    selects = [
        *(_added(table, since) for table in (ProgressEntry, Target, Confirmation)),
        *(
            _dated(table, since, after, on)
            for table in (OrganisationLife, OrganisationKind, OrganisationService, Adoption, Appointment)
        ),
        _written(ReminderCadence, ReminderCadence.recorded_at, ReminderCadence.superseded_at, since),
        _written(Membership, Membership.granted_at, Membership.ended_at, since),
        *_of_people(people),
    ]
    return frozenset(each for each in read(sa.union_all(*selects)).scalars() if each is not None)


def _added(table: Any, since: datetime) -> sa.Select[int]:
    """From the newest row back to the last that is old enough: what has millions of rows has no index of instants."""
    older = sa.orm.aliased(table)
    last_id = sa.select(older.id).where(older.recorded_at < since).order_by(older.id.desc()).limit(1).scalar_subquery()
    return sa.select(table.organisation_id).where(table.id > sa.func.coalesce(last_id, 0))


def _dated(table: Any, since: datetime, after: date, on: date) -> sa.Select[int]:
    begins = sa.and_(table.starts_on > after, table.starts_on <= on)
    return sa.select(table.organisation_id).where(
        sa.or_(table.recorded_at >= since, table.superseded_at >= since, begins)
    )


def _written(table: Any, begun_at: Any, ended_at: Any, since: datetime) -> sa.Select[int]:
    return sa.select(table.organisation_id).where(sa.or_(begun_at >= since, ended_at >= since))


def _of_people(people: Collection[int]) -> list[sa.Select[int | None]]:
    if not people:
        return []
    return [sa.select(Membership.organisation_id).where(Membership.person_id.in_(sorted(set(people))))]
