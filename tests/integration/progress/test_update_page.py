"""The lead's pages: what they show, what the update asks for, and what bad input gets: a sentence, and nothing lost."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from uuid import uuid4

import make
import pytest
import tell
from flask.testing import FlaskClient
from integration.progress.updating import LEAD_PAGE, PAGE, entries, send, text_of

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.frameworks.rules import Service
from tracker.organisations.queries import service_answers


def test_home_takes_a_lead_straight_to_their_organisation(as_lead: FlaskClient) -> None:
    assert as_lead.get("/").headers["Location"] == "/organisations/XN1"


def test_the_organisation_page_shows_each_action_with_its_asks_and_what_they_add_up_to(
    as_lead: FlaskClient, lead: Viewer
) -> None:
    tell.say(lead, "2.2", "off_track", reason="Why", recovery_on=date(2020, 12, 1))
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    page = text_of(as_lead.get("/organisations/XN1"))
    for number in (1, 2, 3, 4, 5, 6, 7, 8):
        assert f'id="8ua-2020-{number}"' in page
    section = page.split('id="8ua-2020-2"', 1)[1].split("</section>", 1)[0]
    assert "Off track" in section.split("<ul", 1)[0]
    assert "0 of 3 done" in section
    assert "2 days overdue" in section
    leading = page.split('id="8ua-2020-6"', 1)[1].split("</section>", 1)[0]
    assert "1 of 2 done" in leading
    assert "Done on 14 September 2020, on time" in leading
    assert "Applicability to confirm" in page.split('id="8ua-2020-4"', 1)[1].split("</section>", 1)[0]


def test_a_saved_update_is_told_once_and_shown_on_the_ask(as_lead: FlaskClient) -> None:
    response = send(as_lead, status="on_track", narrative="A first split\nis with the board")
    assert response.headers["Location"] == "/organisations/XN1"
    assert "Your update is saved." in text_of(as_lead.get("/organisations/XN1"))
    assert "Your update is saved." not in text_of(as_lead.get("/organisations/XN1"))
    ask = text_of(as_lead.get("/organisations/XN1/8ua-2020/2.2"))
    assert "A first split\nis with the board" in ask
    assert "Robin Ashdown, Health inequalities lead set the status to" in ask
    assert "From a public source" in ask


def test_the_form_starts_from_what_was_said_last(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "at_risk", narrative="So far", reason="Too few", next_step="Hire")
    page = text_of(as_lead.get(PAGE))
    assert re.search(r'value="at_risk"[^>]*checked', page)
    for text in ("So far", "Too few", "Hire"):
        assert text in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({}, "Choose a status"),
        ({"status": "off_track", "narrative": "kept text"}, "Enter the reason for “Off track”"),
        ({"status": "off_track", "reason": "kept text"}, "Enter the date you expect to be back on track"),
        (
            {"status": "off_track", "reason": "kept text", "recovery_on__day": "1", "recovery_on__month": "11",
             "recovery_on__year": "2020"},
            "must be today or later",
        ),
        ({"status": "at_risk", "narrative": "kept text"}, "Enter the reason for “At risk”"),
        ({"status": "not_applicable", "narrative": "kept text"}, "Enter the reason for “Not applicable”"),
        ({"status": "complete_claimed", "narrative": "kept text"}, "Enter a link to evidence"),
        (
            {"status": "complete_claimed", "evidence_url": "https://kept text.example", "narrative": "kept text"},
            "must start with https://",
        ),
        (
            {"status": "complete_claimed", "evidence_url": "javascript:alert(1)//kept text", "narrative": "kept text"},
            "must start with https://",
        ),
        (
            {"status": "complete_claimed", "narrative": "kept text", "completed_on__day": "3",
             "completed_on__month": "11", "completed_on__year": "2020"},
            "must be today or in the past",
        ),
        (
            {"status": "on_track", "narrative": "kept text", "next_step_on__day": "31",
             "next_step_on__month": "2", "next_step_on__year": "2021", "next_step": "x"},
            "31 February 2021 is not a real date",
        ),
        (
            {"status": "on_track", "narrative": "kept text", "next_step_on__day": "1",
             "next_step_on__month": "2", "next_step_on__year": "2021"},
            "Enter the next step, or take out its date",
        ),
        (
            {"status": "on_track", "next_step": "kept text", "next_step_on__day": "1",
             "next_step_on__month": "11", "next_step_on__year": "2020"},
            "The date of the next step must be today or later",
        ),
        (
            {"status": "on_track", "narrative": "kept text", "review_on__day": "3",
             "review_on__month": "11", "review_on__year": "2021"},
            "must be at most 365 days ahead",
        ),
        ({"status": "complete_assured", "narrative": "kept text"}, "choose one of the answers that are offered"),
        ({"status": "on_track", "narrative": "kept text \x07 and more"}, "has a hidden character"),
    ],
)  # fmt: skip
def test_bad_input_gets_a_sentence_keeps_what_was_typed_and_saves_nothing(
    as_lead: FlaskClient, fields: dict[str, str], sentence: str
) -> None:
    response = send(as_lead, **fields)
    page = text_of(response)
    assert response.status_code == 200
    assert "<title>Error: " in page.replace("\n", "").replace("<title>  ", "<title>")
    assert "There is a problem" in page
    assert page.count(sentence) >= 2, "the summary and the field say the same"
    if any("kept text" in value for value in fields.values()):
        assert "kept text" in page
    assert entries() == []


def test_a_step_of_today_and_a_review_a_year_ahead_are_taken(as_lead: FlaskClient) -> None:
    step = {
        "next_step": "Hire a van",
        "next_step_on__day": "2",
        "next_step_on__month": "11",
        "next_step_on__year": "2020",
    }
    review = {"review_on__day": "2", "review_on__month": "11", "review_on__year": "2021"}
    assert send(as_lead, status="on_track", **step, **review).status_code == 302


@pytest.mark.parametrize(("on", "is_carried"), [(date(2020, 11, 1), False), (date(2020, 11, 2), True)])
def test_a_step_whose_day_has_gone_by_is_carried_forward_without_it(
    as_lead: FlaskClient, lead: Viewer, on: date, is_carried: bool
) -> None:
    tell.say(lead, "2.2", "at_risk", reason="Why", next_step="Hire a van", next_step_on=on)
    page = text_of(as_lead.get(PAGE))
    assert "Hire a van" in page
    assert bool(re.search(r'name="next_step_on-day"[^>]*value="\d', page)) is is_carried


def test_a_narrative_of_ten_megabytes_is_refused_with_its_length_and_kept(as_lead: FlaskClient) -> None:
    narrative = "progress! " * (1024 * 1024)
    response = send(as_lead, status="on_track", narrative=narrative)
    page = response.get_data(as_text=True)
    assert "Progress must be 4,000 characters or fewer. You have typed 10,485,759." in page
    assert narrative.strip() in page
    assert entries() == []


def test_a_request_too_large_for_any_form_gets_a_page(as_lead: FlaskClient) -> None:
    response = as_lead.post(PAGE, data={"narrative": "x" * (17 * 1024 * 1024)})
    assert response.status_code == 413
    assert "16 MB" in text_of(response)


def test_a_form_sent_twice_is_saved_once_and_says_so(as_lead: FlaskClient) -> None:
    text = as_lead.get(PAGE).get_data(as_text=True).split("<main", 1)[1]
    hidden = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', text))
    data = hidden | {"status": "not_started", "narrative": "Once"}
    for _ in range(2):
        assert as_lead.post(PAGE, data=data).status_code == 302
    assert len(entries()) == 1
    assert "Nothing was saved twice." in text_of(as_lead.get("/organisations/XN1"))


def test_when_somebody_else_saved_first_both_texts_are_there_and_saving_again_works(
    as_lead: FlaskClient, lead: Viewer
) -> None:
    text = as_lead.get(PAGE).get_data(as_text=True).split("<main", 1)[1]
    hidden = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', text))
    tell.say(lead, "2.2", "at_risk", narrative="Their text", reason="Theirs")
    response = as_lead.post(PAGE, data=hidden | {"status": "not_started", "narrative": "My text"})
    page = text_of(response)
    assert response.status_code == 409
    assert "Their text" in page
    assert "My text" in page
    again = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page.split("<main")[1]))
    assert as_lead.post(PAGE, data=again | {"status": "not_started", "narrative": "My text"}).status_code == 302
    assert [entry.narrative for entry in entries()] == ["Their text", "My text"]


def test_a_forged_version_or_key_saves_nothing_wrong(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "on_track")
    for version in ("", "-1", "x", "9" * 40):
        token = make.csrf_token(as_lead, PAGE)
        data = {"csrf_token": token, "version": version, "submission_key": str(uuid4()), "status": "at_risk",
                "reason": "Why"}  # fmt: skip
        assert as_lead.post(PAGE, data=data).status_code == 409
    assert len(entries()) == 1


def test_the_services_are_asked_once_and_settle_what_applies(as_lead: FlaskClient, world: make.World) -> None:
    assert "Tell us which services you run" in text_of(as_lead.get("/organisations/XN1"))
    assert send(as_lead, "/organisations/XN1/services", maternity="yes", mental_health="no").status_code == 302
    answers = service_answers(world.north_trust, date(2020, 11, 2))
    assert answers == {Service.MATERNITY: True, Service.MENTAL_HEALTH: False}
    page = text_of(as_lead.get("/organisations/XN1"))
    assert "Tell us which services you run" not in page
    assert "4.4 " in page
    assert "5.2 " not in page


def test_a_lead_adopts_a_framework_once_it_is_issued(as_lead: FlaskClient) -> None:
    path = "/organisations/XN1/adopt/rcp-2024"
    assert as_lead.get(path).status_code == 404
    with clock.frozen(datetime(2025, 2, 3, 12, tzinfo=UTC)):
        make.enter(as_lead, "lead.5@example.nhs.uk")
        assert "Adopt " in text_of(as_lead.get("/organisations/XN1"))
        assert send(as_lead, path).status_code == 302
        assert "S1 The team has had learning" in text_of(as_lead.get("/organisations/XN1"))
        assert as_lead.get(path).status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/organisations/NOPE9",
        "/organisations/XS1",
        "/organisations/XN1/8ua-2020/9.9",
        "/organisations/XN1/no-such/6.1",
        "/organisations/XN1/8ua-2020/3.2",
        "/organisations/XS1/8ua-2020/6.1/update",
    ],
)
def test_what_is_not_there_or_not_yours_is_not_found(as_lead: FlaskClient, path: str) -> None:
    response = as_lead.get(path)
    assert response.status_code == 404
    assert "Page not found" in text_of(response)


def test_a_region_updates_nothing_and_is_led_to_the_claim_that_it_decides_on(
    client: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    assert client.get(PAGE).status_code == 403
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    assert client.get(LEAD_PAGE).location == "/review/assurance/XN1/8ua-2020/6.1"
    assert client.post(LEAD_PAGE, data={"decision": "assure"}).status_code == 403
    tell.decide(region, "6.1", is_assured=True)
    assert client.get(LEAD_PAGE).status_code == 403, "There is nothing to decide any more."


def test_leaving_not_applicable_needs_a_reason(as_lead: FlaskClient, lead: Viewer) -> None:
    tell.say(lead, "2.2", "not_applicable", reason="Why")
    page = text_of(send(as_lead, status="on_track", reason=""))
    assert "Enter the reason for “On track”" in page


def test_what_is_done_is_counted_for_each_framework_apart(as_lead: FlaskClient) -> None:
    with clock.frozen(datetime(2025, 2, 3, 12, tzinfo=UTC)):
        make.enter(as_lead, "lead.5@example.nhs.uk")
        page = text_of(as_lead.get("/organisations/XN1/adopt/rcp-2024"))
        assert re.search(r"will be tracked against RCP[^<]* from today", page) or "strategic" in page
        assert "tracked against Adopt" not in page
        send(as_lead, "/organisations/XN1/adopt/rcp-2024")
        page = text_of(as_lead.get("/organisations/XN1"))
        assert page.count("Done: ") == 2
