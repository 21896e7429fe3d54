"""What stands in the header for each role, and where each role's home is."""

from __future__ import annotations

import re

import make
import pytest
from flask.testing import FlaskClient

from tracker.accounts.rules import Role

HEADER = re.compile(r'<a class="nhsuk-header__navigation-link" href="([^"]+)"')
WATCHED = ("/review/overdue", "/review/grid")
HOMES = {
    Role.LEAD: ("/organisations/XN1", ["/organisations", "/exports", "/people", "/audit"]),
    Role.CONTRIBUTOR: ("/organisations/XN1", ["/organisations", "/exports"]),
    Role.BOARD: ("/organisations/XN1", ["/organisations", "/exports", "/audit"]),
    Role.SYSTEM: ("/review/overdue", [*WATCHED, "/review/assurance", "/organisations", "/exports", "/audit"]),
    Role.REGION: (
        "/review/overdue",
        [
            *(*WATCHED, "/review/assurance", "/escalations", "/reminders/ledger", "/review/target-requests"),
            *("/organisations", "/exports", "/people", "/audit"),
        ],
    ),
    Role.NATIONAL: (
        "/review/grid?by=region",
        [*WATCHED, "/escalations", "/reminders/ledger", "/organisations", "/exports"],
    ),
    Role.ADMINISTRATOR: ("/people", ["/organisations", "/people", "/audit"]),
}


@pytest.mark.parametrize("role", Role)
def test_the_header_leads_to_what_a_role_may_open_and_home_to_what_it_came_for(
    client: FlaskClient, world: make.World, role: Role
) -> None:
    body = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region}.get(role, world.north_trust)
    make.sign_in(client, role, None if role in (Role.NATIONAL, Role.ADMINISTRATOR) else body)
    home, items = HOMES[role]
    assert client.get("/").headers["Location"] == home
    page = client.get("/account").get_data(as_text=True)
    assert HEADER.findall(page) == items
    for item in items:
        assert client.get(item).status_code == 200, item


def test_somebody_who_is_not_signed_in_is_led_nowhere(client: FlaskClient, world: make.World) -> None:
    assert HEADER.findall(client.get("/contact").get_data(as_text=True)) == []
