"""Naming the executive lead on the update of ask 6.1: who, from when, why only now, and whose time ends with it."""

from __future__ import annotations

from datetime import date

import make
import pytest
import sqlalchemy as sa
import tell
from flask.testing import FlaskClient
from integration.progress.updating import LEAD_PAGE, entries, send, text_of

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.appointments.models import AppointmentChange
from tracker.appointments.queries import named_leads
from tracker.db import session


def test_ask_6_1_records_the_named_lead(as_lead: FlaskClient, world: make.World) -> None:
    fields = {
        "status": "complete_claimed",
        "completed_on__day": "14", "completed_on__month": "9", "completed_on__year": "2020",
        "lead_name": "Dr Avery Stonebridge",
        "lead_job_title": "Medical Director",
        "lead_email": "avery.stonebridge@example.nhs.uk",
        "lead_from__day": "14", "lead_from__month": "9", "lead_from__year": "2020",
        "lead_reason": "Named before this service began",
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
        "lead_reason": "Named before this service began",
    }  # fmt: skip
    send(as_lead, LEAD_PAGE, **first)
    send(as_lead, LEAD_PAGE, **(first | {"lead_job_title": "Director of Nursing"}))
    assert named_leads(date(2020, 9, 1))[world.north_trust].job_title == "Director of Nursing"
    second = first | {"lead_name": "Ben Second", "lead_email": "ben@example.nhs.uk", "lead_from__month": "10"}
    send(as_lead, LEAD_PAGE, **second)
    assert named_leads(date(2020, 9, 30))[world.north_trust].name == "Ann First"
    assert named_leads(date(2020, 10, 1))[world.north_trust].name == "Ben Second"
    assert named_leads(date(2020, 11, 2), clock.now())[world.north_trust].name == "Ben Second"


def test_a_lead_who_left_is_replaced_and_an_assured_ask_waits_for_its_assurer_again(
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
    assert [entry.kind.value for entry in entries()] == ["update", "assured", "lapsed"]
    page = text_of(as_lead.get("/organisations/XN1/8ua-2020/6.1"))
    assert "Complete, claimed" in page
    assert "The named executive lead has changed." in page


def lead_fields(name: str, email: str, since: tuple[int, int], until: tuple[int, int] | None = None) -> dict[str, str]:
    """What is typed to name a lead, in 2020."""
    fields = {
        "status": "on_track", "lead_name": name, "lead_job_title": "Director", "lead_email": email,
        "lead_from__day": str(since[0]), "lead_from__month": str(since[1]), "lead_from__year": "2020",
        "lead_to__day": "", "lead_to__month": "", "lead_to__year": "",
        "lead_reason": "Named before this service began",
    }  # fmt: skip
    if until:
        fields |= {"lead_to__day": str(until[0]), "lead_to__month": str(until[1]), "lead_to__year": "2020"}
    return fields


def leads_on(world: make.World, *days: date) -> list[str | None]:
    found = [named_leads(day).get(world.north_trust) for day in days]
    return [lead.name if lead else None for lead in found]


@pytest.mark.parametrize(("since", "is_asked"), [((26, 10), False), ((25, 10), True)])
def test_who_is_named_more_than_seven_days_late_is_named_with_a_reason(
    as_lead: FlaskClient, world: make.World, since: tuple[int, int], is_asked: bool
) -> None:
    fields = lead_fields("Alice One", "alice@example.nhs.uk", since) | {"lead_reason": ""}
    page = text_of(send(as_lead, LEAD_PAGE, **fields))
    assert page.count("which is more than 7 days ago, is recorded only now") == (2 if is_asked else 0)
    if is_asked:
        assert entries() == []
        send(as_lead, LEAD_PAGE, **fields | {"lead_reason": "The board met late"})
        reasons = session().scalars(sa.select(AppointmentChange.reason)).all()
        assert reasons == ["The board met late"]
    assert leads_on(world, date(2020, 11, 2)) == ["Alice One"]


def test_the_same_lead_with_another_job_title_needs_no_reason_again(as_lead: FlaskClient, world: make.World) -> None:
    fields = lead_fields("Alice One", "alice@example.nhs.uk", (1, 9))
    send(as_lead, LEAD_PAGE, **fields)
    again = fields | {"lead_job_title": "Chief Nurse", "lead_reason": ""}
    assert send(as_lead, LEAD_PAGE, **again).status_code == 302
    assert named_leads(date(2020, 11, 2))[world.north_trust].job_title == "Chief Nurse"


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
