"""The lead's pages: what they show, what the update asks for, and what bad input gets: a sentence, and nothing lost."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from html import unescape
from uuid import uuid4

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.appointments.queries import named_leads
from tracker.db import session
from tracker.frameworks.rules import Service
from tracker.organisations.queries import service_answers
from tracker.progress.models import ProgressEntry

PAGE = "/organisations/XN1/8ua-2020/2.2/update"
LEAD_PAGE = "/organisations/XN1/8ua-2020/6.1/update"
Send = Callable[..., TestResponse]


@pytest.fixture
def as_lead(client: FlaskClient, world: make.World) -> FlaskClient:
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client


def send(client: FlaskClient, path: str = PAGE, **fields: str) -> TestResponse:
    """Open the form, change the fields and send it, as a browser without JavaScript would."""
    text = client.get(path).get_data(as_text=True)
    form = text.split("<main", 1)[1]
    if fields.get("status") == "on_track":
        # Most asks are overdue on the day of the tests, and need a plan to be on track.
        fields = {"recovery_on__day": "1", "recovery_on__month": "3", "recovery_on__year": "2021"} | fields
    hidden = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', form))
    return client.post(path, data=hidden | {"submit": "yes"} | {k.replace("__", "-"): v for k, v in fields.items()})


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def entries() -> list[ProgressEntry]:
    return list(session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id)))


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


def test_ask_6_1_records_the_named_lead(as_lead: FlaskClient, world: make.World) -> None:
    fields = {
        "status": "complete_claimed",
        "completed_on__day": "14", "completed_on__month": "9", "completed_on__year": "2020",
        "lead_name": "Dr Avery Stonebridge",
        "lead_job_title": "Medical Director",
        "lead_email": "avery.stonebridge@example.nhs.uk",
        "lead_from__day": "14", "lead_from__month": "9", "lead_from__year": "2020",
    }  # fmt: skip
    assert send(as_lead, LEAD_PAGE, **fields).status_code == 302
    lead = named_leads(date(2020, 11, 2))[world.north_trust]
    assert (lead.name, lead.job_title, lead.starts_on, lead.ends_on) == (
        "Dr Avery Stonebridge",
        "Medical Director",
        date(2020, 9, 14),
        None,
    )
    assert "Dr Avery Stonebridge, Medical Director" in text_of(as_lead.get("/organisations/XN1"))
    assert named_leads(date(2020, 9, 13)) == {}


def test_a_claim_on_6_1_needs_the_lead_and_names_each_gap(as_lead: FlaskClient) -> None:
    page = text_of(send(as_lead, LEAD_PAGE, status="complete_claimed"))
    for sentence in ("Enter the name of the executive lead", "Enter the job title", "Enter the work email"):
        assert page.count(sentence) >= 2
    assert entries() == []


def test_a_new_lead_ends_the_one_before_and_a_correction_ends_nobody(as_lead: FlaskClient, world: make.World) -> None:
    first = {
        "status": "on_track", "lead_name": "Ann First", "lead_job_title": "Nurse Director",
        "lead_email": "ann@example.nhs.uk",
        "lead_from__day": "1", "lead_from__month": "9", "lead_from__year": "2020",
    }  # fmt: skip
    send(as_lead, LEAD_PAGE, **first)
    send(as_lead, LEAD_PAGE, **(first | {"lead_job_title": "Director of Nursing"}))
    assert named_leads(date(2020, 9, 1))[world.north_trust].job_title == "Director of Nursing"
    second = first | {"lead_name": "Ben Second", "lead_email": "ben@example.nhs.uk", "lead_from__month": "10"}
    send(as_lead, LEAD_PAGE, **second)
    assert named_leads(date(2020, 9, 30))[world.north_trust].name == "Ann First"
    assert named_leads(date(2020, 10, 1))[world.north_trust].name == "Ben Second"
    assert named_leads(date(2020, 11, 2), clock.now())[world.north_trust].name == "Ben Second"


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


def test_a_region_decides_on_a_claim_and_may_update_nothing(
    client: FlaskClient, world: make.World, lead: Viewer
) -> None:
    make.sign_in(client, Role.REGION, world.north_region)
    assert client.get(PAGE).status_code == 403
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    assert "https://board.example/paper" in text_of(client.get(LEAD_PAGE))
    assert "Enter the reason for returning the claim" in text_of(send(client, LEAD_PAGE, decision="return"))
    assert send(client, LEAD_PAGE, decision="return", reason="No name in it").status_code == 302
    page = text_of(client.get("/organisations/XN1/8ua-2020/6.1"))
    assert "Regional team returned the claim" in page
    assert "No name in it" in page
    tell.say(lead, "6.1", "complete_claimed")
    assert send(client, LEAD_PAGE, decision="assure").status_code == 302
    assert "Complete, assured" in text_of(client.get("/organisations/XN1/8ua-2020/6.1"))
    assert client.get(LEAD_PAGE).status_code == 403


def test_a_lead_who_left_is_replaced_without_reopening_an_assured_ask(
    as_lead: FlaskClient, world: make.World, lead: Viewer, region: Viewer
) -> None:
    tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
    tell.decide(region, "6.1", is_assured=True)
    page = text_of(as_lead.get(LEAD_PAGE))
    assert "Leave the status as it is" in page
    assert "Date it was done" not in page
    assert "Enter the name of the executive lead" in text_of(send(as_lead, LEAD_PAGE, status="keep"))
    fields = {
        "status": "keep", "lead_name": "Ben Second", "lead_job_title": "Chief Nurse",
        "lead_email": "ben@example.nhs.uk",
        "lead_from__day": "1", "lead_from__month": "11", "lead_from__year": "2020",
    }  # fmt: skip
    assert send(as_lead, LEAD_PAGE, **fields).status_code == 302
    assert named_leads(date(2020, 11, 2))[world.north_trust].name == "Ben Second"
    assert [entry.kind.value for entry in entries()] == ["update", "assured"]
    assert "Complete, assured" in text_of(as_lead.get("/organisations/XN1/8ua-2020/6.1"))


def lead_fields(name: str, email: str, since: tuple[int, int], until: tuple[int, int] | None = None) -> dict[str, str]:
    """What is typed to name a lead, in 2020."""
    fields = {
        "status": "on_track", "lead_name": name, "lead_job_title": "Director", "lead_email": email,
        "lead_from__day": str(since[0]), "lead_from__month": str(since[1]), "lead_from__year": "2020",
        "lead_to__day": "", "lead_to__month": "", "lead_to__year": "",
    }  # fmt: skip
    if until:
        fields |= {"lead_to__day": str(until[0]), "lead_to__month": str(until[1]), "lead_to__year": "2020"}
    return fields


def leads_on(world: make.World, *days: date) -> list[str | None]:
    found = [named_leads(day).get(world.north_trust) for day in days]
    return [lead.name if lead else None for lead in found]


def test_a_mailbox_that_two_leads_share_does_not_make_them_one_person(as_lead: FlaskClient, world: make.World) -> None:
    send(as_lead, LEAD_PAGE, **lead_fields("Alice One", "lead.role@example.nhs.uk", (14, 9)))
    send(as_lead, LEAD_PAGE, **lead_fields("Bob Two", "lead.role@example.nhs.uk", (1, 11)))
    assert leads_on(world, date(2020, 10, 1), date(2020, 11, 2)) == ["Alice One", "Bob Two"]


def test_an_earlier_lead_recorded_later_leaves_the_present_one(as_lead: FlaskClient, world: make.World) -> None:
    send(as_lead, LEAD_PAGE, **lead_fields("Alice One", "alice@example.nhs.uk", (14, 9)))
    send(as_lead, LEAD_PAGE, **lead_fields("Carol Three", "carol@example.nhs.uk", (1, 8), (13, 9)))
    assert leads_on(world, date(2020, 8, 1), date(2020, 9, 13), date(2020, 9, 14), date(2020, 11, 2)) == [
        "Carol Three",
        "Carol Three",
        "Alice One",
        "Alice One",
    ]
    send(as_lead, LEAD_PAGE, **lead_fields("Dee Four", "dee@example.nhs.uk", (1, 7)))
    assert leads_on(world, date(2020, 7, 31), date(2020, 8, 1)) == ["Dee Four", "Carol Three"]


def test_the_first_day_of_a_lead_can_be_corrected(as_lead: FlaskClient, world: make.World) -> None:
    send(as_lead, LEAD_PAGE, **lead_fields("Alice One", "alice@example.nhs.uk", (14, 10)))
    send(as_lead, LEAD_PAGE, **lead_fields("Alice One", "alice@example.nhs.uk", (14, 9)))
    assert leads_on(world, date(2020, 9, 13), date(2020, 9, 14)) == [None, "Alice One"]


@pytest.mark.parametrize(
    ("since", "until", "done", "sentence"),
    [
        (("1", "12", "2030"), ("", "", ""), ("2", "11", "2020"), "Nobody is the lead yet"),
        (("1", "1", "2020"), ("1", "2", "2020"), ("2", "1", "2020"), "Nobody is the lead now"),
        (("14", "10", "2020"), ("", "", ""), ("14", "9", "2020"), "must not be after the date it was done"),
    ],
)
def test_a_claim_on_6_1_needs_a_lead_in_post(
    as_lead: FlaskClient,
    since: tuple[str, str, str],
    until: tuple[str, str, str],
    done: tuple[str, str, str],
    sentence: str,
) -> None:
    parts = ("day", "month", "year")
    fields = lead_fields("Alice One", "alice@example.nhs.uk", (1, 9)) | {"status": "complete_claimed"}
    for name, values in (("lead_from", since), ("lead_to", until), ("completed_on", done)):
        fields |= {f"{name}__{part}": value for part, value in zip(parts, values, strict=True)}
    assert text_of(send(as_lead, LEAD_PAGE, **fields)).count(sentence) >= 2
    assert entries() == []


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
