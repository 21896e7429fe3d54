"""An organisation that closes takes the right to come in with it, a day later; its region sees its people still."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import roles_of

from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.db import session
from tracker.organisations.models import OrganisationLife, OrganisationLink, OrganisationName

Enter = Callable[..., FlaskClient]
Later = Callable[..., AbstractContextManager[None]]
TODAY, YESTERDAY, TOMORROW = date(2020, 11, 2), date(2020, 11, 1), date(2020, 11, 3)


def close(organisation_id: int, on: date | None) -> None:
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == organisation_id, OrganisationLife.superseded_at.is_(None))
        .values(ends_on=on)
    )
    session().commit()


def opens_again(organisation_id: int, on: date) -> None:
    session().add(OrganisationLife(organisation_id=organisation_id, starts_on=on, recorded_at=make.LONG_AGO))
    session().commit()


def states(client: FlaskClient, role: str = "lead") -> list[str]:
    rows = client.get(f"/people.csv?role={role}").text.splitlines()[1:]
    return [row.rpartition(",")[2] for row in rows]


def test_access_ends_on_the_day_after_the_close_date_and_returns_when_it_opens_again(
    enter: Enter, world: make.World
) -> None:
    lead = enter(Role.LEAD)
    for closed_on, status in ((YESTERDAY, 302), (None, 200), (TODAY, 200), (TOMORROW, 200)):
        close(world.north_trust, closed_on)
        assert lead.get("/people").status_code == status, closed_on
    close(world.north_trust, YESTERDAY)
    opens_again(world.north_trust, TODAY)
    assert lead.get("/people").status_code == 200
    session().execute(sa.delete(OrganisationLife).where(OrganisationLife.starts_on == TODAY))
    opens_again(world.north_trust, TOMORROW)
    assert lead.get("/people").status_code == 302


def test_somebody_whose_organisation_has_closed_cannot_sign_in(client: FlaskClient, world: make.World) -> None:
    make.person(Role.LEAD, world.north_trust, email="robin@example.nhs.uk")
    close(world.north_trust, YESTERDAY)
    token = make.csrf_token(client, "/sign-in")
    sent = {"csrf_token": token, "email": "robin@example.nhs.uk", "password": make.PASSWORD}
    assert client.post("/sign-in", data=sent).status_code == 200


@pytest.mark.parametrize(
    ("closed_on", "state"),
    [
        (YESTERDAY, "Organisation closed"),
        (TODAY, "Active"),
        (TOMORROW, "Active"),
        (date(2019, 3, 31), "Organisation closed"),
    ],
)
def test_the_region_sees_who_was_in_it_when_it_closed(
    enter: Enter, world: make.World, closed_on: date, state: str
) -> None:
    make.person(Role.LEAD, world.north_trust)
    make.person(Role.LEAD, world.south_trust)
    region = enter(Role.REGION)
    close(world.north_trust, closed_on)
    close(world.south_trust, closed_on)
    assert states(region) == [state]
    assert states(enter(Role.ADMINISTRATOR)) == [state, state]
    assert len(region.get("/people.csv?state=organisation_closed").text.splitlines()) == (
        2 if state == "Organisation closed" else 1
    )


def test_a_closed_organisation_is_placed_where_it_was_on_its_last_day(enter: Enter, world: make.World) -> None:
    """Its link to the region ended with it, and its name of that day is shown."""
    make.person(Role.LEAD, world.north_trust)
    close(world.north_trust, YESTERDAY)
    session().execute(
        sa.update(OrganisationLink).where(OrganisationLink.child_id == world.north_trust).values(ends_on=YESTERDAY)
    )
    session().execute(
        sa.update(OrganisationName)
        .where(OrganisationName.organisation_id == world.north_trust)
        .values(ends_on=YESTERDAY)
    )
    session().commit()
    text = enter(Role.REGION).get("/people").text
    assert "Dales Hospitals NHS Trust (XN1)" in text
    assert "Organisation closed" in text
    assert "Dales Hospitals" not in enter(Role.REGION, world.south_region).get("/people").text


def test_one_that_opened_again_is_open_and_one_line(enter: Enter, world: make.World) -> None:
    make.person(Role.LEAD, world.north_trust)
    close(world.north_trust, date(2020, 3, 31))
    region = enter(Role.REGION)
    opens_again(world.north_trust, TODAY)
    assert states(region) == ["Active"]


def test_the_lead_of_a_closed_organisation_can_still_be_removed_by_the_region(enter: Enter, world: make.World) -> None:
    person_id = make.person(Role.LEAD, world.north_trust)
    close(world.north_trust, YESTERDAY)
    region = enter(Role.REGION)
    membership_id = session().scalar(sa.select(Membership.id).where(Membership.person_id == person_id))
    path = f"/people/{person_id}/roles/{membership_id}/remove"
    assert region.post(path, data={"csrf_token": make.csrf_token(region, path)}).status_code == 302
    assert roles_of(f"lead.{world.north_trust}@example.nhs.uk") == []


def test_a_person_with_a_role_in_an_open_organisation_too_keeps_that_one(
    app: Flask, enter: Enter, world: make.World
) -> None:
    lead = enter(Role.LEAD)
    session().add(
        Membership(
            person_id=make.person(Role.LEAD, world.north_trust),
            role=Role.LEAD,
            organisation_id=world.north_ccg,
            granted_at=make.LONG_AGO,
        )
    )
    session().commit()
    close(world.north_trust, YESTERDAY)
    assert lead.get("/organisations/0N1").status_code == 200
    assert lead.get("/organisations/XN1").status_code == 404
    assert "XN1" not in lead.get("/people").text


def test_someone_of_an_organisation_that_is_yet_to_open_is_on_the_list_and_not_let_in(
    enter: Enter, world: make.World
) -> None:
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == world.north_trust)
        .values(starts_on=TOMORROW)
    )
    session().commit()
    make.person(Role.LEAD, world.north_trust)
    assert states(enter(Role.REGION)) == ["Organisation not open yet"]
