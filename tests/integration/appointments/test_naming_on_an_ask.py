"""That naming a lead by name and address on the page of ask 6.1 changes nobody's account and nobody in another body."""

from __future__ import annotations

from datetime import date

import make
import sqlalchemy as sa
from integration.appointments.posting import appoint, changes, person_id_of, stored

from tracker.accounts.models import Person
from tracker.accounts.rules import Role, Viewer
from tracker.appointments.leads import LeadDetails, name_lead
from tracker.appointments.queries import named_leads
from tracker.appointments.rows import ToAppoint
from tracker.appointments.rules import AppointmentRole
from tracker.db import session, transaction
from tracker.organisations.queries import get_open_organisation

SINCE, TODAY = date(2020, 9, 1), date(2020, 11, 2)
LEAD = AppointmentRole.EXECUTIVE_LEAD


def name(viewer: Viewer, called: str, email: str, job_title: str = "Matron", since: date = SINCE) -> None:
    with transaction():
        name_lead(get_open_organisation("XN1"), LeadDetails(called, job_title, email, since, None), viewer, "lead")


def test_the_details_of_somebody_who_signs_in_stay_their_own(lead: Viewer, world: make.World) -> None:
    kim = make.person(Role.CONTRIBUTOR, world.north_trust, email="kim@example.nhs.uk", name="Kim Dale")
    appoint(lead, kim, post=LEAD, since=SINCE)
    name(lead, "Kim Dale", "kim@example.nhs.uk", "Chief Nurse")
    assert named_leads(TODAY)[world.north_trust].person_id == kim, "the same details are the same person"
    name(lead, "Kim Renamed", "kim@example.nhs.uk", "Chief Nurse")
    assert session().scalar(sa.select(Person.name).where(Person.id == kim)) == "Kim Dale"
    found = named_leads(TODAY)[world.north_trust]
    assert (found.name, found.person_id == kim) == ("Kim Renamed", False)


def test_the_details_of_somebody_in_post_elsewhere_stay_too(lead: Viewer, world: make.World) -> None:
    appoint(lead, ToAppoint(None, "Priya Ravensworth", "priya@example.nhs.uk"), post=LEAD, since=SINCE)
    priya = person_id_of("Priya Ravensworth")
    session().execute(
        sa.text(
            "INSERT INTO appointment (organisation_id, person_id, role, job_title, starts_on, recorded_at) "
            "SELECT :south, person_id, role, job_title, starts_on, recorded_at FROM appointment"
        ),
        {"south": world.south_trust},
    )
    session().commit()
    name(lead, "Priya R", "priya@example.nhs.uk")
    assert named_leads(TODAY)[world.south_trust].name == "Priya Ravensworth"
    assert named_leads(TODAY)[world.north_trust].person_id != priya


def test_whoever_is_only_in_post_here_is_put_right_and_it_is_kept_as_a_change(lead: Viewer, world: make.World) -> None:
    name(lead, "Priya Ravnsworth", "priya@example.nhs.uk")
    before = named_leads(TODAY)[world.north_trust].person_id
    name(lead, "Priya Ravensworth", "priya@example.nhs.uk")
    after = named_leads(TODAY)[world.north_trust]
    assert (after.person_id, after.name) == (before, "Priya Ravensworth")
    name(lead, "Priya Ravensworth", "priya@example.nhs.uk")
    assert changes() == [(1, "appointed"), (2, "corrected")], "the same details once more are no change"
    name(lead, "Ben Second", "ben@example.nhs.uk", since=date(2020, 11, 1))
    assert stored()[0][4] == date(2020, 10, 31)


def test_a_deputy_and_owners_are_left_alone_by_it(lead: Viewer, world: make.World) -> None:
    kim = make.person(Role.CONTRIBUTOR, world.north_trust, email="kim@example.nhs.uk", name="Kim Dale")
    appoint(lead, kim, "2.2", since=SINCE)
    appoint(lead, kim, post=AppointmentRole.DEPUTY, since=SINCE)
    name(lead, "Priya Ravensworth", "priya@example.nhs.uk")
    assert [(each[0], each[1]) for each in stored()] == [
        ("Kim Dale", "ask_owner"),
        ("Kim Dale", "deputy"),
        ("Priya Ravensworth", "executive_lead"),
    ]
