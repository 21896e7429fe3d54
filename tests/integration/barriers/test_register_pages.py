"""The register of barriers and enablers: who keeps it, what it asks for, and that nothing said is ever lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

import pytest
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.barriers.registering import (
    ADD,
    BARRIER,
    CHANGE,
    CLOSE,
    ENABLER,
    ONE,
    REGISTER,
    add,
    change,
    day,
    links,
    opened,
    stored,
    text_of,
    versions,
)

from tracker.accounts.rules import Role
from tracker.audit.models import AuditEntry
from tracker.barriers.models import BarrierRevision
from tracker.barriers.rules import BarrierStatus, Kind, Severity
from tracker.db import session

Enter = Callable[..., FlaskClient]


def test_what_is_added_is_shown_with_everything_that_was_said(robin: FlaskClient) -> None:
    assert add(robin).location == ONE
    page = text_of(robin.get(ONE))
    for words in (
        "It is in the register now.",
        "No analyst for splits by ward",
        "Since May\nnobody can",
        "Access to data",
        "Asked the system",
        "Director of Strategy",
        "14 September 2020",
        "1 October 2020",
        "1 November 2020 (review due)",
        "12:00 on 2 November 2020: Robin Ashdown, Health inequalities lead, added this as a barrier, open.",
        'href="/organisations/XN1/8ua-2020/2.2"',
        'href="/organisations/XN1/8ua-2020/7.1"',
    ):
        assert words in page, words
    (row,) = stored()
    assert (row.kind, row.severity, row.status, row.number) == (Kind.BARRIER, Severity.HIGH, BarrierStatus.OPEN, 1)
    assert (row.true_on, row.recorded_at, row.role) == (date(2020, 11, 2), NOON, "lead")
    assert links() == [(1, "2.2"), (1, "7.1")]


def test_an_enabler_has_no_severity_whatever_was_sent(robin: FlaskClient) -> None:
    add(robin, ENABLER, severity="high")
    (row,) = stored()
    assert (row.kind, row.severity, row.status) == (Kind.ENABLER, None, BarrierStatus.WORKED_ON)
    assert "Does not apply" in text_of(robin.get(REGISTER))


def test_a_title_a_theme_a_kind_a_status_and_a_severity_are_enough(robin: FlaskClient) -> None:
    least = {"kind": "barrier", "severity": "low", "title": "Time", "theme": "capacity", "status": "open"}
    assert add(robin, least | day("since_on", "2 11 2020")).status_code == 302
    page = text_of(robin.get(ONE))
    for words in ("Not provided", "No owner", "Not reviewed yet", "Not set", "It is linked to no ask or step."):
        assert words in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"kind": ""}, "Choose whether it is a barrier or an enabler"),
        ({"severity": ""}, "Choose how severe the barrier is"),
        ({"title": ""}, "Enter a title"),
        ({"title": "t" * 201}, "Title must be 200 characters or fewer. You have typed 201."),
        ({"description": "d" * 2001}, "Description (optional) must be 2,000 characters or fewer."),
        ({"action": "a" * 2001}, "What is done about it (optional) must be 2,000 characters or fewer."),
        ({"owner": "one\ntwo"}, "Owner (optional) must be on one line."),
        ({"title": "kept \x07 bell"}, "Title has a hidden character that cannot be kept"),
        ({"theme": ""}, "Choose a theme"),
        ({"theme": "made_up"}, "Theme: choose one of the answers that are offered"),
        ({"status": ""}, "Choose a status"),
        ({"status": "in_use"}, "A barrier ends resolved, not in use: choose another status"),
        ({"kind": "enabler", "status": "resolved"}, "An enabler ends in use, not resolved: choose another status"),
        ({"asks": "8ua-2020/9.9"}, "choose one of the answers that are offered"),
        (day("since_on", "3 11 2020"), "The day since when it is so must be today or in the past"),
        (day("since_on", "31 2 2020"), "31 February 2020 is not a real date"),
        ({"since_on-day": "", "since_on-month": "", "since_on-year": ""}, "Enter since when it is so"),
        (day("reviewed_on", "3 11 2020"), "The day it was last reviewed must be today or in the past"),
        (day("next_review_on", "1 10 2020"), "The next review must be after the day it was last reviewed"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_saves_nothing(
    robin: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    answer = add(robin, BARRIER | changes)
    page = text_of(answer)
    assert answer.status_code == 200
    assert page.count(sentence) >= 2, "the summary and the field say the same"
    assert "Error: " in page.split("</title>", 1)[0]
    assert "Director of Strategy" in page or "owner" in changes
    assert re.search(r'value="8ua-2020/7.1"[^>]*checked', page) or "asks" in changes
    assert stored() == []
    assert versions() == []


@pytest.mark.parametrize(
    ("role", "code", "reads", "keeps"),
    [
        (Role.LEAD, "XN1", 200, 200),
        (Role.CONTRIBUTOR, "XN1", 200, 200),
        (Role.BOARD, "XN1", 200, 403),
        (Role.SYSTEM, "XN1", 200, 403),
        (Role.SYSTEM, "QN1", 200, 200),
        (Role.REGION, "XN1", 200, 403),
        (Role.NATIONAL, "XN1", 200, 403),
        (Role.ADMINISTRATOR, "XN1", 403, 403),
        (Role.LEAD, "XS1", 404, 404),
        (Role.REGION, "XS1", 404, 403),
        (Role.SYSTEM, "XS1", 404, 404),
    ],
)
def test_whoever_sees_an_organisation_reads_its_register_and_who_updates_it_keeps_it(
    enter: Enter, role: Role, code: str, reads: int, keeps: int
) -> None:
    client = enter(role)
    for path in (REGISTER, f"{REGISTER}.csv", f"{REGISTER}.xlsx"):
        assert client.get(path.replace("XN1", code)).status_code == reads, path
    assert client.get(ADD.replace("XN1", code)).status_code == keeps
    token = opened(client, "/organisations" if keeps != 200 else ADD.replace("XN1", code))
    sent = BARRIER | {"csrf_token": token.get("csrf_token", "x"), "submission_key": "a"}
    assert client.post(ADD.replace("XN1", code), data=sent).status_code == (302 if keeps == 200 else keeps)
    assert len(stored()) == (1 if keeps == 200 else 0)


def test_who_only_reads_is_offered_no_change(robin: FlaskClient, sam: FlaskClient) -> None:
    add(robin)
    assert "Change or review" in text_of(robin.get(ONE))
    for path in (REGISTER, ONE):
        page = text_of(sam.get(path))
        assert "No analyst" in page
        assert "/change" not in page
        assert ADD not in page
    for path in (CHANGE, CLOSE):
        assert sam.get(path).status_code == 403


def test_an_entry_of_another_organisation_is_not_found_under_this_one(robin: FlaskClient, enter: Enter) -> None:
    add(robin)
    system = enter(Role.SYSTEM)
    for path in (ONE, CHANGE, CLOSE):
        assert system.get(path.replace("XN1", "QN1")).status_code == 404
        assert robin.get(path.replace("/1", "/77")).status_code == 404


def test_a_change_is_a_revision_with_its_reason_and_the_history_reads_as_sentences(robin: FlaskClient) -> None:
    add(robin)
    form = text_of(robin.get(CHANGE))
    for typed in ("No analyst for splits by ward", "Since May", 'value="14"', "Director of Strategy"):
        assert typed in form
    assert re.search(r'value="8ua-2020/2.2"[^>]*checked', form)
    answer = change(robin, BARRIER | {"asks": ["8ua-2020/2.3"]}, status="worked_on", owner="Chief Nurse")
    assert answer.location == ONE
    page = text_of(robin.get(ONE))
    assert (
        "Robin Ashdown, Health inequalities lead, changed the status from open to being worked on, changed the owner "
        "from “Director of Strategy” to “Chief Nurse”, linked it to 2.3 of 8ua-2020 and took the link to 2.2 of "
        "8ua-2020 and 7.1 of 8ua-2020 away." in page
    )
    assert "<strong>Why:</strong> News" in page
    first, second = stored()
    assert (first.owner, second.owner, second.number) == ("Director of Strategy", "Chief Nurse", 2)
    assert links() == [(1, "2.2"), (1, "7.1"), (2, "2.3")], "what was linked before stays told"
    assert versions() == [2]


@pytest.mark.parametrize("reason", ["", "r" * 1001])
def test_a_change_says_why(robin: FlaskClient, reason: str) -> None:
    add(robin)
    answer = change(robin, status="worked_on", reason=reason)
    assert answer.status_code == 200
    sentence = "must be 1,000 characters or fewer" if reason else "Enter why you change it"
    assert text_of(answer).count(sentence) >= 2
    assert versions() == [1]


def test_a_change_of_nothing_is_sent_back(robin: FlaskClient) -> None:
    add(robin)
    answer = change(robin)
    assert answer.status_code == 200
    assert "Nothing is different from what the register says." in text_of(answer)
    assert versions() == [1]


def test_of_two_changes_one_wins_and_the_other_gets_409_with_both_texts(robin: FlaskClient, enter: Enter) -> None:
    add(robin)
    colleague = enter(Role.CONTRIBUTOR, name="Kit Larkin")
    late = opened(colleague, CHANGE)
    change(robin, description="Robin's words", status="worked_on")
    answer = colleague.post(CHANGE, data=late | BARRIER | {"description": "Kit's words", "reason": "Mine"})
    assert answer.status_code == 409
    page = text_of(answer)
    assert "Somebody else changed this while you were writing." in page
    now, typed = page.split("What you typed", 1)
    assert "Robin's words" in now
    assert "Being worked on" in now
    assert "Kit's words" in typed
    assert "Mine" in typed
    assert versions() == [2]
    again = late | BARRIER | {"description": "Kit's words", "reason": "Mine", "version": "2"}
    assert 'name="version" type="hidden" value="2"' in page
    assert colleague.post(CHANGE, data=again).status_code == 302
    assert [row.description for row in stored()] == ["Since May\nnobody can", "Robin's words", "Kit's words"]


@pytest.mark.parametrize("path", [ADD, CHANGE, CLOSE])
def test_a_form_that_is_sent_twice_is_saved_once(robin: FlaskClient, path: str) -> None:
    if path != ADD:
        add(robin)
    before = len(stored())
    sent = opened(robin, path) | BARRIER | {"status": "worked_on", "reason": "Now", "outcome": "settled"}
    for _ in range(2):
        assert robin.post(path, data=sent).status_code == 302
    assert len(stored()) == before + 1
    assert "This was saved already. Nothing was saved twice." in text_of(robin.get(REGISTER))


def test_hostile_text_is_shown_as_it_was_typed(robin: FlaskClient, sam: FlaskClient) -> None:
    text = "<script>alert(1)</script> {{ 7 * 7 }} =1+1 “quotes” 'and' \"more\""
    add(robin, BARRIER | {"title": text, "description": text, "action": text, "owner": text})
    for path in (REGISTER, ONE):
        page = sam.get(path)
        assert text in text_of(page)
        assert "<script>alert" not in page.get_data(as_text=True)


def test_the_audit_keeps_codes_and_no_words(robin: FlaskClient) -> None:
    add(robin)
    change(robin, status="worked_on", reason="Because Sam Fell said so")
    session().rollback()
    entries = list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb.like("barrier%")).order_by("id")))
    assert [(each.verb, each.subject, each.role) for each in entries] == [
        ("barrier added", "barrier 1", "lead"),
        ("barrier changed", "barrier 1", "lead"),
    ]
    assert entries[1].before == {
        "kind": "barrier",
        "status": "open",
        "severity": "high",
        "theme": "data",
        "revision": 1,
    }
    assert entries[1].after["status"] == "worked_on"
    said = " ".join(str((each.before, each.after)) for each in entries)
    assert not any(word in said for word in ("analyst", "Fell", "Strategy"))


@pytest.mark.parametrize(
    "wrong",
    [
        {"severity": None},
        {"kind": "enabler"},
        {"status": "in_use"},
        {"next_review_on": date(2020, 9, 1)},
        {"number": 1},
    ],
)
def test_the_database_holds_what_the_rules_say(app: Flask, robin: FlaskClient, wrong: dict[str, object]) -> None:
    add(robin)
    twin = {column.name: getattr(stored()[0], column.name) for column in BarrierRevision.__table__.columns}
    twin |= {"id": 9, "number": 2, "submission_key": "another"} | wrong
    with pytest.raises(sa.exc.IntegrityError):
        session().execute(sa.insert(BarrierRevision).values(twin))
    session().rollback()
