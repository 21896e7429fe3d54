"""What is reminded of besides deadlines, and what becomes of a reminder: each on both databases and in the ledger."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta

import make
import pytest
import sqlalchemy as sa
from integration.reminders.passing import (
    TODAY,
    ask_id,
    counts,
    ledger,
    move_deadline,
    name_a_lead,
    record,
    say_all_that_has_no_date,
    snooze,
)
from smtp_server import MailServer

from tracker import clock
from tracker.accounts.rules import Role
from tracker.appointments.models import Appointment
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.evidence.models import Evidence, EvidenceExpiry, EvidenceUse
from tracker.frameworks.rules import StatusClass
from tracker.mail.models import LedgerEntry
from tracker.mail.topics import ReminderState, Topic
from tracker.progress import kept
from tracker.reminders.models import ReminderCadence, ReminderPreference
from tracker.reminders.service import send_reminders

OVERDUE = ("2.2", "2.3", "6.1", "8.1")

BOTH = pytest.mark.parametrize("database_url", ["sqlite", "postgresql"], indirect=True)
"""For a test of each statement; the others differ in days."""


@pytest.fixture(params=["sqlite"])
def database_url(request: pytest.FixtureRequest) -> str:
    if request.param == "sqlite":
        return "sqlite:///:memory:"
    url: str = request.getfixturevalue("postgresql_url")
    return url


@pytest.fixture
def quiet(world: make.World, lead: int) -> int:
    """A trust of which everything that is overdue is done, all that has no date was said, and that has a lead."""
    for ref in OVERDUE:
        record(world.north_trust, ref, StatusClass.DONE_CLAIMED)
    say_all_that_has_no_date(world.north_trust, on=TODAY)
    name_a_lead(world.north_trust)
    return lead


def told_on(settings: Settings, days: Iterable[date]) -> dict[date, list[str]]:
    """The kinds that a pass on each of these days tells, by day; days with nothing are left out."""
    found: dict[date, list[str]] = {}
    known = len(ledger())
    for on in days:
        send_reminders(on, settings)
        entries = ledger()
        if fresh := [entry.kind for entry in entries[known:] if entry.state is ReminderState.TOLD]:
            found[on] = fresh
        known = len(entries)
    return found


def of(topic: Topic) -> list[LedgerEntry]:
    return [entry for entry in ledger() if entry.topic is topic]


@BOTH
@pytest.mark.usefixtures("quiet")
def test_nothing_is_said_where_nothing_is_due(settings: Settings, server: MailServer) -> None:
    assert counts(send_reminders(TODAY, settings)) == (0, 0, 0, 0)
    assert server.messages == []


@pytest.mark.usefixtures("quiet")
def test_a_review_is_due_a_week_before_its_day_on_it_and_every_fortnight_until_somebody_looks(
    world: make.World, settings: Settings, server: MailServer
) -> None:
    record(world.north_trust, "1.1", StatusClass.ON_COURSE, true_on=TODAY, review_on=date(2020, 11, 16))
    told = told_on(settings, [date(2020, 11, day) for day in (8, 9, 10, 15, 16, 17, 22, 23, 24)])
    assert told == {
        date(2020, 11, 9): ["review_before_7"],
        date(2020, 11, 16): ["review_on_the_day"],
        date(2020, 11, 23): ["review_after_7"],
    }
    assert "You meant to look at this again on 16 November 2020" in server.messages[0].text
    record(world.north_trust, "1.1", StatusClass.ON_COURSE, true_on=date(2020, 11, 30))
    assert counts(send_reminders(date(2020, 12, 7), settings))[0] <= 1
    assert [entry.kind for entry in of(Topic.REVIEW)][-1] == "review_after_7"


@BOTH
@pytest.mark.usefixtures("quiet")
def test_an_ask_without_a_date_is_quiet_after_120_days_and_again_every_four_weeks(
    world: make.World, settings: Settings
) -> None:
    quiet_from = TODAY + timedelta(days=120)
    for ref in ("7.1",):
        record(world.north_trust, ref, StatusClass.DONE_CLAIMED)
    with transaction() as current:
        current.add(_preference(Topic.DEADLINE))
    told_on(settings, [quiet_from - timedelta(days=1)])
    assert of(Topic.STALE) == []
    told_on(settings, [quiet_from, quiet_from + timedelta(days=27)])
    first = {entry.kind for entry in of(Topic.STALE)}
    assert first == {"stale_on_the_day"}
    told_on(settings, [quiet_from + timedelta(days=28)])
    assert {entry.kind for entry in of(Topic.STALE)} == {"stale_on_the_day", "stale_after_28"}
    assert {entry.deadline_on for entry in of(Topic.STALE)} == {quiet_from}


def _preference(topic: Topic) -> ReminderPreference:
    (person_id,) = session().scalars(sa.text("SELECT person_id FROM account ORDER BY id LIMIT 1"))
    return ReminderPreference(person_id=person_id, topic=topic, recorded_at=clock.now())


@BOTH
def test_a_vacancy_is_told_once_its_ask_is_done_and_never_before_the_ask_s_own_date_has_passed(
    world: make.World, quiet: int, settings: Settings
) -> None:
    with transaction() as current:
        left = sa.update(Appointment).where(Appointment.organisation_id == world.north_trust)
        current.execute(left.values(ends_on=date(2020, 11, 9)))
    told = told_on(settings, [date(2020, 11, day) for day in (8, 9, 10, 11, 23, 24, 25)])
    assert told == {date(2020, 11, 10): ["vacancy_on_the_day"], date(2020, 11, 24): ["vacancy_after_14"]}
    assert {entry.person_id for entry in of(Topic.VACANCY)} == {quiet}
    move_deadline(world.north_trust, "6.1", date(2020, 12, 31))
    told_on(settings, [date(2020, 12, 22)])
    assert [entry.kind for entry in of(Topic.VACANCY)] == ["vacancy_on_the_day", "vacancy_after_14"]


@BOTH
@pytest.mark.usefixtures("quiet")
def test_evidence_is_spoken_of_before_it_expires_once_whatever_it_serves(
    world: make.World, settings: Settings, server: MailServer
) -> None:
    expires_on = date(2020, 12, 7)
    evidence_id = _evidence(world.north_trust, ("2.2", "2.3"), expires_on)
    told = told_on(settings, [date(2020, 11, day) for day in (6, 7, 8, 29)])
    assert told == {date(2020, 11, 7): [f"evidence_{evidence_id}_before_30"]}
    assert "Evidence counts until 7 December 2020" in server.messages[0].text
    told = told_on(settings, [expires_on - timedelta(days=7), expires_on, expires_on + timedelta(days=5)])
    assert [kind for kinds in told.values() for kind in kinds if kind.startswith("evidence")] == [
        f"evidence_{evidence_id}_before_7",
        f"evidence_{evidence_id}_on_the_day",
    ]


def _evidence(organisation_id: int, refs: tuple[str, ...], expires_on: date) -> int:
    with transaction() as current:
        piece = Evidence(organisation_id=organisation_id, url="https://board.example/1", true_on=TODAY)
        piece.recorded_at = clock.now()
        current.add(piece)
        current.flush()
        current.add(EvidenceExpiry(evidence_id=piece.id, expires_on=expires_on, recorded_at=clock.now()))
        for ref in refs:
            use = EvidenceUse(evidence_id=piece.id, organisation_id=organisation_id, ask_id=ask_id(ref))
            use.starts_on, use.recorded_at = TODAY, clock.now()
            current.add(use)
        return piece.id


@BOTH
def test_what_is_not_answered_for_six_weeks_goes_up_to_the_region_once_and_not_on(
    world: make.World, lead: int, settings: Settings, server: MailServer
) -> None:
    team = make.person(Role.REGION, world.north_region, email="team@yn1.example.test")
    # A pass a week, each on the day of a slot: 21 September and 45 days is 5 November.
    told_on(settings, [TODAY, *(date(2020, 11, 5) + timedelta(weeks=n) for n in range(8))])
    entries = [entry for entry in of(Topic.DEADLINE) if entry.ask_id == ask_id("6.1") and entry.person_id == lead]
    states = [(entry.kind, entry.state) for entry in entries]
    assert [state for _, state in states] == [ReminderState.TOLD] * 6 + [ReminderState.GONE_UP], "and then it rests"
    assert states[5][0] == "after_73"
    assert entries[6].why == "Not answered for weeks: it went up to the regional team"
    of_trust = [entry for entry in of(Topic.UNANSWERED) if entry.organisation_id == world.north_trust]
    (up,) = [entry for entry in of_trust if entry.ask_id == ask_id("6.1")]
    assert (up.person_id, up.state, up.due_on) == (team, ReminderState.TOLD, entries[6].due_on)
    (mail,) = [mail for mail in server.to("team@yn1.example.test") if "/XN1/8ua-2020/6.1" in mail.text]
    assert "NO ANSWER TO REMINDERS" in mail.text
    assert "6 reminders were not answered" in mail.text
    # An answer starts it afresh.
    record_again(world.north_trust, "6.1", on=date(2020, 12, 28))
    send_reminders(date(2020, 12, 31), settings)
    last = [entry for entry in of(Topic.DEADLINE) if entry.ask_id == ask_id("6.1")][-1]
    assert (last.kind, last.state) == ("after_101", ReminderState.TOLD)


@pytest.mark.usefixtures("lead")
def test_where_there_is_no_team_to_go_up_to_the_reminders_go_on(settings: Settings) -> None:
    told_on(settings, [TODAY, *(date(2020, 11, 5) + timedelta(weeks=n) for n in range(8))])
    states = [entry.state for entry in of(Topic.DEADLINE) if entry.ask_id == ask_id("6.1")]
    assert states == [ReminderState.TOLD] * 9


def record_again(organisation_id: int, ref: str, *, on: date) -> None:
    with clock.frozen(datetime(on.year, on.month, on.day, 12, tzinfo=UTC)):
        record(organisation_id, ref, StatusClass.AT_RISK, true_on=on)


@BOTH
def test_a_snoozed_item_is_entered_and_not_told_and_said_again_when_the_snooze_is_over(
    world: make.World, lead: int, settings: Settings, server: MailServer
) -> None:
    snooze(lead, world.north_trust, "6.1", until=date(2020, 11, 7))
    send_reminders(TODAY, settings)
    (entry,) = [entry for entry in ledger() if entry.ask_id == ask_id("6.1")]
    assert (entry.state, entry.why, entry.message_id) == (ReminderState.SNOOZED, "Snoozed until 2020-11-07", None)
    assert "/6.1/" not in server.messages[0].text
    told_on(settings, [date(2020, 11, 3), date(2020, 11, 6)])
    assert "/6.1/" not in "".join(mail.text for mail in server.messages)
    told = told_on(settings, [date(2020, 11, 7), date(2020, 11, 8)])
    assert told == {date(2020, 11, 7): ["woken_2020-11-07"]}
    # From here on the series goes on: 21 September and 52 days is 12 November.
    assert "after_52" in told_on(settings, [date(2020, 11, 12)])[date(2020, 11, 12)]


def test_what_was_answered_while_it_was_snoozed_is_not_woken(world: make.World, lead: int, settings: Settings) -> None:
    snooze(lead, world.north_trust, "6.1", until=date(2020, 11, 7))
    send_reminders(TODAY, settings)
    record(world.north_trust, "6.1", StatusClass.DONE_CLAIMED)
    told = told_on(settings, [date(2020, 11, 7), date(2020, 11, 9)])
    assert not any(kind.startswith("woken") for kinds in told.values() for kind in kinds)


@pytest.mark.usefixtures("quiet")
def test_a_topic_that_is_switched_off_is_entered_with_why(world: make.World, settings: Settings) -> None:
    record(world.north_trust, "1.1", StatusClass.ON_COURSE, true_on=TODAY, review_on=date(2020, 11, 9))
    with transaction() as current:
        current.add(_preference(Topic.REVIEW))
    assert counts(send_reminders(TODAY, settings)) == (0, 0, 1, 0)
    (entry,) = of(Topic.REVIEW)
    assert (entry.state, entry.why) == (ReminderState.SUPPRESSED, "Switched off by the person")


@BOTH
@pytest.mark.usefixtures("lead")
def test_one_ask_has_one_line_in_a_digest_and_the_other_reminder_says_where_it_went(
    world: make.World, settings: Settings, server: MailServer
) -> None:
    record(world.north_trust, "2.2", StatusClass.AT_RISK, review_on=date(2020, 11, 2))
    send_reminders(TODAY, settings)
    two = {entry.topic: entry for entry in ledger() if entry.ask_id == ask_id("2.2")}
    assert {topic: entry.state for topic, entry in two.items()} == {
        Topic.DEADLINE: ReminderState.TOLD,
        Topic.REVIEW: ReminderState.SUPPRESSED,
    }
    assert server.messages[0].text.count("/2.2/") == 1


@BOTH
@pytest.mark.usefixtures("lead")
def test_an_organisation_that_chose_fewer_days_is_told_on_those(world: make.World, settings: Settings) -> None:
    with transaction() as current:
        current.add(
            ReminderCadence(organisation_id=world.north_trust, cadence="fewer", true_on=TODAY, recorded_at=clock.now())
        )
    send_reminders(TODAY, settings)
    assert {entry.kind for entry in ledger() if entry.ask_id == ask_id("6.1")} == {"after_35"}


@BOTH
@pytest.mark.usefixtures("lead")
def test_what_is_kept_of_today_is_reminded_of_as_the_facts_are(
    world: make.World, settings: Settings, server: MailServer
) -> None:
    record(world.north_trust, "1.1", StatusClass.ON_COURSE, true_on=TODAY, review_on=date(2020, 11, 9))
    send_reminders(TODAY, settings)
    from_facts = {(entry.ask_id, entry.topic, entry.kind, entry.due_on, entry.state) for entry in ledger()}
    with transaction() as current:
        for table in ("ledger_entry", "outbox_message", "complete_pass"):
            current.execute(sa.text(f"DELETE FROM {table}"))
        kept.keep()
    send_reminders(TODAY, settings)
    assert {(entry.ask_id, entry.topic, entry.kind, entry.due_on, entry.state) for entry in ledger()} == from_facts
