"""What tests of returns need: people at browsers, in or above the northern trust, and cheap passwords."""

from __future__ import annotations

import make
import pytest
from flask.testing import FlaskClient
from integration.accounts.conftest import country, tables
from integration.at_browsers import Enter, enter, robin

from tracker.accounts.rules import HeldRole, Role, Viewer

__all__ = ["country", "enter", "robin", "tables"]


@pytest.fixture
def ruth(enter: Enter) -> FlaskClient:
    """Ruth Calloway, of the board of XN1."""
    return enter(Role.BOARD, name="Ruth Calloway", email="ruth@example.nhs.uk")


@pytest.fixture
def board(world: make.World) -> Viewer:
    """A member of the board of the northern trust, without a browser."""
    person_id = make.person(Role.BOARD, world.north_trust, name="Ruth Calloway")
    return Viewer(person_id, "Ruth Calloway", (HeldRole(Role.BOARD, world.north_trust, "XN1"),))
