"""What tests of pauses share: a try at the sign-in, and what the audit was told of pauses."""

from __future__ import annotations

import make
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.audit.models import AuditEntry
from tracker.db import session

WRONG = "three wrong words"


def try_once(client: FlaskClient, email: str, password: str = WRONG, **more: str) -> TestResponse:
    token = make.csrf_token(client, "/sign-in")
    return client.post("/sign-in", data={"csrf_token": token, "email": email, "password": password, **more})


def told_of_pauses() -> list[AuditEntry]:
    session().rollback()
    return list(session().scalars(sa.select(AuditEntry).where(AuditEntry.verb == "tries paused")))
