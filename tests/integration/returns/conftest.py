"""What tests of returns need: people at browsers, in or above the northern trust, and cheap passwords."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.conftest import cheap_hashes, country, tables

from tracker.accounts.rules import HeldRole, Role, Viewer

__all__ = ["cheap_hashes", "country", "tables"]

Enter = Callable[..., FlaskClient]


@pytest.fixture
def enter(app: Flask, world: make.World) -> Enter:
    """A browser in which somebody of a role is signed in, by default in or above the northern trust."""

    def sign_in(role: Role, body: int | None = None, name: str = "", email: str = "") -> FlaskClient:
        usual = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region}
        body = None if role in (Role.NATIONAL, Role.ADMINISTRATOR) else body or usual.get(role, world.north_trust)
        address = email or f"{role.value}.{body or 'all'}@example.nhs.uk"
        client = app.test_client()
        client.person_id = make.person(role, body, email=address, name=name or f"{role.value.title()} Person")  # type: ignore[attr-defined]
        make.enter(client, address)
        return client

    return sign_in


@pytest.fixture
def robin(enter: Enter) -> FlaskClient:
    """Robin Ashdown, the lead of XN1."""
    return enter(Role.LEAD, name="Robin Ashdown", email="robin@example.nhs.uk")


@pytest.fixture
def ruth(enter: Enter) -> FlaskClient:
    """Ruth Calloway, of the board of XN1."""
    return enter(Role.BOARD, name="Ruth Calloway", email="ruth@example.nhs.uk")


@pytest.fixture
def board(world: make.World) -> Viewer:
    """A member of the board of the northern trust, without a browser."""
    person_id = make.person(Role.BOARD, world.north_trust, name="Ruth Calloway")
    return Viewer(person_id, "Ruth Calloway", (HeldRole(Role.BOARD, world.north_trust, "XN1"),))
