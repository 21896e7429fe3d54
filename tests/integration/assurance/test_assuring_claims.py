"""The queue of claims and the page of one: whose are on it, what a decision and a question do, and who may not."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from datetime import timedelta

import make
import openpyxl
import pytest
import tell
from conftest import NOON
from flask.testing import FlaskClient
from integration.assurance.assuring import QUEUE, claim, hidden, note, now, page_of, send, text_of
from integration.mail.awaited import digests, lines_of, waiting

from tracker import clock
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import session, transaction
from tracker.frameworks.rules import OrganisationType, StatusClass
from tracker.mail.topics import Topic
from tracker.organisations.service import track

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def as_region(client: FlaskClient, region: Viewer) -> FlaskClient:
    make.enter(client, f"region.{region.held[0].organisation_id}@example.nhs.uk")
    return client


def listed(client: FlaskClient, query: str = "") -> list[str]:
    page = client.get(f"{QUEUE}{query}").get_data(as_text=True)
    return [f"{code}/{ref}" for code, ref in re.findall(rf'{QUEUE}/(\w+)/8ua-2020/([\w.]+)"', page)]


def lead_of(code: str, organisation_id: int) -> Viewer:
    person_id = make.person(Role.LEAD, organisation_id)
    return Viewer(person_id, "Alex Moor", (HeldRole(Role.LEAD, organisation_id, code),))


def test_a_region_works_through_its_queue(as_region: FlaskClient, world: make.World, lead: Viewer) -> None:
    with clock.frozen(NOON - timedelta(days=20)):
        claim(lead, "2.3")
        claim(lead_of("XS1", world.south_trust), "2.3", "XS1")
    with clock.frozen(NOON - timedelta(days=3)):
        for ref in ("2.2", "7.1"):
            claim(lead, ref)
        claim(lead_of("0N1", world.north_ccg), "1.3", "0N1")
    assert listed(as_region) == ["XN1/2.3", "0N1/1.3", "XN1/2.2", "XN1/7.1"], "Who waited longest comes first."
    assert listed(as_region, "?sort=waiting")[-1] == "XN1/2.3"
    assert listed(as_region, "?days=20&type=trust&action=8ua-2020/2&system=QN1") == ["XN1/2.3"]
    assert listed(as_region, "?days=21") == []
    page = send(as_region, page_of("2.3"))
    assert page.status_code == 200
    assert "Choose whether to assure the claim, return it or ask a question" in text_of(page)
    for words in ("What is asked", "What is claimed", "History", "https://example.nhs.uk/board-paper"):
        assert words in text_of(page)
    assert "Enter the reason for returning the claim" in text_of(send(as_region, page_of("2.3"), decision="return"))
    assert "Enter your question" in text_of(send(as_region, page_of("2.3"), decision="ask"))
    assert send(as_region, page_of("2.3"), decision="assure").status_code == 302
    assert send(as_region, page_of("2.2"), decision="return", reason="No ethnicity in it").status_code == 302
    assert send(as_region, page_of("7.1"), decision="ask", question="Where are the minutes?").status_code == 302
    assert now("2.3").status is StatusClass.DONE_ASSURED
    assert now("2.2").status is StatusClass.NOT_STARTED
    assert now("7.1").status is StatusClass.DONE_CLAIMED
    told = [(each.person_id, each.topic) for each in waiting()]
    assert told == [(lead.person_id, each) for each in (Topic.ASSURED, Topic.RETURNED, Topic.MENTION)]
    mail = digests()[lead.person_id]
    assert lines_of(mail, "2.3") == ["The claim was assured: nothing else needs doing"]
    assert lines_of(mail, "7.1") == ["Somebody named you in a comment, and may wait for an answer"]
    assert "Where are the minutes?" not in mail.body
    assert listed(as_region, "?state=asked") == ["XN1/7.1"]
    assert "Question asked" in text_of(as_region.get(QUEUE))
    note(lead)
    assert listed(as_region, "?state=lapsed") == ["XN1/2.3"]
    for path in (QUEUE, page_of("2.3"), "/organisations/XN1/8ua-2020/2.3"):
        assert "vidence was added" in text_of(as_region.get(path)), path
    assert "SHA-256" in text_of(as_region.get(page_of("2.3")))
    assert "Seen at the board" in text_of(as_region.get(page_of("2.3"))), "A note is read beside the claim."
    assert "Seen at the board" not in text_of(as_region.get("/organisations/XN1/8ua-2020/2.3"))


@ON_SQLITE
def test_the_files_hold_the_rows_of_the_page_and_a_filter_that_is_wrong_is_said(
    as_region: FlaskClient, lead: Viewer
) -> None:
    with clock.frozen(NOON - timedelta(days=9)):
        claim(lead, "2.3")
        claim(lead, "2.2")
    text = as_region.get(f"{QUEUE}.csv?sort=ask").get_data(as_text=True)
    rows = [(r["ods_code"], r["ask_ref"], r["days_waiting"]) for r in csv.DictReader(io.StringIO(text, newline=""))]
    assert rows == [("XN1", "2.2", "9"), ("XN1", "2.3", "9")]
    book = openpyxl.load_workbook(io.BytesIO(as_region.get(f"{QUEUE}.xlsx").data))
    assert sum(1 for sheet in book for row in sheet.iter_rows() if "XN1" in [cell.value for cell in row]) == 2
    for query, words in (("days=-1", "whole number of days"), ("system=QS1", "there is no “QS1”")):
        answer = as_region.get(f"{QUEUE}?{query}")
        assert answer.status_code == 400
        assert words in text_of(answer)
        assert as_region.get(f"{QUEUE}.csv?{query}").status_code == 400


@ON_SQLITE
def test_evidence_that_comes_while_a_claim_is_open_makes_the_decision_a_second_look(
    as_region: FlaskClient, lead: Viewer
) -> None:
    claim(lead)
    opened = hidden(as_region, page_of("2.3"))
    note(lead)
    answer = send(as_region, page_of("2.3"), opened, decision="return", reason="Kept as typed")
    assert answer.status_code == 409
    assert "Kept as typed" in text_of(answer)
    again = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', answer.text))
    assert send(as_region, page_of("2.3"), again, decision="assure").status_code == 302
    assert send(as_region, page_of("2.3"), again, decision="assure").status_code == 302
    assert (now().status, now().signed) == (StatusClass.DONE_ASSURED, 1), "A double click assures once."
    assert "There is no claim to decide on" in text_of(as_region.get(page_of("2.3")))


@ON_SQLITE
def test_a_decision_on_what_is_no_claim_any_more_keeps_its_reason(as_region: FlaskClient, lead: Viewer) -> None:
    claim(lead)
    opened = hidden(as_region, page_of("2.3"))
    tell.say(lead, "2.3", "not_applicable", reason="The system does this")
    answer = send(as_region, page_of("2.3"), opened, decision="return", reason="No ethnicity in it")
    assert answer.status_code == 409
    for said in (
        "Somebody else changed this ask while you were deciding",
        "No ethnicity in it",
        "“Not applicable” now",
    ):
        assert said in text_of(answer), said
    assert now().kinds == ("update", "update")


@ON_SQLITE
def test_whoever_has_any_role_in_the_organisation_decides_on_none_of_its_claims(
    as_region: FlaskClient, lead: Viewer, region: Viewer, world: make.World
) -> None:
    claim(lead)
    assert listed(as_region) == ["XN1/2.3"]
    make.also(region.person_id, Role.BOARD, world.north_trust)
    assert listed(as_region) == []
    assert as_region.get(page_of("2.3")).status_code == 403
    both = Viewer(region.person_id, "Sam Fell", (*region.held, HeldRole(Role.BOARD, world.north_trust, "XN1")))
    with pytest.raises(tell.items.MoveNotAllowed, match="another body"):
        tell.decide(both, "2.3", is_assured=True)


@ON_SQLITE
def test_a_system_team_decides_on_practices_of_its_own_and_on_nobody_else(
    client: FlaskClient, world: make.World, lead: Viewer
) -> None:
    practice = make.organisation(
        "N81001", "Fell Street Surgery", OrganisationType.PRACTICE, region=world.north_region, system=world.north_system
    )
    session().commit()
    with transaction():
        track(OrganisationType.PRACTICE, True)
    claim(lead)
    claim(lead_of("N81001", practice), "1.3", "N81001")
    make.sign_in(client, Role.SYSTEM, world.north_system)
    assert listed(client) == ["N81001/1.3"]
    assert client.get(page_of("2.3")).status_code == 403
    page = text_of(client.get(page_of("1.3", "N81001")))
    assert "Ask a question" not in page, "A system does not comment on practices, so it is not offered."
    assert send(client, page_of("1.3", "N81001"), decision="assure").status_code == 302
    assert now("1.3", "N81001").status is StatusClass.DONE_ASSURED


@ON_SQLITE
def test_a_page_of_the_queue_costs_as_many_statements_for_many_claims_as_for_one(
    as_region: FlaskClient, lead: Viewer, statements: Callable[[FlaskClient, str], int]
) -> None:
    claim(lead)
    few = statements(as_region, QUEUE)
    for ref in ("2.2", "7.1", "3.1", "3.4", "1.3"):
        claim(lead, ref)
    assert statements(as_region, QUEUE) == few
    assert len(listed(as_region)) == 6


@ON_SQLITE
def test_a_form_that_comes_back_with_another_decision_is_no_double_click(as_region: FlaskClient, lead: Viewer) -> None:
    claim(lead)
    opened = hidden(as_region, page_of("2.3"))
    assert send(as_region, page_of("2.3"), opened, decision="assure").status_code == 302
    answer = send(as_region, page_of("2.3"), opened, decision="return", reason="Kept as typed")
    assert answer.status_code == 409
    assert "Kept as typed" in text_of(answer)
    assert now("2.3").status is StatusClass.DONE_ASSURED
    for ref, fields in (("2.2", ("return", "reason")), ("7.1", ("ask", "question"))):
        claim(lead, ref)
        opened, (decision, words) = hidden(as_region, page_of(ref)), fields
        said = [send(as_region, page_of(ref), opened, decision=decision, **{words: each}) for each in "AAB"]
        assert [each.status_code for each in said] == [302, 302, 409], "Other words are no double click."
