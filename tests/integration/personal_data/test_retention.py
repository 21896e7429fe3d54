"""People whose time here is over are forgotten by themselves, on the right day, and what is used up is cleared."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import make
import pytest
import sqlalchemy as sa
from conftest import NOON
from flask.testing import FlaskCliRunner

from tracker import clock
from tracker.accounts import service as accounts
from tracker.accounts.link_rules import LinkPurpose
from tracker.accounts.models import Account, Invitation, Membership, OneTimeLink, Person, RecoveryCode, SignInSession
from tracker.accounts.queries import find_account_of_person, find_membership
from tracker.accounts.rules import Role, SessionStep, SignInMethod
from tracker.appointments.models import Appointment
from tracker.appointments.rules import AppointmentRole
from tracker.audit.models import AuditEntry
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.mail.models import OutboxMessage
from tracker.mail.outbox import NewMessage, queue_messages
from tracker.mail.rules import MessageState
from tracker.organisations.models import OrganisationLife
from tracker.people import retention, retention_clearing
from tracker.returns.models import ReturnRow
from tracker.web.models import ThrottleCounter

MONTHS = 24
LEFT_AT = datetime(2020, 11, 2, 23, 30, tzinfo=UTC)
"""Half past eleven at night in London on 2 November 2020, in winter."""
LAST_DAY_KEPT, FIRST_DAY_OVER = date(2022, 11, 2), date(2022, 11, 3)


def on(day: date, hour: int = 12):
    return clock.frozen(datetime(day.year, day.month, day.day, hour, tzinfo=clock.LONDON))


def forgotten() -> set[int]:
    session().rollback()
    return set(session().scalars(sa.select(Person.id).where(Person.forgotten_at.is_not(None))))


def purge_on(day: date, hour: int = 12) -> retention.PurgeOutcome:
    session().rollback()
    with on(day, hour):
        expected = retention.preview(MONTHS)
        session().rollback()
        outcome = retention.purge(MONTHS)
        assert (outcome.people + outcome.kept_as_last_administrator, outcome.cleared.keys()) == (
            expected.people,
            expected.cleared.keys(),
        )
        return outcome


@pytest.fixture
def robin(world: make.World, administrator: int) -> int:
    """A lead who came in January 2020."""
    return make.person(Role.LEAD, world.north_trust)


def leave(person_id: int, at: datetime = LEFT_AT) -> None:
    with clock.frozen(at), transaction():
        membership = session().scalars(sa.select(Membership.id).where(Membership.person_id == person_id)).one()
        assert accounts.end_membership(membership)


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


def used_up(person_id: int, world: make.World) -> None:
    """Of each kind one row that is over and one that is not, at noon of the tests' day."""
    account = find_account_of_person(person_id)
    assert account is not None
    hour, day = timedelta(hours=1), timedelta(days=1)
    for number, (started, seen, ended) in enumerate(
        [
            (NOON - hour, NOON, None),
            (NOON - hour, NOON, NOON),
            (NOON - 12 * hour - day / 24, NOON, None),
            (NOON - 2 * hour, NOON - hour - day / 24, None),
        ]
    ):
        session().add(
            SignInSession(
                token_hash=f"s{number}",
                person_id=person_id,
                step=SessionStep.OPEN,
                method=SignInMethod.PASSWORD,
                started_at=started,
                last_seen_at=seen,
                ended_at=ended,
            )
        )
    invitations = [
        Invitation(
            account_id=account.id,
            role=Role.BOARD,
            organisation_id=world.north_trust,
            invited_by_id=person_id,
            created_at=NOON - 100 * day,
            expires_at=NOON - at,
        )
        for at in (90 * day + hour, 90 * day - hour, -hour)
    ]
    session().add_all(invitations)
    session().flush()
    for number, (expires, used, of) in enumerate(
        [
            (NOON + hour, None, None),
            (NOON - hour, None, None),
            (NOON + hour, NOON, None),
            (NOON - 90 * day, NOON - 91 * day, invitations[0].id),
        ]
    ):
        session().add(
            OneTimeLink(
                account_id=account.id,
                purpose=LinkPurpose.INVITATION if of else LinkPurpose.SET_PASSWORD,
                invitation_id=of,
                token_hash=f"l{number}",
                created_at=NOON - 100 * day,
                expires_at=expires,
                used_at=used,
            )
        )
    for number, used in enumerate([None, NOON]):
        session().add(RecoveryCode(account_id=account.id, code_hash=f"c{number}", created_at=NOON, used_at=used))
        session().add(ThrottleCounter(key=f"t{number}", tries=1, expires_at=NOON + (-hour if number else hour)))
    account.new_email, account.new_email_until = "mistyped@example.nhs.uk", NOON - hour
    ids = queue_messages(
        [NewMessage(person_id, f"Mail {number}", "Two actions need you.", f"{number}") for number in range(4)],
        mail_from="tracker@example.nhs.uk",
    )
    for key, state, sent in (
        ("0", MessageState.SENT, NOON - 90 * day - hour),
        ("1", MessageState.SENT, NOON - 90 * day + hour),
        ("2", MessageState.FAILED, None),
        ("3", MessageState.QUEUED, None),
    ):
        session().execute(
            sa.update(OutboxMessage)
            .where(OutboxMessage.id == ids[key])
            .values(state=state, sent_at=sent, queued_at=NOON - 100 * day)
        )
    session().commit()


CLEARED = {
    "sign-ins": 3,
    "links": 3,
    "invitations": 1,
    "counted tries": 1,
    "new addresses": 1,
    "recovery codes": 1,
    "mail texts": 2,
}


def test_what_is_used_up_is_cleared_and_what_is_not_stays(robin: int, world: make.World) -> None:
    used_up(robin, world)
    assert retention.preview(MONTHS).cleared == CLEARED
    assert retention.purge(MONTHS).cleared == CLEARED
    kept = {
        model: session().scalar(sa.select(sa.func.count()).select_from(model))
        for model in (SignInSession, OneTimeLink, Invitation, ThrottleCounter, RecoveryCode)
    }
    assert list(kept.values()) == [1, 1, 2, 1, 1]
    bodies = session().execute(sa.select(OutboxMessage.subject, OutboxMessage.body).order_by(OutboxMessage.id))
    assert [bool(body) for _, body in bodies] == [False, True, False, True]
    assert set(retention.purge(MONTHS).cleared.values()) == {0}


def test_clearing_goes_part_by_part(robin: int, world: make.World, monkeypatch: pytest.MonkeyPatch) -> None:
    used_up(robin, world)
    monkeypatch.setattr(retention_clearing, "ROWS_AT_ONCE", 2)
    seen: list[tuple[str, int]] = []
    assert retention.purge(MONTHS, on_progress=lambda what, done: seen.append((what, done))).cleared == CLEARED
    assert [done for what, done in seen if what == "sign-ins"] == [2, 3]


def test_the_command_counts_and_a_dry_run_changes_nothing(
    robin: int, world: make.World, runner: FlaskCliRunner, dump: Callable[[], str]
) -> None:
    used_up(robin, world)
    leave(robin, make.LONG_AGO)
    session().execute(sa.update(Account).values(created_at=datetime(2018, 1, 1, tzinfo=UTC)))
    session().execute(sa.update(Person).values(recorded_at=datetime(2018, 1, 1, tzinfo=UTC)))
    session().execute(
        sa.update(Membership).where(Membership.person_id == robin).values(ended_at=datetime(2018, 11, 1, tzinfo=UTC))
    )
    session().execute(sa.delete(OneTimeLink).where(OneTimeLink.invitation_id.is_not(None)))
    session().execute(sa.delete(Invitation))
    session().commit()
    before = dump()
    dry = runner.invoke(args=["people", "purge", "--dry-run"])
    assert dry.exit_code == 0, dry.output
    assert dry.stdout.splitlines()[-1].startswith("people 1, sign-ins 4, links ")
    assert dump() == before
    done = runner.invoke(args=["people", "purge"])
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1].startswith("people 1, sign-ins ")
    assert forgotten() == {robin}
    assert runner.invoke(args=["audit", "verify"]).exit_code == 0
