"""What tests of signing in borrow from those of accounts, and somebody whose role needs a second factor."""

from __future__ import annotations

import make
import pytest
from integration.accounts.conftest import fields_of, later, robin, tables
from integration.sign_in.second_steps import SAM

from tracker.accounts.rules import Role

__all__ = ["fields_of", "later", "robin", "tables"]


@pytest.fixture
def sam(world: make.World) -> str:
    """The address of somebody of a regional team, who has an authenticator."""
    make.person(Role.REGION, world.north_region, email=SAM, name="Sam Fell")
    return SAM
