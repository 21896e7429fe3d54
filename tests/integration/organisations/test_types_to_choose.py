"""The list of organisations offers for its filter what its reader can see."""

from __future__ import annotations

import make
from flask.testing import FlaskClient

from tracker.accounts.rules import Role


def test_the_filter_of_organisations_offers_the_types_that_a_reader_has(client: FlaskClient, world: make.World) -> None:
    make.sign_in(client, Role.LEAD, world.north_trust)
    filters = client.get("/organisations").get_data(as_text=True).split('name="type"', 1)
    assert len(filters) == 1 or 'value="ccg"' not in filters[1].split("</select>", 1)[0]
    theirs = client.application.test_client()
    make.sign_in(theirs, Role.REGION, world.north_region)
    offered = theirs.get("/organisations").get_data(as_text=True).split('name="type"', 1)[1].split("</select>", 1)[0]
    assert 'value="ccg"' in offered
