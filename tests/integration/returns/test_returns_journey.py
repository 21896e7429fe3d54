"""A return from its beginning to the board's decision, through the pages, by the people whose business it is."""

from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.returns.returning import (
    CHANGE,
    CHECK,
    CONTROL,
    DECIDE,
    ONE,
    RETURNS,
    START,
    SUBMIT,
    count,
    day,
    main_of,
    opened,
    send,
    start,
    state_of,
    submissions,
    text_of,
)

from tracker.accounts.models import Membership
from tracker.accounts.rules import Role, Viewer
from tracker.db import session
from tracker.evidence.models import EvidenceUse
from tracker.returns.models import BoardReturn, ReturnCheck, ReturnControl, ReturnDecision, ReturnRow


def test_a_return_is_begun_checked_submitted_and_approved(robin: FlaskClient, ruth: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "at_risk", narrative="Two wards of five", reason="Too few analysts")
    assert start(robin).location == ONE
    assert state_of() == ("draft", 1, 1)
    assert "The rows below are as they stand now" in main_of(robin.get(ONE))
    assert send(robin, CHECK).location == SUBMIT
    assert state_of() == ("checked", 1, 2)
    assert send(robin, SUBMIT).location == ONE
    assert state_of() == ("submitted", 1, 3)
    for path in (DECIDE, ONE):
        page = main_of(ruth.get(path))
        assert "What the check warned of when it was submitted No executive lead was in post" in page
        assert "Past its date, with no day by which it will be back: 2.2" in page
    assert send(ruth, DECIDE, decision="approved", reason="kept out").location == ONE
    assert state_of() == ("approved", 1, 4)
    page = main_of(ruth.get(ONE))
    for words in ("Approved", "2 November 2020 by Ruth Calloway, Board member", "Two wards of five", "Public board, 5"):
        assert words in page
    assert "kept out" not in page
    assert "Robin Ashdown, Health inequalities lead, checked version 1" in page


def test_what_the_board_saw_stays_whatever_is_said_afterwards(
    robin: FlaskClient, ruth: FlaskClient, lead: Viewer
) -> None:
    tell.say(lead, "2.2", "at_risk", narrative="As it was", reason="Why")
    start(robin)
    send(robin, CHECK)
    send(robin, SUBMIT)
    tell.say(lead, "2.2", "on_track", narrative="As it is")
    page = main_of(ruth.get(ONE))
    assert "As it was" in page
    assert "As it is" not in page


def test_a_return_that_is_sent_back_goes_on_as_the_next_version_and_the_first_stays(
    robin: FlaskClient, ruth: FlaskClient
) -> None:
    start(robin)
    send(robin, CHECK)
    send(robin, SUBMIT)
    refused = send(ruth, DECIDE, decision="sent_back", reason=" ")
    assert "Enter why the return is sent back" in text_of(refused)
    assert send(ruth, DECIDE, decision="sent_back", reason="Add ethnicity").location == ONE
    assert state_of() == ("sent_back", 1, 4)
    assert "Why it was sent back Add ethnicity" in main_of(robin.get(ONE))
    # Even unchanged words begin the next version: what was mended may stand in the asks.
    assert send(robin, CHANGE, CONTROL).location == ONE
    assert state_of() == ("draft", 2, 5)
    send(robin, CHECK)
    send(robin, SUBMIT)
    send(ruth, DECIDE, decision="approved")
    assert state_of() == ("approved", 2, 8)
    assert [each.edition for each in submissions()] == [1, 2]
    assert "Why it was sent back Add ethnicity" in main_of(ruth.get(f"{ONE}?version=1"))
    assert "Other versions: Version 1" in main_of(ruth.get(ONE))


def test_who_submitted_a_return_does_not_decide_on_it(robin: FlaskClient, world: make.World) -> None:
    also_of_the_board = Membership(
        person_id=robin.person_id,  # type: ignore[attr-defined]
        role=Role.BOARD,
        organisation_id=world.north_trust,
        granted_at=make.LONG_AGO,
    )
    session().add(also_of_the_board)
    session().commit()
    start(robin)
    send(robin, CHECK)
    send(robin, SUBMIT)
    assert "You submitted this return" in main_of(robin.get(ONE))
    assert "submission_key" not in text_of(robin.get(DECIDE)).split("<main", 1)[1]
    token = make.csrf_token(robin, "/organisations")
    answer = robin.post(DECIDE, data={"csrf_token": token, "decision": "approved", "version": "3"})
    assert "so somebody else on the board decides on it" in main_of(answer)
    assert state_of() == ("submitted", 1, 3)
    assert count(ReturnDecision) == 0


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": " "}, "Enter a title"),
        ({"meeting": ""}, "Enter the meeting"),
        ({"author": ""}, "Enter the author"),
        ({"purpose": ""}, "Choose the purpose"),
        ({"purpose": "gossip"}, "choose one of the answers that are offered"),
        ({"framework": "999"}, "choose one of the answers that are offered"),
        (day("as_at", "3 11 2020"), "must be today or in the past"),
        (day("as_at", "31 2 2020"), "is not a real date"),
        (day("meeting_on", "1 11 2020"), "The meeting must be on the day that the return tells of, or later"),
        ({"title": "x" * 201}, "Title must be 200 characters or fewer"),
    ],
)
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_writes_nothing(
    robin: FlaskClient, changes: dict[str, str], sentence: str
) -> None:
    answer = start(robin, **changes)
    assert answer.status_code == 200
    assert sentence in text_of(answer)
    assert "Quality committee" in text_of(answer)
    assert count(BoardReturn) == count(ReturnControl) == 0


def test_a_return_tells_of_the_last_possible_day_on_the_day_itself(robin: FlaskClient) -> None:
    assert start(robin, **day("meeting_on", "2 11 2020")).status_code == 302


def test_a_new_return_takes_over_what_stays_the_same(robin: FlaskClient) -> None:
    start(robin)
    page = text_of(robin.get(START))
    assert 'value="Health inequalities: eight actions"' in page
    assert 'value="Public board"' in page
    assert "Quality committee" not in page


def test_one_return_of_a_scope_is_worked_on_at_a_time(robin: FlaskClient) -> None:
    start(robin)
    answer = start(robin, title="Another")
    assert answer.location == ONE
    assert "Return 1 covers the same and is being worked on" in main_of(robin.get(ONE))
    assert count(BoardReturn) == 1
    # Of one framework it is another return, and it cannot be widened to the first one's scope meanwhile.
    assert start(robin, framework="1").location == f"{RETURNS}/2"
    widened = send(robin, f"{RETURNS}/2/change", CONTROL)
    assert "Return 1 covers the same and is being worked on" in main_of(widened)


def test_a_page_that_is_not_to_be_used_now_leads_to_the_return_and_says_why(
    robin: FlaskClient, ruth: FlaskClient
) -> None:
    start(robin)
    assert (robin.get(SUBMIT).location, ruth.get(DECIDE).location) == (ONE, ONE)
    assert "This return is a draft. Check it first." in main_of(robin.get(ONE))
    send(robin, CHECK)
    send(robin, SUBMIT)
    assert (robin.get(CHANGE).location, robin.get(CHECK).location, robin.get(SUBMIT).location) == (ONE, ONE, ONE)
    assert "This return is with the board. It cannot be changed any more." in main_of(robin.get(ONE))


def test_a_changed_return_has_to_be_checked_again(robin: FlaskClient) -> None:
    start(robin)
    send(robin, CHECK)
    assert send(robin, CHANGE, CONTROL, title="Another").location == ONE
    assert state_of() == ("draft", 1, 3)
    assert robin.get(SUBMIT).location == ONE
    assert "Nothing is different from what the return says" in main_of(send(robin, CHANGE, CONTROL, title="Another"))


def test_a_claim_without_evidence_blocks_and_is_mended_where_the_link_leads(robin: FlaskClient, lead: Viewer) -> None:

    tell.say(lead, "2.3", "complete_claimed", evidence_url="https://board.example.nhs.uk/paper")
    session().execute(sa.update(EvidenceUse).values(starts_on=date(2020, 9, 1), ends_on=date(2020, 10, 1)))
    session().commit()
    start(robin)
    page = text_of(robin.get(CHECK))
    assert "is claimed as complete, but there is no evidence for it that still counts." in page
    assert 'href="/organisations/XN1/evidence/add?ask=8ua-2020/2.3"' in page
    assert "Mark as checked" not in page
    assert "submission_key" not in page.split("<main", 1)[1]
    session().execute(sa.update(EvidenceUse).values(ends_on=None))
    session().commit()
    assert send(robin, CHECK).location == SUBMIT
    # What has become wrong since the check stops it as well.
    fields = opened(robin, SUBMIT)
    session().execute(sa.update(EvidenceUse).values(ends_on=date(2020, 10, 1)))
    session().commit()
    answer = robin.post(SUBMIT, data=fields)
    assert "Something has to be mended before this return can go on." in main_of(answer)
    assert state_of() == ("checked", 1, 2)
    assert count(ReturnRow) == 0


def test_every_problem_is_listed_in_one_pass_with_a_link_to_where_it_is_mended(
    robin: FlaskClient, lead: Viewer
) -> None:
    tell.say(lead, "2.2", "at_risk", reason="Why")
    start(robin)
    page = text_of(robin.get(CHECK)).split("<main", 1)[1]
    assert "No executive lead was in post on that day." in page
    assert 'href="/organisations/XN1/8ua-2020/6.1"' in page
    assert "3 asks depend on the services you run" in page
    assert 'href="/organisations/XN1/services"' in page
    assert page.count("has no update yet") > 10
    assert 'href="/organisations/XN1/8ua-2020/8.1/update"' in page
    assert "is past its date of 31 October 2020, and there is no day by which it will be back." in page
    assert "To mend before" not in page
    send(robin, CHECK)
    assert count(ReturnCheck) == 1
