"""The page of an escalation as a region and an organisation meet on it: raised, answered, judged, held and closed."""

from __future__ import annotations

import re
from datetime import date

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from integration.escalations.climbing import (
    ANSWER,
    ASK,
    CLOSE,
    HOLD,
    LIST,
    ONE,
    OUTCOME,
    RAISE,
    WORDS,
    day,
    hold,
    in_days,
    judge,
    opened,
    raised,
    send,
    text_of,
)

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.db import session
from tracker.escalations.models import Escalation, EscalationEvent
from tracker.escalations.rules import Judgement
from tracker.progress.items import MoveNotAllowed


def rows() -> tuple[int, int]:
    """How many escalations and events are stored."""
    session().rollback()
    counted = [sa.select(sa.func.count()).select_from(table) for table in (Escalation, EscalationEvent)]
    return session().scalar(counted[0]) or 0, session().scalar(counted[1]) or 0


def test_from_the_first_step_to_the_close_both_sides_read_the_same_record(
    as_region: FlaskClient, as_lead: FlaskClient
) -> None:
    # The ladder proposes the owner, although the ask is late enough for the region.
    page = text_of(as_region.get(ONE))
    assert "Owner of the ask: 42 days late, and due from day 7" in page
    assert f'href="{RAISE}?level=owner"' in page
    assert f'href="{RAISE}?level=owner"' in text_of(as_region.get(LIST)), "One step from the list."
    form = text_of(as_region.get(f"{RAISE}?level=owner"))
    assert "The ladder proposes this step" in form
    assert "The usual time to respond is 14 days, to 16 November 2020." in form
    assert send(as_region, RAISE, **raised()).status_code == 302

    # The organisation sees it, on the ask, on its own page and on the page of the escalation, and answers.
    for path in (ASK, ONE, "/organisations/XN1"):
        assert "9 November 2020" in text_of(as_lead.get(path)), path
    assert WORDS in text_of(as_lead.get(ONE))
    assert f'href="{RAISE}"' not in text_of(as_lead.get(ONE))
    asked = text_of(as_lead.get(ANSWER))
    assert WORDS in asked
    assert "Regional team, on 2 November 2020" in asked
    assert "9 November 2020" in asked
    assert send(as_lead, ANSWER, text="We have named\nDr Marsh").status_code == 302

    # The region reads the answer and finds it enough for now, until a day.
    page = text_of(as_region.get(ONE))
    assert "Response to read" in page
    assert "We have named\nDr Marsh" in page
    to_judge = text_of(as_region.get(OUTCOME))
    assert [each for each in (WORDS, "Response of 2 November 2020", "named\nDr Marsh") if each not in to_judge] == []
    judged = {"judgement": "enough", "text": "", **day("quiet_until", in_days(14))}
    assert send(as_region, OUTCOME, **judged).status_code == 302
    page = text_of(as_lead.get(ONE))
    assert "Enough for now, looked at again on 16 November 2020" in page
    assert "On hold" in page
    assert "Nothing today" in page

    # On that day the next level is proposed; it is raised there, nobody responds, and in the end it is closed.
    clock.pin_day(date(2020, 11, 16))
    assert "Executive lead: 56 days late, and due from day 14" in text_of(as_region.get(ONE))
    assert send(as_region, RAISE, **raised("executive_lead")).status_code == 302
    clock.pin_day(date(2020, 11, 24))
    assert "23 November 2020, 1 day overdue" in text_of(as_region.get(ONE))
    assert send(as_region, OUTCOME, judgement="no_response", text="").status_code == 302
    assert send(as_region, CLOSE, ending="plan_accepted", text="Agreed at the board").status_code == 302
    clock.pin_day(date(2021, 8, 1))
    page = text_of(as_region.get(ONE))
    assert "closed on 24 November 2020" in page
    assert "Nothing today" in page
    assert "No response came" in page
    assert len(re.findall(r"<li>\s*<p>\d\d:\d\d on", page)) == 6
    assert rows() == (1, 6)


def test_of_two_at_once_one_wins_and_the_other_keeps_what_they_typed(as_region: FlaskClient) -> None:
    hidden = opened(as_region, RAISE)
    assert send(as_region, HOLD, text="Winter", **day("until", in_days(30))).status_code == 302
    late = send(as_region, RAISE, hidden, **raised(text="Typed for long"))
    assert late.status_code == 409
    assert "Typed for long" in text_of(late)
    assert "Somebody else did something about this" in text_of(late)
    # What came back can be saved again; sent twice, it is saved once.
    again = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', text_of(late)))
    for _ in range(2):
        assert send(as_region, RAISE, again, **raised(text="Typed for long")).status_code == 302
    assert rows() == (1, 2)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "fields", "said"),
    [
        (RAISE, {"level": "", "text": ""}, ["Choose to whom you raise it", "Enter what you ask of them"]),
        (RAISE, {"level": "mayor", "text": "x"}, ["choose one of the answers that are offered"]),
        (RAISE, {"level": "owner", "text": "x", "response_due_on-day": "2"}, ["enter the month and year"]),
        (HOLD, {"text": ""}, ["Enter why you hold it", "Enter the day until which you hold it"]),
        (CLOSE, {"text": ""}, ["Why do you close it?", "Enter how you know"]),
        (OUTCOME, {"text": "", "judgement": "not_enough"}, ["Enter the response"]),
        (OUTCOME, {"text": "x", "judgement": "enough"}, ["Enter the day on which you look again"]),
        (OUTCOME, {"text": "x", "judgement": "not_enough"}, ["No response is awaited."]),
    ],
)
def test_bad_input_is_named_and_what_was_typed_is_kept(
    as_region: FlaskClient, path: str, fields: dict[str, str], said: list[str]
) -> None:
    none = {f"response_due_on-{part}": "" for part in ("day", "month", "year")}
    response = send(as_region, path, **(none | fields))
    page = text_of(response)
    assert response.status_code == 200
    assert "There is a problem" in page
    assert [each for each in said if each not in page] == []
    assert rows() == (0, 0)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_nobody_records_that_no_response_came_over_one_that_did(
    as_region: FlaskClient, as_lead: FlaskClient, region: Viewer
) -> None:
    send(as_region, RAISE, **raised())
    hidden, none = opened(as_region, OUTCOME), {"judgement": "no_response", "text": ""}
    send(as_lead, ANSWER, text="We have named Dr Marsh")
    for form in (hidden, None):
        assert "A response to this step is on record. Read it" in text_of(send(as_region, OUTCOME, form, **none))
    assert 'value="no_response"' not in text_of(as_region.get(OUTCOME))
    with pytest.raises(MoveNotAllowed, match="is on record"):
        judge(region, "6.1", Judgement.NO_RESPONSE)
    assert rows() == (1, 2)


def test_a_day_that_is_not_ahead_or_is_too_far_is_refused_on_every_form(as_region: FlaskClient, region: Viewer) -> None:
    assert "must be after today" in text_of(send(as_region, RAISE, **raised(due=0)))
    assert "must be after today" in text_of(send(as_region, HOLD, text="x", **day("until", in_days(0))))
    send(as_region, RAISE, **raised())
    for days, said in ((0, "must be after today"), (184, "must be within 183 days: choose an earlier day")):
        sent = {"text": "x", "judgement": "enough", **day("quiet_until", in_days(days))}
        assert said in text_of(send(as_region, OUTCOME, **sent))
        assert said in text_of(send(as_region, HOLD, text="x", **day("until", in_days(days))))
        assert said in text_of(send(as_region, RAISE, **raised("executive_lead", due=days)))
    assert rows() == (1, 1)
    assert send(as_region, HOLD, text="x", **day("until", in_days(183))).status_code == 302
    with pytest.raises(MoveNotAllowed, match="within 183 days"):
        hold(region, "6.1", 184)


def test_what_is_not_overdue_is_not_raised_and_the_page_says_so(as_region: FlaskClient) -> None:
    path = "/organisations/XN1/8ua-2020/7.1/escalation"
    assert "there is nothing to raise" in text_of(as_region.get(f"{path}/raise"))
    refused = text_of(send(as_region, f"{path}/raise", **raised()))
    assert "This ask is not overdue any more" in refused
    page = text_of(as_region.get(path))
    assert "Nothing was done yet." in page
    assert f'href="{path}/raise"' not in page
    assert rows() == (0, 0)
