"""How a lead sends the update of an ask, as a browser without JavaScript would; shared by the tests of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.db import session
from tracker.progress.models import ProgressEntry

PAGE = "/organisations/XN1/8ua-2020/2.2/update"
LEAD_PAGE = "/organisations/XN1/8ua-2020/6.1/update"
Send = Callable[..., TestResponse]


def send(client: FlaskClient, path: str = PAGE, **fields: str) -> TestResponse:
    """Open the form, change the fields and send it, as a browser without JavaScript would."""
    text = client.get(path).get_data(as_text=True)
    form = text.split("<main", 1)[1]
    if fields.get("status") == "on_track":
        # Most asks are overdue on the day of the tests, and need a plan to be on track.
        fields = {"recovery_on__day": "1", "recovery_on__month": "3", "recovery_on__year": "2021"} | fields
    hidden = dict(re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', form))
    return client.post(path, data=hidden | {"submit": "yes"} | {k.replace("__", "-"): v for k, v in fields.items()})


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def entries() -> list[ProgressEntry]:
    return list(session().scalars(sa.select(ProgressEntry).order_by(ProgressEntry.id)))
