"""The pages about what was said before: confirm in one click, correct, see another day, merge two texts."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from html import unescape

import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.appointments import leads
from tracker.db import session, transaction
from tracker.progress.models import Confirmation, ProgressEntry

ASK = "/organisations/XN1/8ua-2020/1.3"


def at(day: int, month: int = 9) -> datetime:
    return datetime(2020, month, day, 9, tzinfo=UTC)


def text_of(client: FlaskClient, path: str) -> str:
    return unescape(client.get(path).get_data(as_text=True))


def fields_of(page: str) -> dict[str, str]:
    form = page.split("<main", 1)[1]
    return dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', form)) | {"submit": "yes"}


def entry_ids() -> list[int]:
    return list(session().scalars(sa.select(ProgressEntry.id).order_by(ProgressEntry.id)))


def test_nothing_has_changed_is_one_click_on_the_page_of_the_ask(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "1.3", "not_started", narrative="We begin in November")
    page = text_of(as_lead, ASK)
    assert "Confirm: no change, still true" in page
    assert as_lead.post(f"{ASK}/confirm", data=fields_of(page)).status_code == 302
    after = text_of(as_lead, ASK)
    assert "Confirmed: still true today." in after
    assert "2 November 2020 (today)" in after
    assert "confirmed that nothing had changed" in after
    assert "3 September 2020 (60 days ago)" in after
    assert "Confirm: no change" not in after, "It was confirmed today."
    assert as_lead.post(f"{ASK}/confirm", data=fields_of(page)).status_code == 302
    assert session().scalar(sa.select(sa.func.count(Confirmation.id))) == 1


def test_what_may_not_be_confirmed_has_no_button_and_its_page_says_why(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "8.1", "on_track", recovery_on=None)
    ask = "/organisations/XN1/8ua-2020/8.1"
    page = text_of(as_lead, ask)
    assert "Confirm: no change" not in page
    assert "Said to be “On track”, but it is overdue and there is no recovery plan." in page
    assert "Off track" in page
    refused = as_lead.post(f"{ask}/confirm", data=fields_of(text_of(as_lead, f"{ask}/confirm")))
    assert "Update it instead." in unescape(refused.text)
    assert session().scalar(sa.select(sa.func.count(Confirmation.id))) == 0


def test_confirming_from_an_old_page_is_told_and_writes_nothing(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "1.3", "not_started")
    page = text_of(as_lead, ASK)
    tell.say(lead, "1.3", "at_risk", reason="Why")
    assert as_lead.post(f"{ASK}/confirm", data=fields_of(page)).status_code == 409
    assert session().scalar(sa.select(sa.func.count(Confirmation.id))) == 0


def test_an_entry_is_corrected_from_the_history_and_both_stay(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(3)):
        tell.say(lead, "1.3", "not_started", narrative="Nothing yet")
    (first,) = entry_ids()
    page = text_of(as_lead, ASK)
    assert f'href="{ASK}/history/{first}"' in page
    form = text_of(as_lead, f"{ASK}/history/{first}")
    assert "Correct what was said on 3 September 2020" in form
    assert "Nothing yet" in form
    fields = fields_of(form) | {"status": "at_risk", "reason": "Staff left", "narrative": "It had begun"}
    missing = unescape(as_lead.post(f"{ASK}/history/{first}", data=fields).text)
    assert "Enter why it is corrected" in missing
    assert "It had begun" in missing
    data = fields | {"backdating_reason": "A colleague misread the plan"}
    assert as_lead.post(f"{ASK}/history/{first}", data=data).status_code == 302
    after = text_of(as_lead, ASK)
    for said in (
        "corrected what was said for 3 September 2020:",
        "A colleague misread the plan",
        "It had begun",
        "Nothing yet",
        "A later entry puts this right",
    ):
        assert said in after
    assert as_lead.get(f"{ASK}/history/{first}").status_code == 404, "What is corrected is corrected in its correction."
    assert as_lead.get(f"/organisations/XN1/8ua-2020/1.4/history/{entry_ids()[-1]}").status_code == 404


def test_another_day_is_shown_as_known_now_and_as_known_then(as_lead: FlaskClient, lead: Viewer) -> None:
    with clock.frozen(at(10)):
        tell.say(lead, "1.3", "at_risk", reason="Staff left", true_on=date(2020, 9, 7), backdating_reason="Leave")
    day = "on-day=8&on-month=9&on-year=2020"
    now = text_of(as_lead, f"{ASK}/as-at?{day}")
    assert "At the end of 8 September 2020" in now
    assert "At risk" in now
    assert "Staff left" in now
    then = text_of(as_lead, f"{ASK}/as-at?{day}&known_on-day=9&known_on-month=9&known_on-year=2020")
    assert "as known at the end of 9 September 2020" in then
    assert "Staff left" not in then
    assert "No update" in then
    before = text_of(as_lead, f"{ASK}/as-at?on-day=30&on-month=7&on-year=2020")
    assert "This ask was not tracked for this organisation then." in before


def test_another_day_names_who_led_on_that_day(as_lead: FlaskClient, lead: Viewer) -> None:
    kit = leads.LeadDetails("Kit Moor", "Chief Nurse", "kit@example.nhs.uk", date(2020, 9, 8), date(2020, 9, 20))
    with transaction():
        leads.name_lead(tell.item(lead, "1.3").organisation, kit, lead, "lead")
    for day, said in (
        (7, "Nobody was in post on this day"),
        (8, "Kit Moor, Chief Nurse"),
        (20, "Kit Moor, Chief Nurse"),
    ):
        assert said in text_of(as_lead, f"{ASK}/as-at?on-day={day}&on-month=9&on-year=2020")
    assert "Nobody was in post" in text_of(as_lead, f"{ASK}/as-at?on-day=21&on-month=9&on-year=2020")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("on-day=&on-month=&on-year=", "Enter the day you want to see"),
        ("on-day=3&on-month=11&on-year=2020", "must be today or in the past"),
        ("on-day=31&on-month=9&on-year=2020", "is not a real date"),
        ("on-day=1&on-month=9&on-year=2020&known_on-day=3&known_on-month=11&known_on-year=2020", "day of knowledge"),
    ],
)
def test_a_day_that_is_none_or_ahead_is_said(as_lead: FlaskClient, query: str, said: str) -> None:
    assert said in text_of(as_lead, f"{ASK}/as-at?{query}")


def test_of_two_at_once_the_second_sees_both_texts_side_by_side(as_lead: FlaskClient, lead: Viewer) -> None:
    page = text_of(as_lead, f"{ASK}/update")
    tell.say(lead, "1.3", "at_risk", narrative="Their text", reason="Their reason", blocked_by="The council")
    mine = {"status": "not_started", "narrative": "My text", "next_step": "Call them"}
    told = as_lead.post(f"{ASK}/update", data=fields_of(page) | mine)
    assert told.status_code == 409
    table = unescape(told.text).split('id="clash"', 1)[1].split("</table>", 1)[0]
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in table.split("<tr")[2:]]
    assert rows == [
        ["Status", "At risk", "Not started"],
        ["Blocked by others", "The council", "Nothing"],
        ["Reason", "Their reason", "Nothing"],
        ["Progress", "Their text", "My text"],
        ["Next step", "Nothing", "Call them"],
    ]
    assert "My text" in told.text.split("<form", 2)[-1], "The form still holds what was typed."
    assert as_lead.post(f"{ASK}/update", data=fields_of(told.text) | mine).status_code == 302
    assert [entry.narrative for entry in session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id))] == [
        "Their text",
        "My text",
    ]


def test_an_update_of_an_earlier_day_asks_why(as_lead: FlaskClient) -> None:
    page = text_of(as_lead, f"{ASK}/update")
    day = {"true_on-day": "28", "true_on-month": "10", "true_on-year": "2020"}
    fields = fields_of(page) | {"status": "not_started"} | day
    assert "Enter why it is recorded later than it was true" in unescape(
        as_lead.post(f"{ASK}/update", data=fields).text
    )
    said = fields | {"backdating_reason": "The lead was on leave"}
    assert as_lead.post(f"{ASK}/update", data=said).status_code == 302
    after = text_of(as_lead, ASK)
    assert "recorded for 28 October 2020, later than it was true:" in after
    assert "The lead was on leave" in after
