"""Whether a browser is signed in, and with which cookie; it asserts nothing that a test is about."""

from __future__ import annotations

import make
from flask import Flask
from flask.testing import FlaskClient

from tracker.accounts.rules import Role


def is_in(client: FlaskClient) -> bool:
    answer = client.get("/organisations")
    assert answer.status_code in (200, 302)
    return answer.status_code == 200


def enter_as(client: FlaskClient, role: Role, world: make.World) -> None:
    body = {Role.SYSTEM: world.north_system, Role.REGION: world.north_region}.get(role, world.north_trust)
    make.sign_in(client, role, None if role in (Role.NATIONAL, Role.ADMINISTRATOR) else body)


def cookie(client: FlaskClient) -> str:
    found = client.get_cookie("session")
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str) -> FlaskClient:
    client = app.test_client()
    client.set_cookie("session", value)
    return client
