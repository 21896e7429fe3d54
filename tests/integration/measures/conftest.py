"""What tests of measures need: people who say things about them through the real services, and a browser."""

from __future__ import annotations

from datetime import date

import make
import pytest
from flask.testing import FlaskClient
from integration.measures.saying import Saying

from tracker.accounts.rules import Role, Viewer


@pytest.fixture
def says(lead: Viewer) -> Saying:
    """The lead of the northern trust, about its measures."""
    return Saying(lead, "XN1")


@pytest.fixture
def ccg_says(world: make.World) -> Saying:
    """The lead of the northern CCG, which is asked for health checks."""
    person_id = make.person(Role.LEAD, world.north_ccg, name="Jo Becks")
    return Saying.of(person_id, "Jo Becks", world.north_ccg, "0N1")


@pytest.fixture
def as_ccg_lead(client: FlaskClient, world: make.World, ccg_says: Saying) -> FlaskClient:
    make.sign_in(client, Role.LEAD, world.north_ccg)
    return client


@pytest.fixture
def checked(ccg_says: Saying) -> Saying:
    """Three readings of health checks that come nearer to 67%."""
    ccg_says.add("ld-health-checks", date(2020, 3, 31), 520, 1_250)
    ccg_says.add("ld-health-checks", date(2020, 6, 30), 640, 1_250)
    ccg_says.add("ld-health-checks", date(2020, 9, 30), 785, 1_250)
    return ccg_says
