"""Browsers of the people who meet at an escalation."""

from __future__ import annotations

import make
import pytest
from flask.testing import FlaskClient

from tracker.accounts.rules import Role


@pytest.fixture
def as_region(client: FlaskClient, world: make.World) -> FlaskClient:
    """The northern regional team."""
    make.sign_in(client, Role.REGION, world.north_region)
    return client


@pytest.fixture
def as_lead(as_region: FlaskClient, world: make.World) -> FlaskClient:
    """The lead of the northern trust, in a browser of their own."""
    browser = as_region.application.test_client()
    make.sign_in(browser, Role.LEAD, world.north_trust)
    return browser
