"""People whose time here is over are forgotten by themselves, on the right day, and what is used up is cleared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import make
import pytest
import sqlalchemy as sa
from integration.personal_data.purging import LEFT_AT, MONTHS, forgotten, leave, on, purge_on

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.models import Account, Invitation, Membership, Person
from tracker.accounts.queries import find_account_of_person, find_membership
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.organisations.models import OrganisationLife
from tracker.people import retention
from tracker.returns.models import ReturnRow

LAST_DAY_KEPT, FIRST_DAY_OVER = date(2022, 11, 2), date(2022, 11, 3)


def appoint(person_id: int, world: make.World, **dates: object) -> None:
    known: dict[str, object] = {"starts_on": date(2020, 1, 1), "recorded_at": make.LONG_AGO}
    session().add(
        Appointment(
            organisation_id=world.north_trust,
            person_id=person_id,
            role=AppointmentRole.EXECUTIVE_LEAD,
            job_title="Chief Nurse",
            **(known | dates),  # type: ignore[arg-type]
        )
    )
    session().commit()


def test_somebody_is_kept_through_the_day_24_months_on_and_forgotten_on_the_next(robin: int) -> None:
    leave(robin)
    assert purge_on(LAST_DAY_KEPT, 23).people == 0
    assert forgotten() == set()
    assert purge_on(FIRST_DAY_OVER, 0).people == 1
    assert forgotten() == {robin}


def test_the_day_is_that_of_london(robin: int) -> None:
    """Half past eleven at night UTC on 30 June is 1 July in London."""
    leave(robin, datetime(2021, 6, 30, 23, 30, tzinfo=UTC))
    assert purge_on(date(2023, 7, 1)).people == 0
    assert purge_on(date(2023, 7, 2)).people == 1


def test_the_number_of_months_is_the_settings(robin: int) -> None:
    leave(robin)
    with on(date(2020, 12, 2)):
        assert retention.purge(1).people == 0
    with on(date(2020, 12, 3)):
        assert retention.purge(1).people == 1


def test_whoever_holds_a_role_is_kept_for_ever(robin: int, administrator: int) -> None:
    assert purge_on(date(2050, 1, 1)).people == 0


def test_a_role_that_was_given_again_keeps(robin: int) -> None:
    leave(robin)
    with clock.frozen(LEFT_AT), transaction():
        account = find_account_of_person(robin)
        assert account is not None
        accounts.grant_membership(account, Role.BOARD, "XN1")
    assert purge_on(date(2050, 1, 1)).people == 0


def test_a_sign_in_after_the_last_role_counts(robin: int) -> None:
    leave(robin)
    session().execute(
        sa.update(Account).where(Account.person_id == robin).values(last_signed_in_at=LEFT_AT + timedelta(days=9))
    )
    session().commit()
    assert purge_on(FIRST_DAY_OVER + timedelta(days=8)).people == 0
    assert purge_on(FIRST_DAY_OVER + timedelta(days=9)).people == 1


def test_an_account_that_never_got_a_role_goes_by_the_day_it_was_made(world: make.World, administrator: int) -> None:
    with clock.frozen(LEFT_AT), transaction():
        person_id = accounts.add_account(email="never@example.nhs.uk", name="Never Came").person_id
    assert purge_on(LAST_DAY_KEPT).people == 0
    assert purge_on(FIRST_DAY_OVER).people == 1
    assert forgotten() == {person_id}


def test_an_open_invitation_keeps_and_one_that_is_over_does_not(
    robin: int, administrator: int, world: make.World
) -> None:
    leave(robin)
    account = find_account_of_person(robin)
    assert account is not None
    invitation = Invitation(
        account_id=account.id,
        role=Role.BOARD,
        organisation_id=world.north_trust,
        invited_by_id=administrator,
        created_at=LEFT_AT,
        expires_at=datetime(2022, 11, 3, 13, tzinfo=UTC),
    )
    session().add(invitation)
    session().commit()
    assert purge_on(FIRST_DAY_OVER, 12).people == 0
    assert purge_on(FIRST_DAY_OVER, 14).people == 1


def test_a_role_in_an_organisation_that_closed_ends_with_it(robin: int, world: make.World) -> None:
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == world.north_trust)
        .values(ends_on=date(2020, 11, 2))
    )
    session().commit()
    assert purge_on(LAST_DAY_KEPT).people == 0
    assert purge_on(FIRST_DAY_OVER).people == 1


def test_a_role_of_an_account_that_was_switched_off_ends_with_it(robin: int) -> None:
    with clock.frozen(LEFT_AT), transaction():
        account = find_account_of_person(robin)
        assert account is not None
        accounts.set_active(account, False)
    assert find_membership(
        robin, Role.LEAD, session().scalar(sa.select(Membership.organisation_id).where(Membership.person_id == robin))
    )
    assert purge_on(LAST_DAY_KEPT).people == 0
    assert purge_on(FIRST_DAY_OVER).people == 1


@pytest.mark.parametrize(
    ("dates", "over_on"),
    [
        ({"ends_on": None}, None),
        ({"ends_on": date(2021, 3, 31)}, date(2023, 4, 1)),
        ({"ends_on": date(2020, 3, 31), "superseded_at": datetime(2021, 3, 31, 9, tzinfo=UTC)}, date(2023, 4, 1)),
        ({"ends_on": None, "superseded_at": datetime(2020, 3, 31, 9, tzinfo=UTC)}, FIRST_DAY_OVER),
    ],
    ids=["in post", "left the post", "corrected later", "corrected earlier"],
)
def test_a_post_keeps_until_it_is_over(robin: int, world: make.World, dates: dict, over_on: date | None) -> None:
    leave(robin)
    appoint(robin, world, **dates)
    if over_on is None:
        assert purge_on(date(2050, 1, 1)).people == 0
    else:
        assert purge_on(over_on - timedelta(days=1)).people == 0
        assert purge_on(over_on).people == 1


def test_a_named_lead_without_an_account_is_forgotten_too(world: make.World, administrator: int) -> None:
    person = Person(name="Grace Hale", contact_email="grace@example.nhs.uk", recorded_at=make.LONG_AGO)
    session().add(person)
    session().commit()
    person_id = person.id
    appoint(person_id, world, ends_on=date(2020, 11, 2))
    assert purge_on(LAST_DAY_KEPT).people == 0
    assert purge_on(FIRST_DAY_OVER).people == 1
    assert forgotten() == {person_id}


def test_the_history_and_the_audit_stand_and_the_reason_is_told(asha, dump: Callable[[], str]) -> None:
    leave(asha.lead)
    appoint_rows = session().scalar(sa.select(sa.func.count()).select_from(Appointment))
    held = sa.select(ReturnRow.id).where(ReturnRow.content.contains("Whitcombe")).order_by(ReturnRow.id)
    frozen = session().scalars(held).all()
    assert len(frozen) == 2
    outcome = purge_on(FIRST_DAY_OVER)
    assert outcome.people == 1
    assert [str(trace) for trace in outcome.traces] == [
        "XN1: url (evidence 1)",
        "XN1 8ua-2020 2.2: narrative (progress_entry 1)",
        *(f"XN1 8ua-2020 2.2: content (return_row {row_id})" for row_id in frozen),
    ]
    assert verify_chains()[2] == []
    entry = session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "person forgotten")).one()
    assert (entry.subject, entry.after) == (f"person {asha.lead}", {"reason": "retention period over"})
    assert session().scalar(sa.select(sa.func.count()).select_from(Appointment)) == appoint_rows
    assert f"account.sign_in_email: forgotten {asha.lead}" in dump()


def test_the_last_administrator_is_kept_whole_and_the_others_go(world: make.World, robin: int) -> None:
    """Only a hand in the database can switch the last one off; that must not stop the others' turn."""
    leave(robin)
    kept = make.person(Role.LEAD, world.south_trust)
    session().execute(sa.delete(Membership).where(Membership.role == Role.ADMINISTRATOR))
    session().add(Membership(person_id=kept, role=Role.ADMINISTRATOR, granted_at=make.LONG_AGO))
    session().execute(sa.update(Account).where(Account.person_id == kept).values(is_active=False))
    session().commit()
    outcome = purge_on(FIRST_DAY_OVER)
    assert (outcome.people, outcome.kept_as_last_administrator) == (2, 1)
    assert kept not in forgotten()
    assert robin in forgotten()
    current = sa.select(sa.func.count()).where(Membership.person_id == kept, Membership.ended_at.is_(None))
    assert session().scalar(current) == 2


def test_a_long_run_can_be_stopped_and_goes_on_where_it_was(
    world: make.World, administrator: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "PEOPLE_AT_ONCE", 2)
    people = [
        make.person(Role.BOARD, world.north_trust, email=f"b{n}@example.nhs.uk", name=f"Board {n}") for n in range(7)
    ]
    for person_id in people:
        leave(person_id)
    steps: list[int] = []
    with on(FIRST_DAY_OVER):
        retention.purge(MONTHS, should_stop=lambda: len(steps) >= 2, on_progress=lambda what, done: steps.append(done))
        assert forgotten() == set(people[:4])
        assert retention.purge(MONTHS).people == 3
        assert retention.purge(MONTHS).people == 0
    assert forgotten() == set(people)


def test_nothing_is_half_forgotten_when_it_breaks_in_the_middle(
    robin: int, dump: Callable[[], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    leave(robin)
    before = dump()

    def break_down(*_: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr("tracker.people.personal_data_forget.take_out_of_mails", break_down)
    with pytest.raises(ConnectionError), on(FIRST_DAY_OVER):
        retention.purge(MONTHS)
    assert dump() == before
