"""Somebody snoozes an ask: the forms, what the ledger has of it, who reads why, and how it ends."""

from __future__ import annotations

from datetime import date, timedelta

import make
import pytest
from flask.testing import FlaskClient
from integration.reminders.choosing_there import ASK, audited, day_boxes, post, snoozed, snoozes, text_of, words_of
from integration.reminders.passing import LEAD, TODAY, ask_id, ledger, move_deadline
from smtp_server import MailServer

from tracker.accounts import service
from tracker.accounts.queries import find_account_by_email, find_membership
from tracker.accounts.rules import Role
from tracker.config import Settings
from tracker.db import transaction
from tracker.reminders.service import send_reminders

UNTIL = date(2020, 11, 20)
WHY = "The board meets on 19 November"


@pytest.fixture
def as_lead(client: FlaskClient, lead: int) -> FlaskClient:
    make.enter(client, LEAD)
    return client


def test_an_ask_is_snoozed_until_a_day_with_a_reason_and_audited_without_it(as_lead: FlaskClient, lead: int) -> None:
    assert "Snooze my reminders of this ask" in text_of(as_lead, ASK)
    assert post(as_lead, f"{ASK}/snooze", reason=WHY, **day_boxes(UNTIL)).location == ASK
    (snooze,) = snoozes()
    assert (snooze.person_id, snooze.true_on, snooze.until_on, snooze.reason) == (lead, TODAY, UNTIL, WHY)
    page = text_of(as_lead, ASK)
    assert f"Until 20 November 2020 by Robin Ashdown (Health inequalities lead): {WHY}" in page
    assert "Change or end my snooze of this ask" in page
    (said,) = audited("reminders snoozed")
    assert (said.subject, said.role, said.after) == (
        "XN1/8ua-2020/6.1",
        "lead",
        {"snooze": snooze.id, "until_on": "2020-11-20"},
    )


@pytest.mark.parametrize(
    ("until", "reason", "sentence"),
    [
        (TODAY, WHY, "The day on which we remind you again must be after today"),
        (TODAY + timedelta(days=61), WHY, "You can snooze an ask until 1 January 2021 at the latest"),
        (TODAY + timedelta(days=60), "", "Enter why you snooze it"),
        (TODAY + timedelta(days=1), "x" * 501, "must be 500 characters or fewer"),
    ],
)
def test_a_form_that_is_not_right_says_so_and_keeps_what_was_typed(
    as_lead: FlaskClient, until: date, reason: str, sentence: str
) -> None:
    answer = post(as_lead, f"{ASK}/snooze", reason=reason, **day_boxes(until))
    assert answer.status_code == 200
    assert sentence in answer.text
    assert f'value="{until.year}"' in answer.text
    assert reason in answer.text
    assert snoozes() == []


def test_no_day_is_asked_for(as_lead: FlaskClient) -> None:
    answer = post(as_lead, f"{ASK}/snooze", reason=WHY)
    assert "Enter the day on which we remind you again" in answer.text
    assert WHY in answer.text


def test_a_form_sent_twice_is_saved_once(as_lead: FlaskClient) -> None:
    for _ in range(2):
        post(as_lead, f"{ASK}/snooze", reason=WHY, submission_key="the same", **day_boxes(UNTIL))
    assert len(snoozes()) == 1
    assert "This was saved already." in as_lead.get(ASK).text


def test_what_falls_due_meanwhile_is_in_the_ledger_and_told_when_the_snooze_is_over(
    world: make.World, lead: int, server: MailServer, settings: Settings
) -> None:
    move_deadline(world.north_trust, "6.1", date(2020, 11, 4))
    snoozed(lead, UNTIL)
    for number in (0, 1, 2, 5, 12):
        send_reminders(TODAY + timedelta(days=number), settings)
    of_ask = [entry for entry in ledger() if entry.ask_id == ask_id("6.1")]
    assert {(entry.state.value, entry.why) for entry in of_ask} == {("snoozed", "Snoozed until 2020-11-20")}
    assert [entry.kind for entry in of_ask] == ["before_7", "before_1", "on_the_day", "after_3", "after_10"]
    assert not any("/6.1/" in mail.text for mail in server.messages)
    send_reminders(UNTIL, settings)
    assert [entry.kind for entry in ledger() if entry.ask_id == ask_id("6.1")][-1] == "woken_2020-11-20"
    assert "/6.1/" in server.messages[-1].text


def test_waking_it_tells_at_once_what_fell_due_meanwhile(
    world: make.World, as_lead: FlaskClient, lead: int, server: MailServer, settings: Settings
) -> None:
    snoozed(lead, UNTIL)
    send_reminders(TODAY - timedelta(days=1), settings)
    assert not any("/6.1/" in mail.text for mail in server.messages)
    snoozed(lead, UNTIL + timedelta(days=1))
    assert [each.true_on for each in snoozes()] == [TODAY, TODAY], "one that goes on keeps its first day"
    # What fell due on a day before the snooze began does not come again; what fell due since does.
    move_deadline(world.north_trust, "6.1", TODAY)
    send_reminders(TODAY, settings)
    assert ledger()[-1].state.value == "snoozed"
    answer = post(as_lead, f"{ASK}/snooze/wake")
    assert answer.location == ASK
    assert "We remind you of this ask again." in as_lead.get(ASK).text
    assert "Until " not in text_of(as_lead, ASK).partition("Reminders")[2].partition("What is asked")[0]
    assert len(audited("reminders woken")) == 1
    send_reminders(TODAY + timedelta(days=1), settings)
    assert ledger()[-1].kind == "woken_2020-11-02"
    post(as_lead, f"{ASK}/snooze/wake")
    assert "You had not snoozed this ask." in as_lead.get(ASK).text


def test_another_day_takes_the_place_of_the_first(as_lead: FlaskClient) -> None:
    for until in (UNTIL, date(2020, 12, 1)):
        post(as_lead, f"{ASK}/snooze", reason=WHY, **day_boxes(until))
    first, second = snoozes()
    assert first.superseded_at is not None
    assert (second.superseded_at, second.until_on) == (None, date(2020, 12, 1))
    assert "You snooze it now Until 1 December 2020" in text_of(as_lead, f"{ASK}/snooze")


def test_who_reads_why_it_is_snoozed(world: make.World, lead: int, client: FlaskClient) -> None:
    overdue, ahead = ASK, "/organisations/XN1/8ua-2020/7.1"
    snoozed(lead, UNTIL)
    snoozed(lead, UNTIL, ref="7.1")
    reads = {
        (Role.BOARD, world.north_trust): (True, True, False),
        (Role.REGION, world.north_region): (True, False, True),
        (Role.NATIONAL, None): (True, False, False),
    }
    for (role, body), (of_overdue, of_ahead, is_named) in reads.items():
        browser = client.application.test_client()
        make.sign_in(browser, role, body)
        for path, is_read in ((overdue, of_overdue), (ahead, of_ahead)):
            page = text_of(browser, path)
            assert ("The board meets later" in page) is is_read, (role, path)
            named = "by Robin Ashdown (Health inequalities lead)" if is_named else "by Health inequalities lead"
            assert (named in page) is is_read, (role, path)


def test_only_whoever_is_reminded_of_an_ask_snoozes_it(world: make.World, client: FlaskClient) -> None:
    make.sign_in(client, Role.CONTRIBUTOR, world.north_trust)
    assert "Snooze my reminders" not in text_of(client, ASK)
    assert client.get(f"{ASK}/snooze").status_code == 403
    assert post(client, f"{ASK}/snooze", reason=WHY, **day_boxes(UNTIL)).status_code == 403
    board = client.application.test_client()
    make.sign_in(board, Role.BOARD, world.north_trust)
    assert board.get(f"{ASK}/snooze").status_code == 403
    assert snoozes() == []


def test_the_page_of_an_ask_says_the_last_reminders_and_what_became_of_them(
    world: make.World, as_lead: FlaskClient, lead: int, settings: Settings
) -> None:
    assert "Nobody has been reminded of this ask yet." in text_of(as_lead, ASK)
    send_reminders(TODAY, settings)
    page = text_of(as_lead, ASK)
    assert (
        "Due 29 October 2020 Sent: A date that comes or has passed, 38 days after. To Robin Ashdown "
        "(Health inequalities lead)"
    ) in page
    assert "/reminders/ledger?organisation=XN1" in as_lead.get(ASK).text
    assert words_of(as_lead.get("/reminders/ledger?organisation=XN1")).count("Sent at") == 4


def test_what_a_friday_takes_along_of_a_weekend_is_told_on_the_monday_on_which_it_wakes(
    world: make.World, lead: int, server: MailServer, settings: Settings
) -> None:
    friday, saturday, monday = date(2020, 11, 6), date(2020, 11, 7), date(2020, 11, 9)
    move_deadline(world.north_trust, "6.1", saturday)
    snoozed(lead, saturday)
    send_reminders(friday, settings, ahead_to=saturday + timedelta(days=1))
    assert not any("/6.1/" in mail.text for mail in server.messages)
    send_reminders(monday, settings)
    assert "/6.1/" in server.messages[-1].text


@pytest.mark.parametrize("how", ["role ended", "switched off"])
def test_a_snooze_ends_with_the_role_and_nobody_reads_of_it_any_more(
    world: make.World, lead: int, client: FlaskClient, how: str
) -> None:
    snoozed(lead, UNTIL)
    make.also(lead, Role.BOARD, world.south_trust)
    with transaction():
        account = find_account_by_email(LEAD, lock=True)
        assert account is not None
        if how == "role ended":
            held = find_membership(lead, Role.LEAD, world.north_trust)
            assert held is not None
            service.end_membership(held)
        else:
            service.set_active(account, False)
    assert [each for each in snoozes() if each.superseded_at is None] == []
    make.sign_in(client, Role.LEAD, world.north_trust)
    assert WHY not in text_of(client, ASK)
