"""Who is at the browser in tests of the pages of progress."""

from __future__ import annotations

import make
import pytest
from flask.testing import FlaskClient

from tracker.accounts.rules import Role


@pytest.fixture
def as_lead(client: FlaskClient, world: make.World) -> FlaskClient:
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client
