"""The audit says from which role somebody signed in, or changed how they do."""

from __future__ import annotations

import make
import sqlalchemy as sa
from conftest import NOON
from flask import Flask
from flask.testing import FlaskClient
from integration.sign_in.second_steps import account_of, audit_entries

from tracker.accounts import service as accounts
from tracker.accounts.models import Membership
from tracker.accounts.rules import Role
from tracker.db import session, transaction
from tracker.sign_in import identities
from tracker.sign_in.acting import role_of
from tracker.sign_in.claims import Identity


def test_every_role_that_somebody_holds_is_named(app: Flask, client: FlaskClient, world: make.World) -> None:
    person_id = make.person(Role.LEAD, world.north_trust, email="sam@example.nhs.uk")
    with transaction():
        accounts.grant_membership(account_of("sam@example.nhs.uk"), Role.BOARD, "XS1")
    make.enter_by_pages(client, "sam@example.nhs.uk")
    client.post("/sign-out", data={"csrf_token": make.csrf_token(client, "/account")})
    for verb in ("signed in", "signed out"):
        (entry,) = audit_entries(verb)
        assert (entry.person_id, entry.role) == (person_id, "board, lead")


def test_who_holds_none_sees_to_their_own_account(app: Flask, world: make.World) -> None:
    person_id = make.person(Role.LEAD, world.north_trust, email="sam@example.nhs.uk")
    with transaction():
        session().execute(sa.update(Membership).values(ended_at=NOON))
    assert role_of(person_id) == "own account"
    with app.test_request_context("/"), transaction():
        identity = Identity("https://id.example", "subject-1", "sam@example.nhs.uk")
        identities.connect(account_of("sam@example.nhs.uk").id, identity, by=person_id)
    (entry,) = audit_entries("identity connected")
    assert (entry.person_id, entry.role) == (person_id, "own account")


def test_a_name_that_its_owner_corrects_was_corrected_from_their_role(client: FlaskClient, robin: str) -> None:
    make.enter_by_pages(client, robin)
    token = make.csrf_token(client, "/account/name")
    assert client.post("/account/name", data={"csrf_token": token, "name": "Robin Fell"}).status_code == 302
    (entry,) = audit_entries("name corrected")
    assert entry.role == "lead"
