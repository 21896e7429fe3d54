"""One pass on both databases, against a real SMTP server whose mail is read."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from integration.reminders.passing import (
    LEAD,
    TODAY,
    counts,
    ledger,
    move_deadline,
    name_a_lead,
    record,
    refs_in,
    say_all_that_has_no_date,
)
from smtp_server import MailServer

from tracker import clock
from tracker.accounts.models import Account, Membership
from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import session, transaction
from tracker.frameworks.rules import StatusClass
from tracker.mail.models import OutboxMessage
from tracker.reminders.service import send_reminders

OVERDUE_OF_A_TRUST = {"2.2", "2.3", "6.1", "8.1"}
"""Asks of a trust with a national date before 2 November 2020; 7.1, 31 December, is more than 30 days away."""


@pytest.mark.usefixtures("lead")
def test_one_digest_says_everything_that_is_due(server: MailServer, settings: Settings) -> None:
    assert counts(send_reminders(TODAY, settings)) == (1, 1, 0, 0)
    (mail,) = server.messages
    assert mail.recipients == [LEAD]
    assert mail.subject == "4 actions on health inequalities need you: 4 overdue"
    assert refs_in(mail.text) == OVERDUE_OF_A_TRUST
    assert "Dales Hospitals NHS Trust" in mail.text
    assert "Due 21 September 2020: 42 days overdue" in mail.text
    assert "https://tracker.example.test/organisations/XN1/8ua-2020/6.1/update" in mail.text.splitlines()
    assert "Robin" not in mail.message.as_string()
    assert mail.text.index("/6.1/") < mail.text.index("/2.2/")


@pytest.mark.usefixtures("lead")
def test_a_second_pass_on_the_same_day_sends_nothing(server: MailServer, settings: Settings) -> None:
    send_reminders(TODAY, settings)
    assert counts(send_reminders(TODAY, settings)) == (0, 0, 1, 0)
    assert len(server.messages) == 1


@pytest.mark.usefixtures("lead")
def test_a_missed_day_is_caught_up_with_one_mail(server: MailServer, settings: Settings) -> None:
    send_reminders(TODAY, settings)
    # 31 October and three days is 3 November; 21 September and 45 days is 5 November: both are past on the 6th.
    assert counts(send_reminders(date(2020, 11, 6), settings)) == (1, 1, 0, 0)
    assert refs_in(server.messages[1].text) == OVERDUE_OF_A_TRUST
    assert {(entry.kind, entry.due_on) for entry in ledger()[4:]} == {
        ("after_3", date(2020, 11, 3)),
        ("after_45", date(2020, 11, 5)),
    }
    assert counts(send_reminders(date(2020, 11, 7), settings)) == (0, 0, 1, 0)


@pytest.mark.usefixtures("lead")
def test_a_pass_each_day_sends_each_reminder_of_a_series_once(
    world: make.World, server: MailServer, settings: Settings
) -> None:
    for ref in OVERDUE_OF_A_TRUST:
        record(world.north_trust, ref, StatusClass.DONE_CLAIMED)
    say_all_that_has_no_date(world.north_trust, on=date(2020, 11, 20))
    name_a_lead(world.north_trust)
    deadline = date(2020, 12, 31)
    sent_on = []
    for number in range(60):
        on = date(2020, 11, 20) + timedelta(days=number)
        outcome = send_reminders(on, settings)
        assert outcome.queued == outcome.sent <= 1
        sent_on += [(on - deadline).days] * outcome.sent
    assert sent_on == [-30, -14, -7, -1, 0, 3, 10, 17]
    assert [mail.subject.partition(": ")[2] for mail in server.messages] == (
        ["1 due soon"] * 4 + ["1 due today"] + ["1 overdue"] * 3
    )


@pytest.mark.usefixtures("lead")
def test_an_earlier_day_after_a_later_one_sends_nothing_old(server: MailServer, settings: Settings) -> None:
    send_reminders(TODAY, settings)
    assert counts(send_reminders(date(2020, 10, 30), settings))[0] == 0


def test_a_moved_deadline_starts_a_fresh_series(
    world: make.World, lead: int, server: MailServer, settings: Settings
) -> None:
    yesterday = TODAY - timedelta(days=1)
    send_reminders(yesterday, settings)
    move_deadline(world.north_trust, "6.1", date(2020, 11, 9))
    assert counts(send_reminders(yesterday, settings)) == (0, 0, 1, 0), "nobody gets two digests a day"
    assert counts(send_reminders(TODAY, settings)) == (1, 1, 0, 0)
    mail = server.messages[1]
    assert mail.subject == "1 action on health inequalities needs you: 1 due soon"
    assert refs_in(mail.text) == {"6.1"}
    assert "Agreed target 9 November 2020: 7 days left" in mail.text
    assert "3 other actions that we wrote about before are still open:" in mail.text
    assert [entry.person_id for entry in ledger()] == [lead] * 5


@pytest.mark.usefixtures("lead")
@pytest.mark.parametrize(
    "status_class", [StatusClass.DONE_CLAIMED, StatusClass.DONE_ASSURED, StatusClass.NOT_APPLICABLE]
)
def test_what_is_not_open_is_not_reminded_of(
    world: make.World, server: MailServer, settings: Settings, status_class: StatusClass
) -> None:
    record(world.north_trust, "6.1", status_class)
    send_reminders(TODAY, settings)
    assert refs_in(server.messages[0].text) == OVERDUE_OF_A_TRUST - {"6.1"}


def test_each_hears_of_their_own_a_system_of_its_own_asks_only_and_a_region_of_those_nobody_answers_for(
    world: make.World, server: MailServer, settings: Settings
) -> None:
    make.person(Role.LEAD, world.north_trust, email=LEAD)
    make.person(Role.LEAD, world.south_trust, email="lead@xs1.example.test")
    make.person(Role.SYSTEM, world.north_system, email="team@qn1.example.test")
    for role in (Role.CONTRIBUTOR, Role.BOARD):
        make.person(role, world.north_trust)
    make.person(Role.REGION, world.north_region, email="team@yn1.example.test")
    make.person(Role.NATIONAL)
    assert counts(send_reminders(TODAY, settings)) == (4, 4, 0, 0)
    told = {mail.recipients[0]: set(re.findall(r"/organisations/(\w+)/", mail.text)) for mail in server.messages}
    assert told == {
        LEAD: {"XN1"},
        "lead@xs1.example.test": {"XS1"},
        "team@qn1.example.test": {"QN1"},
        "team@yn1.example.test": {"0N1"},
    }


def test_a_lead_of_two_organisations_gets_one_digest(
    world: make.World, lead: int, server: MailServer, settings: Settings
) -> None:
    with transaction() as current:
        current.add(
            Membership(person_id=lead, role=Role.LEAD, organisation_id=world.south_trust, granted_at=clock.now())
        )
    assert counts(send_reminders(TODAY, settings)) == (1, 1, 0, 0)
    assert server.messages[0].subject == "8 actions on health inequalities need you: 8 overdue"


def test_who_is_no_longer_the_lead_hears_nothing_and_the_new_lead_hears_once(
    world: make.World, lead: int, server: MailServer, settings: Settings
) -> None:
    send_reminders(TODAY, settings)
    with transaction() as current:
        current.execute(sa.update(Membership).where(Membership.person_id == lead).values(ended_at=clock.now()))
    make.person(Role.LEAD, world.north_trust, email="next@xn1.example.test")
    assert counts(send_reminders(TODAY, settings)) == (1, 1, 0, 0)
    assert server.messages[1].recipients == ["next@xn1.example.test"]


def test_an_account_that_was_closed_hears_nothing(lead: int, server: MailServer, settings: Settings) -> None:
    with transaction() as current:
        current.execute(sa.update(Account).where(Account.person_id == lead).values(is_active=False))
    assert counts(send_reminders(TODAY, settings)) == (0, 0, 0, 0)
    assert server.messages == []


@pytest.mark.usefixtures("lead")
def test_the_ledger_says_which_message_carried_each_reminder(settings: Settings) -> None:
    send_reminders(TODAY, settings)
    (message,) = session().scalars(sa.select(OutboxMessage))
    assert {entry.message_id for entry in ledger()} == {message.id}


def test_the_digest_is_plain_text_that_fits_a_phone(lead: int, server: MailServer, settings: Settings) -> None:
    send_reminders(TODAY, settings)
    text = server.messages[0].text
    assert "&amp;" not in text
    assert "\n\n\n" not in text
    assert text.startswith("Hello,\n\n4 actions are waiting for a word from you")
    assert re.search(r"^OVERDUE\n\nDales Hospitals NHS Trust\n6\.1 ", text, re.MULTILINE)
    assert "WHY YOU GET THIS, AND HOW IT STOPS" in text
    assert (
        "We write 30, 14, 7 and 1 days before a date, on the day, 3 days after it, and then every 7 days."
        in text.splitlines()
    )


def test_names_with_marks_that_html_would_escape_arrive_as_they_are(
    world: make.World, server: MailServer, settings: Settings
) -> None:
    trust = make.organisation(
        "XQ1", "Hill & Vale <Children's> NHS Trust", make.OrganisationType.TRUST, region=world.north_region
    )
    make.person(Role.LEAD, trust, email="lead@xq1.example.test")
    send_reminders(TODAY, settings)
    assert "Hill & Vale <Children's> NHS Trust" in server.messages[0].text


def test_the_templates_lie_where_the_wheel_takes_them_from(app: Flask) -> None:
    folder = Path(str(app.template_folder)) / "email" / "reminder_digest"
    assert {path.name for path in folder.iterdir()} >= {"subject.txt", "body.txt"}
