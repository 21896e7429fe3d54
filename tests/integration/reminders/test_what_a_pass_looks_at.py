"""A pass need not look at what cannot have fallen due since the last complete one, and misses nothing by that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import make
import pytest
import sqlalchemy as sa
from integration.progress.standing_there import adoption
from integration.reminders.passing import LEAD, TODAY, ask_id, move_deadline, record
from sqlalchemy.orm import InstrumentedAttribute

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Membership
from tracker.accounts.queries import find_account_of_person
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.mail.letters import message_id_for
from tracker.mail.models import OutboxMessage
from tracker.organisations.models import OrganisationLife, TrackingChoice
from tracker.progress import kept
from tracker.progress.models import Confirmation, ProgressEntry
from tracker.reminders import looking
from tracker.reminders.looking import EVERYTHING, look_on
from tracker.reminders.models import CompletePass, ReminderCadence
from tracker.reminders.pass_day import pass_day
from tracker.reminders.queries import digest_key
from tracker.reminders.rows import Candidate
from tracker.reminders.rulebook import rulebook
from tracker.reminders.selecting import due_by_date
from tracker.reminders.service import decide
from tracker.reminders.working_days import is_working_day

LATER = date(2020, 11, 13)
"""A day on which the trust is not among those that are looked at whatever is known of them."""
Change = Callable[[make.World], object]


@pytest.fixture(autouse=True)
def days_go_by(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The country was made before the first pass began to read, as it is in life."""
    monkeypatch.setattr(looking, "LONGEST_SAVE", timedelta())
    yield
    clock.pin_day(TODAY)


@pytest.fixture
def passed(world: make.World, lead: int, settings: Settings) -> int:
    """A complete pass of today; the number of the trust."""
    decide(TODAY, settings)
    clock.pin_day(LATER)
    assert world.north_trust not in look_on(LATER).bodies
    return world.north_trust


def due(*, everything: bool = False) -> set[Candidate]:
    """What a pass finds in what is kept of the day, which is where it looks at less."""
    with transaction():
        kept.keep()
    day = pass_day(LATER)
    assert day.source.is_kept
    return set(due_by_date(day, EVERYTHING if everything else look_on(LATER)))


def test_what_has_not_changed_is_due_by_its_day_alone(passed: int) -> None:
    look = look_on(LATER)
    assert look.after == TODAY
    assert due() == due(everything=True)
    assert min(each.due_on for each in due()) > TODAY


def _adds(row: object) -> None:
    with transaction() as current:
        current.add(row)


def _sets(column: InstrumentedAttribute[object], value: object, *conditions: sa.ColumnElement[bool]) -> None:
    with transaction() as current:
        changed = sa.update(column.class_).where(*conditions).values({column.key: value})
        current.execute(changed.execution_options(synchronize_session=False))


def _is_owner(world: make.World, *, starts_on: date = TODAY) -> int:
    owner = make.person(Role.CONTRIBUTOR, world.north_trust, email="owner@xn1.example.test")
    _adds(
        Appointment(
            organisation_id=world.north_trust,
            person_id=owner,
            role=AppointmentRole.ASK_OWNER,
            job_title="",
            ask_id=ask_id("6.1"),
            starts_on=starts_on,
            recorded_at=clock.now(),
        )
    )
    return owner


def _is_granted(person_id: int) -> None:
    _sets(Membership.granted_at, clock.now(), Membership.person_id == person_id)


def _is_switched_on_again(world: make.World) -> None:
    lead = find_account_of_person(session().scalars(sa.select(Membership.person_id)).one())
    assert lead is not None
    with transaction():
        accounts.set_active(lead, True)


CHANGES: dict[str, tuple[Change | None, Change]] = {
    "a target in the past": (None, lambda world: move_deadline(world.north_trust, "7.1", TODAY, days_ago=0)),
    "an ask that was done is open": (
        lambda world: record(world.north_trust, "6.1", StatusClass.DONE_CLAIMED),
        lambda world: record(world.north_trust, "6.1", StatusClass.OFF_COURSE, true_on=LATER, days_ago=0),
    ),
    "a review in the past": (
        None,
        lambda world: record(
            world.north_trust, "6.1", StatusClass.ON_COURSE, review_on=TODAY - timedelta(days=8), days_ago=0
        ),
    ),
    "somebody new leads": (
        None,
        lambda world: _is_granted(make.person(Role.LEAD, world.north_trust, email="second@xn1.example.test")),
    ),
    "somebody owns an ask": (None, _is_owner),
    "somebody owns an ask from a day on": (lambda world: _is_owner(world, starts_on=LATER), lambda world: None),
    "an account is on again": (
        lambda world: _sets(Account.is_active, False, Account.sign_in_email == LEAD),
        _is_switched_on_again,
    ),
    "another cadence": (
        lambda world: _adds(_cadence(world, "fewer")),
        lambda world: _sets(ReminderCadence.superseded_at, clock.now()),
    ),
    "a framework is adopted": (None, lambda world: adoption("XN1", "rcp-2024")),
    "it opens on a day": (
        lambda world: _sets(OrganisationLife.starts_on, LATER, OrganisationLife.organisation_id == world.north_trust),
        lambda world: None,
    ),
}


def _cadence(world: make.World, code: str) -> ReminderCadence:
    return ReminderCadence(
        organisation_id=world.north_trust, cadence=code, true_on=TODAY, recorded_at=clock.now() - timedelta(days=9)
    )


@pytest.mark.parametrize("name", CHANGES)
def test_what_has_changed_is_looked_at_whole(name: str, world: make.World, lead: int, settings: Settings) -> None:
    before, change = CHANGES[name]
    if before is not None:
        before(world)
    decide(TODAY, settings)
    clock.pin_day(LATER)
    change(world)
    assert world.north_trust in look_on(LATER).bodies
    assert due() == due(everything=True)


def test_what_is_confirmed_is_looked_at_whole(passed: int) -> None:
    clock.pin_day(TODAY - timedelta(days=1))
    record(passed, "6.1", StatusClass.OFF_COURSE, days_ago=0)
    entry = session().scalars(sa.select(ProgressEntry.id)).one()
    clock.pin_day(LATER)
    assert passed not in look_on(LATER).bodies
    ask = ask_id("6.1")
    _adds(Confirmation(organisation_id=passed, ask_id=ask, entry_id=entry, true_on=LATER, recorded_at=clock.now()))
    assert passed in look_on(LATER).bodies


def test_what_is_kept_of_today_is_found_by_its_days(passed: int) -> None:
    record(passed, "1.1", StatusClass.ON_COURSE, review_on=LATER + timedelta(days=7), days_ago=0)
    found = due()
    assert found == due(everything=True)
    with transaction() as current:
        current.execute(sa.text("DELETE FROM kept_day"))
    from_facts = pass_day(LATER)
    assert not from_facts.source.is_kept
    assert found == set(due_by_date(from_facts))


@pytest.mark.parametrize("what", ["rules", "version", "framework", "types", "too many", "another day", "earlier"])
def test_where_anything_may_have_changed_everything_is_looked_at(
    what: str, passed: int, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    on = LATER
    if what == "rules":
        monkeypatch.setattr(looking, "rulebook", lambda: replace(rulebook(), stop_after=9))
    elif what == "version":
        monkeypatch.setattr(looking, "version", lambda _: "99")
    elif what == "framework":
        with transaction() as current:
            revision = sa.update(looking.FrameworkRevision).where(looking.FrameworkRevision.id == 1)
            current.execute(revision.values(superseded_at=clock.now()).execution_options(synchronize_session=False))
    elif what == "types":
        with transaction() as current:
            current.add(
                TrackingChoice(organisation_type=OrganisationType.PRACTICE, is_tracked=True, recorded_at=clock.now())
            )
    elif what == "too many":
        monkeypatch.setattr(looking, "MOST_CHANGED", 0)
        move_deadline(passed, "7.1", TODAY, days_ago=0)
    elif what == "another day":
        _sets(CompletePass.made_for, LATER + timedelta(days=1))
    else:
        on = TODAY - timedelta(days=1)
    assert look_on(on) == EVERYTHING


def test_a_pass_that_left_something_undecided_is_not_counted(world: make.World, lead: int, settings: Settings) -> None:
    decide(TODAY, settings)
    move_deadline(world.north_trust, "7.1", TODAY, days_ago=0)
    clock.pin_day(LATER)
    _sets(CompletePass.made_for, TODAY - timedelta(days=1))
    # Whoever has had the digest of the day is left alone until the next.
    with transaction() as current:
        first = current.scalars(sa.select(OutboxMessage)).one()
        first.message_id = message_id_for(digest_key(lead, LATER), settings.mail_from)
    decide(LATER, settings)
    assert session().scalars(sa.select(CompletePass.made_for)).one() == TODAY - timedelta(days=1)


def test_a_pass_that_was_stopped_is_not_counted(world: make.World, lead: int, settings: Settings) -> None:
    decide(TODAY, settings, should_stop=lambda: True)
    assert session().scalars(sa.select(CompletePass)).all() == []


def test_a_pass_for_another_day_is_not_counted(world: make.World, lead: int, settings: Settings) -> None:
    decide(LATER, settings)
    assert session().scalars(sa.select(CompletePass)).all() == []


def test_every_organisation_is_looked_at_whole_within_weeks(world: make.World, lead: int, settings: Settings) -> None:
    every = {world.north_trust + number for number in range(looking.PARTS)}
    for number in range(looking.PARTS):
        make.organisation(f"RX{number:02}", f"Trust {number}", OrganisationType.TRUST)
    session().commit()
    decide(TODAY, settings)
    seen: set[int] = set()
    for number in range(1, looking.PARTS + 4):
        on = TODAY + timedelta(days=number)
        clock.pin_day(on)
        if is_working_day(on):
            seen |= look_on(on).bodies
            _sets(CompletePass.made_for, on)
    assert every <= seen
