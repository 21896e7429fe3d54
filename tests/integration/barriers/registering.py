"""Fills in the pages of the register as people would, and reads what is stored; it asserts nothing a test is about."""

from __future__ import annotations

import re
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.barriers.models import Barrier, BarrierAsk, BarrierRevision
from tracker.db import session
from tracker.frameworks.catalogue import read_catalogue

REGISTER = "/organisations/XN1/barriers"
ADD, ONE, CHANGE, CLOSE = (f"{REGISTER}/{each}" for each in ("add", "1", "1/change", "1/close"))

Sent = dict[str, str | list[str]]


def day(name: str, value: str) -> Sent:
    """The three boxes of a day, from "2 11 2020"."""
    return {f"{name}-{part}": typed for part, typed in zip(("day", "month", "year"), value.split(), strict=True)}


BARRIER: Sent = {
    "kind": "barrier",
    "severity": "high",
    "title": "No analyst for splits by ward",
    "description": "Since May\nnobody can",
    "theme": "data",
    "status": "open",
    "action": "Asked the system",
    "owner": "Director of Strategy",
    "asks": ["8ua-2020/2.2", "8ua-2020/7.1"],
    **day("since_on", "14 9 2020"),
    **day("reviewed_on", "1 10 2020"),
    **day("next_review_on", "1 11 2020"),
}
ENABLER = BARRIER | {"kind": "enabler", "severity": "", "title": "A shared data team", "status": "worked_on"}


def opened(client: FlaskClient, path: str) -> Sent:
    """The hidden fields of the form on a page."""
    page = client.get(path).get_data(as_text=True).split("<main", 1)[1]
    found = re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page)
    return dict(found) | {"submit": "yes"}


def add(client: FlaskClient, fields: Sent = BARRIER, path: str = ADD, **changes: str) -> TestResponse:
    return client.post(path, data=opened(client, path) | fields | changes)


def change(client: FlaskClient, fields: Sent = BARRIER, path: str = CHANGE, **changes: str) -> TestResponse:
    return client.post(path, data=opened(client, path) | fields | {"reason": "News"} | changes)


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def stored() -> list[BarrierRevision]:
    session().rollback()
    return list(session().scalars(sa.select(BarrierRevision).order_by(BarrierRevision.id)))


def versions() -> list[int]:
    session().rollback()
    return list(session().scalars(sa.select(Barrier.version).order_by(Barrier.id)))


def links() -> list[tuple[int, str]]:
    """Which revision touches which ask."""
    session().rollback()
    asks = read_catalogue().asks
    rows = session().execute(sa.select(BarrierAsk.revision_id, BarrierAsk.ask_id).order_by("revision_id", "ask_id"))
    return [(revision_id, asks[ask_id].ref) for revision_id, ask_id in rows]
