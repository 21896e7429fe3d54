"""Who asks for more than they may give leaves a trace in the audit: codes and roles, and nothing that was typed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import make
import pytest
from flask.testing import FlaskClient
from integration.people.inviting import invitations, invite, said
from integration.people.test_ending_roles import press, removal_of

from tracker.accounts.rules import Role

Enter = Callable[..., FlaskClient]


def refused() -> list[tuple[str, str, dict[str, Any] | None]]:
    return [(entry.subject, entry.role, entry.after) for entry in said("refused")]


@pytest.mark.parametrize(
    ("role", "sent", "code", "after"),
    [
        (Role.LEAD, "administrator", "", {"reason": "not allowed", "role": "administrator", "organisation": "XN1"}),
        (Role.LEAD, "lead", "XN1", {"reason": "not allowed", "role": "lead", "organisation": "XN1"}),
        (Role.LEAD, "contributor", "XS1", {"reason": "out of reach", "organisation": "XS1"}),
        (Role.LEAD, "contributor", "Robin", {"reason": "out of reach"}),
        (Role.LEAD, "Robin", "XN1", {"reason": "not allowed", "organisation": "XN1"}),
        (Role.REGION, "contributor", "XN1", {"reason": "not allowed", "role": "contributor", "organisation": "XN1"}),
        (Role.REGION, "lead", "XS1", {"reason": "out of reach", "organisation": "XS1"}),
    ],
)
def test_an_offer_that_is_not_theirs_to_make_is_written_down(
    enter: Enter, country: object, role: Role, sent: str, code: str, after: dict[str, str]
) -> None:
    assert invite(enter(role), sent, code).status_code == 200
    assert refused() == [("POST people.invite", role.value, after)]
    assert invitations() == []


def test_a_role_that_one_may_give_elsewhere_only_is_written_down(
    client: FlaskClient, world: make.World, country: object
) -> None:
    """The regional team of the south leads XN1 as well, and gives the leads of the south their role."""
    team = make.person(Role.REGION, world.south_region, email="both@example.nhs.uk")
    make.also(team, Role.LEAD, world.north_trust)
    make.enter(client, "both@example.nhs.uk")
    assert "You cannot give this role in this organisation" in invite(client, "lead", "XN1").text
    assert refused() == [
        ("POST people.invite", "lead, region", {"reason": "not allowed", "role": "lead", "organisation": "XN1"})
    ]


def test_inviting_oneself_is_written_down(enter: Enter, country: object) -> None:
    own = f"region.{country.body_of(Role.REGION)}@example.nhs.uk"  # type: ignore[attr-defined]
    invite(enter(Role.REGION), "lead", "XN1", email=own)
    assert refused() == [
        ("POST people.invite", "region", {"reason": "not allowed", "role": "lead", "organisation": "XN1"})
    ]


@pytest.mark.parametrize("how", ["role", "switch-off"])
def test_a_refused_removal_of_the_last_administrator_is_written_down(enter: Enter, how: str) -> None:
    own, administrator = make.person(Role.ADMINISTRATOR), enter(Role.ADMINISTRATOR)
    path = removal_of(own, Role.ADMINISTRATOR) if how == "role" else f"/people/{own}/switch-off"
    assert press(administrator, path) == 409
    endpoint = "people.remove_role" if how == "role" else "people.switch_off"
    assert refused() == [(f"POST {endpoint}", "administrator", {"reason": "last administrator"})]


def test_slips_of_the_pen_are_no_refusals(enter: Enter) -> None:
    lead = enter(Role.LEAD)
    for typed in ({"email": "no address"}, {"name": ""}):
        assert invite(lead, **typed).status_code == 200
    sent = {"csrf_token": make.csrf_token(lead, "/people/invite"), "name": "Kim", "email": "", "organisation": "XN1"}
    assert lead.post("/people/invite", data=sent).status_code == 200
    assert refused() == []
