"""How tests of a pass change what is due, and look at what was sent."""

from __future__ import annotations

import re
from datetime import date, timedelta
from uuid import uuid4

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import Person
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.db import session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.frameworks.models import Ask
from tracker.frameworks.rules import StatusClass
from tracker.mail.models import LedgerEntry
from tracker.progress.models import EntryKind, Progress, ProgressEntry, Target
from tracker.progress.queries import standings_of
from tracker.reminders.models import Snooze
from tracker.reminders.service import PassOutcome

TODAY = date(2020, 11, 2)


LEAD = "lead@xn1.example.test"


def counts(outcome: PassOutcome) -> tuple[int, int, int, int]:
    return outcome.queued, outcome.sent, outcome.already, outcome.failed


def refs_in(text: str) -> set[str]:
    return set(re.findall(r"/organisations/XN1/8ua-2020/([\d.]+)/update", text))


def ask_id(ref: str) -> int:
    found = session().scalar(sa.select(Ask.id).where(Ask.ref == ref).order_by(Ask.id))
    assert found is not None
    return found


def move_deadline(organisation_id: int, ref: str, to: date, *, days_ago: int = 60) -> None:
    """Agree a target, as the service of progress writes it."""
    ask = ask_id(ref)
    with transaction() as current:
        recorded_at = clock.now() - timedelta(days=days_ago)
        current.add(
            Target(
                organisation_id=organisation_id,
                ask_id=ask,
                target_on=to,
                true_on=recorded_at.date(),
                recorded_at=recorded_at,
            )
        )
        known = current.scalar(
            sa.select(Progress).where(Progress.organisation_id == organisation_id, Progress.ask_id == ask)
        )
        if known is None:
            current.add(Progress(organisation_id=organisation_id, ask_id=ask, target_on=to))
        else:
            known.target_on = to


def say_all_that_has_no_date(organisation_id: int, *, on: date) -> None:
    """Say on a day how each open ask stands that has no date, so that nothing is quiet for a while."""
    asks = read_catalogue().asks
    for standing in standings_of(organisation_id, TODAY):
        if standing.deadline_on is None:
            record(organisation_id, asks[standing.ask_id].ref, StatusClass.ON_COURSE, true_on=on)


def name_a_lead(organisation_id: int) -> int:
    """Put somebody in post as executive lead since September, as the service of appointments writes it; their id."""
    with transaction() as current:
        person = Person(name="Ellis Moor", recorded_at=clock.now())
        current.add(person)
        current.flush()
        current.add(
            Appointment(
                organisation_id=organisation_id,
                person_id=person.id,
                role=AppointmentRole.EXECUTIVE_LEAD,
                job_title="Medical Director",
                starts_on=date(2020, 9, 1),
                recorded_at=clock.now() - timedelta(days=60),
            )
        )
        return person.id


def snooze(person_id: int, organisation_id: int, ref: str, *, until: date) -> None:
    """Have somebody not reminded of an ask until a day, as the service of choices writes it."""
    with transaction() as current:
        current.add(
            Snooze(
                person_id=person_id,
                organisation_id=organisation_id,
                ask_id=ask_id(ref),
                true_on=clock.today() - timedelta(days=60),
                until_on=until,
                reason="The board meets then",
                recorded_at=clock.now(),
                submission_key=str(uuid4()),
            )
        )


def record(
    organisation_id: int,
    ref: str,
    status_class: StatusClass,
    *,
    true_on: date = date(2020, 10, 1),
    review_on: date | None = None,
    days_ago: int = 32,
) -> None:
    """Say how an ask stands, as the service of progress writes it."""
    ask = ask_id(ref)
    with transaction() as current:
        entry = ProgressEntry(
            organisation_id=organisation_id,
            ask_id=ask,
            kind=EntryKind.UPDATE,
            status_code=status_class.value,
            status_class=status_class,
            true_on=true_on,
            review_on=review_on,
            recorded_at=clock.now() - timedelta(days=days_ago),
        )
        current.add(entry)
        current.flush()
        position = sa.select(Progress).where(Progress.organisation_id == organisation_id, Progress.ask_id == ask)
        known = current.scalar(position)
        if known is None:
            known = Progress(organisation_id=organisation_id, ask_id=ask)
            current.add(known)
        known.entry_id, known.status_class = entry.id, status_class


def ledger() -> list[LedgerEntry]:
    session().rollback()
    return list(session().scalars(sa.select(LedgerEntry).order_by(LedgerEntry.id)))
