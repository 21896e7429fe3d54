"""An offer whose inviter may not make it any more, or whose organisation has closed, waits for nobody."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.people.inviting import invite, invited, newest
from integration.people.test_closed_organisations import TOMORROW, YESTERDAY, close, states
from integration.people.test_ending_roles import press, removal_of

from tracker.accounts.rules import Role
from tracker.db import session
from tracker.organisations.models import OrganisationLife

Enter = Callable[..., FlaskClient]


@pytest.mark.parametrize("how", ["removed", "switched off", "forgotten"])
def test_what_somebody_offered_ends_with_the_role_they_offered_it_through(
    app: Flask, client: FlaskClient, enter: Enter, world: make.World, how: str
) -> None:
    lead, administrator = enter(Role.LEAD), enter(Role.ADMINISTRATOR)
    person_id = make.person(Role.LEAD, world.north_trust)
    link, others = invited(lead), invited(administrator, "contributor", "XN1", email="other@example.nhs.uk")
    if how == "removed":
        assert press(administrator, removal_of(person_id, Role.LEAD)) == 302
    elif how == "switched off":
        assert press(administrator, f"/people/{person_id}/switch-off") == 302
    else:
        address = f"lead.{world.north_trust}@example.nhs.uk"
        result = app.test_cli_runner().invoke(args=["people", "forget", address, "--yes"])
        assert result.exit_code == 0, result.output
    assert client.get(link).status_code == 404
    assert "kim.marsh" not in administrator.get("/people.csv?state=invited").text
    assert client.get(others).status_code == 200, "What another offered stays."


def test_what_they_may_offer_through_another_role_stays(client: FlaskClient, enter: Enter, world: make.World) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    own, second = make.person(Role.ADMINISTRATOR), make.person(Role.ADMINISTRATOR, email="second@example.nhs.uk")
    make.also(own, Role.LEAD, world.north_trust)
    here = invited(administrator, "board", "XN1")
    there = invited(administrator, "board", "XS1", email="other@example.nhs.uk")
    assert press(administrator, removal_of(own, Role.ADMINISTRATOR)) == 302
    assert second
    assert [client.get(link).status_code for link in (here, there)] == [200, 404]


@pytest.mark.parametrize(
    ("closed_on", "state"), [(YESTERDAY, "Organisation closed"), (TOMORROW, "Invited and waiting")]
)
def test_an_offer_in_an_organisation_that_has_closed_is_shown_as_that(
    enter: Enter, world: make.World, closed_on: object, state: str
) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    invite(administrator, "board", "XN1")
    close(world.north_trust, closed_on)  # type: ignore[arg-type]
    assert states(administrator, "board") == [state]
    page = administrator.get(f"/people/invitations/{newest().id}").text
    assert ("Cannot be accepted while the organisation is not open" in page) is (closed_on is YESTERDAY)


def test_an_offer_in_an_organisation_that_is_yet_to_open_is_shown_as_that(enter: Enter, world: make.World) -> None:
    administrator = enter(Role.ADMINISTRATOR)
    invite(administrator, "board", "XN1")
    session().execute(
        sa.update(OrganisationLife)
        .where(OrganisationLife.organisation_id == world.north_trust)
        .values(starts_on=TOMORROW)
    )
    session().commit()
    assert states(administrator, "board") == ["Organisation not open yet"]


def test_an_offer_that_has_expired_is_that_first(enter: Enter, world: make.World, later: Callable[..., object]) -> None:
    invite(enter(Role.ADMINISTRATOR), "board", "XN1")
    close(world.north_trust, YESTERDAY)
    with later(hours=49):  # type: ignore[attr-defined]
        assert states(enter(Role.ADMINISTRATOR), "board") == ["Invitation expired"]
