"""People at browsers, in or above the northern trust: fixtures that the conftest of a feature takes over by name."""

from __future__ import annotations

from collections.abc import Callable

import make
import pytest
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import Role

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
def sam(enter: Enter) -> FlaskClient:
    """Sam Fell of the northern regional team."""
    return enter(Role.REGION, name="Sam Fell", email="sam@example.nhs.uk")
