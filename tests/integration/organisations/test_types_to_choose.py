"""The list of organisations offers for its filter what its reader can see."""

from __future__ import annotations

import re

import make
from flask.testing import FlaskClient

from tracker.accounts.rules import Role


def types_offered(client: FlaskClient) -> set[str]:
    """The types that the filter offers; none where there is nothing to choose between."""
    _, _, select = client.get("/organisations").get_data(as_text=True).partition('name="type"')
    return set(re.findall(r'<option value="(\w+)"', select.partition("</select>")[0]))


def test_the_filter_of_organisations_offers_the_types_that_a_reader_has(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    theirs = client.application.test_client()
    make.sign_in(theirs, Role.REGION, world.north_region)
    assert types_offered(client) <= {"trust"}
    assert types_offered(theirs) >= {"trust", "ccg"}
