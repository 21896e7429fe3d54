"""What tests of the audit share: somebody at a browser, the fields of a form, and what is recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import make
import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from integration.accounts.conftest import fields_of
from integration.audit.reading_audit import NOON, SignedIn

from tracker import clock
from tracker.accounts.rules import Role
from tracker.audit import service as audit
from tracker.audit.models import AuditEntry
from tracker.db import session, transaction

__all__ = ["fields_of"]


@pytest.fixture
def entries(app: Flask) -> Callable[[str], Sequence[AuditEntry]]:
    """Every entry with a verb, the oldest first."""

    def read(verb: str) -> Sequence[AuditEntry]:
        session().rollback()
        return session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == verb).order_by(AuditEntry.id)).all()

    return read


@pytest.fixture
def signed_in(app: Flask, world: make.World) -> SignedIn:
    """A browser in which somebody of a role is signed in."""

    def enter(role: Role, body: int | None = None, name: str = "Robin Ashdown") -> FlaskClient:
        make.person(role, body, name=name)
        client = app.test_client()
        make.sign_in(client, role, body)
        return client

    return enter


@pytest.fixture
def recorded(world: make.World) -> dict[str, int]:
    """Six entries on three days: three of XN1, and one each of XS1, YN1 and the service; the people by name."""
    north, south = world.north_trust, world.south_trust
    asha = make.person(Role.CONTRIBUTOR, north, email="asha@example.nhs.uk", name="Asha Whitcombe")
    tom = make.person(Role.LEAD, south, email="tom@example.nhs.uk", name="Tom Ellerby")
    told = (
        (-30, "status update", "item 1", asha, "contributor", "XN1"),
        (-20, "status update", "item 2", tom, "lead", "XS1"),
        (-10, "status assured", "item 3", tom, "region", "XN1"),
        (-1, "progress exported", "item 4", asha, "contributor", "XN1"),
        (-1, "overdue list exported", "item 5", tom, "region", "YN1"),
        (-1, "framework loaded", "item 6", None, "command line", None),
    )
    for days, verb, subject, by, role, code in told:
        with clock.frozen(NOON + timedelta(days=days)), transaction():
            audit.record(verb=verb, subject=subject, by=by, role=role, organisation_code=code)
    return {"Asha Whitcombe": asha, "Tom Ellerby": tom}
