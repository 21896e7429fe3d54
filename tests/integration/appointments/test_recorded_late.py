"""Who is recorded more than 7 days late is recorded with a reason, and marked: no vacancy is wiped out in passing."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import make
import pytest
from flask.testing import FlaskClient
from integration.appointments.posting import (
    APPOINT,
    IN_POST,
    LEAD,
    OWNER,
    appoint,
    day,
    hand_over,
    id_of,
    person_id_of,
    send,
    stored,
    text_of,
)

from tracker.accounts.rules import Role, Viewer
from tracker.appointments.leads import LeadDetails, name_lead
from tracker.appointments.panels import in_post_sum
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole
from tracker.db import transaction
from tracker.frameworks.rules import Service
from tracker.organisations.queries import get_open_organisation
from tracker.organisations.service import record_service

Enter = Callable[..., FlaskClient]
NO_REASON = {"reason": ""}
TODAY = date(2020, 11, 2)


def test_a_lead_of_an_earlier_day_needs_a_reason_and_is_marked_as_recorded_late(robin: FlaskClient) -> None:
    refused = text_of(send(robin, APPOINT, LEAD, NO_REASON))
    assert "Enter why 14 September 2020, which is more than 7 days ago, is recorded only now" in refused
    assert 'value="Priya Ravensworth"' in refused
    assert stored() == []
    assert "Vacant for 95 days" in text_of(robin.get(IN_POST))
    assert send(robin, APPOINT, LEAD, {"reason": "The board minuted it in September"}).location == IN_POST
    page = text_of(robin.get(IN_POST))
    assert (
        "as executive lead from 14 September 2020. Recorded on 2 November 2020 for 14 September 2020, later than it "
        "was true." in page
    )
    assert "The board minuted it in September" in page


@pytest.mark.parametrize(
    ("first_day", "is_late"),
    [("25 10 2020", True), ("26 10 2020", False), ("2 11 2020", False), ("1 12 2020", False)],
)
def test_seven_days_are_in_time(robin: FlaskClient, first_day: str, is_late: bool) -> None:
    assert send(robin, APPOINT, LEAD, day("starts_on", first_day), NO_REASON).status_code == (200 if is_late else 302)
    assert len(stored()) == (0 if is_late else 1)
    assert "later than it was true" not in text_of(robin.get(IN_POST))


def test_an_owner_too(robin: FlaskClient) -> None:
    assert "is recorded only now" in text_of(send(robin, APPOINT, OWNER, NO_REASON))


def test_a_contributor_who_takes_an_ask_on_from_an_earlier_day_says_why(enter: Enter) -> None:
    kim = enter(Role.CONTRIBUTOR, name="Kim Dale")
    myself = OWNER | {"who": str(kim.person_id)}  # type: ignore[attr-defined]
    assert "is recorded only now" in text_of(send(kim, APPOINT, myself, NO_REASON))
    assert send(kim, APPOINT, myself).status_code == 302


def test_an_end_long_ago_needs_a_reason_and_is_marked(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD)
    path = f"{IN_POST}/{id_of('Priya Ravensworth')}/end"
    assert "Enter why 30 September 2020" in text_of(send(robin, path, day("last_day", "30 9 2020"), NO_REASON))
    send(robin, path, day("last_day", "30 9 2020"), {"reason": "Told us on Friday"})
    page = text_of(robin.get(IN_POST))
    assert "30 September 2020. Recorded on 2 November 2020 for 30 September 2020, later than it was true." in page
    assert "Told us on Friday" in page


def test_to_bring_back_somebody_who_had_left_wipes_days_out_and_needs_a_reason_too(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD, day("ends_on", "30 9 2020"))
    assert "Vacant for 33 days" in text_of(robin.get(IN_POST))
    path = f"{IN_POST}/{id_of('Priya Ravensworth')}/end"
    assert "Enter why 30 September 2020" in text_of(send(robin, path, day("last_day", "2 11 2020"), NO_REASON))
    assert "Vacant for 33 days" in text_of(robin.get(IN_POST))


def test_a_correction_of_days_long_ago_is_marked_and_one_of_a_job_title_is_not(robin: FlaskClient) -> None:
    send(robin, APPOINT, LEAD, day("starts_on", "2 11 2020"))
    for first_day, job_title, is_marked in (
        ("2 11 2020", "Chief Medical Officer", False),
        ("1 9 2020", "Chief Medical Officer", True),
    ):
        path = f"{IN_POST}/{id_of('Priya Ravensworth')}/correct"
        fields = {"who": str(person_id_of("Priya Ravensworth")), "job_title": job_title, "reason": "Wrong"}
        assert send(robin, path, fields, day("starts_on", first_day), day("ends_on", "")).status_code == 302
        told = "Recorded on 2 November 2020 for 1 September 2020, later than it was true."
        assert (told in text_of(robin.get(IN_POST))) is is_marked


def test_what_was_handed_over_long_ago_is_marked(robin: FlaskClient, lead: Viewer, world: make.World) -> None:
    kim = make.person(Role.CONTRIBUTOR, world.north_trust, email="kim@example.nhs.uk", name="Kim Dale")
    lou = make.person(Role.CONTRIBUTOR, world.north_trust, email="lou@example.nhs.uk", name="Lou Fell")
    appoint(lead, kim, "2.2", since=date(2020, 9, 1))
    hand_over(lead, kim, lou, date(2020, 10, 25))
    told = "Recorded on 2 November 2020 for 25 October 2020, later than it was true."
    assert told in text_of(robin.get(IN_POST))
    hand_over(lead, lou, kim, date(2020, 10, 26))
    assert text_of(robin.get(IN_POST)).count("later than it was true") == 2, "the second was in time"


def test_a_lead_named_on_the_page_of_the_ask_is_marked_and_may_bring_a_reason(robin: FlaskClient, lead: Viewer) -> None:
    details = LeadDetails("Ann First", "Chair", "ann@example.nhs.uk", date(2020, 9, 1), None, reason="Found in minutes")
    with transaction():
        name_lead(get_open_organisation("XN1"), details, lead, "lead")
    page = text_of(robin.get(IN_POST))
    assert "Recorded on 2 November 2020 for 1 September 2020, later than it was true." in page
    assert "Found in minutes" in page


def deny(world: make.World, service: Service) -> None:
    with transaction():
        record_service(world.north_trust, service, False)


def test_asks_of_a_service_that_is_not_run_are_not_offered(robin: FlaskClient, world: make.World) -> None:
    for path, named in ((IN_POST, "ask=8ua-2020/5.2"), (APPOINT, 'value="8ua-2020/5.2"')):
        assert named in text_of(robin.get(path))
    before = text_of(robin.get(IN_POST))
    deny(world, Service.MENTAL_HEALTH)
    assert "ask=8ua-2020/5." not in text_of(robin.get(IN_POST))
    assert 'value="8ua-2020/5.' not in text_of(robin.get(APPOINT))
    assert text_of(robin.get(IN_POST)).count("?ask=") < before.count("?ask=")
    assert "choose one of the answers" in text_of(send(robin, APPOINT, OWNER, asks="8ua-2020/5.2"))
    assert "ask=8ua-2020/4.4" in text_of(robin.get(IN_POST)), "another service is not meant"


def test_owned_asks_of_a_service_that_is_not_run_are_not_counted_and_stay_named(
    robin: FlaskClient, lead: Viewer, world: make.World
) -> None:
    appoint(lead, ToAppoint(None, "Kit Larkin", ""), "5.2", "2.2", since=TODAY)
    appoint(lead, ToAppoint(None, "Ann Before", ""), "4.4", since=date(2020, 9, 1), until=date(2020, 9, 30))
    appoint(lead, ToAppoint(None, "Priya", "p@example.nhs.uk"), post=AppointmentRole.EXECUTIVE_LEAD, since=TODAY)
    assert in_post_sum(world.north_trust, TODAY).owned_asks == 2
    deny(world, Service.MENTAL_HEALTH)
    deny(world, Service.MATERNITY)
    sum_ = in_post_sum(world.north_trust, TODAY)
    assert (sum_.owned_asks, sum_.lead is not None) == (1, True)
    page = text_of(robin.get(IN_POST))
    assert "5.2 " in page, "whoever owns it is still told of, by name"
    assert "ask=8ua-2020/4.4" not in page, "nor is one offered that somebody owned before"
