"""A framework that is not for everybody is taken up, left and taken up again; what was said of it stays."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from datetime import UTC, date, datetime

import make
import pytest
import sqlalchemy as sa
import tell
from flask import Flask
from flask.testing import FlaskClient

from tracker import clock
from tracker.accounts.rules import Role, Viewer
from tracker.audit.models import AuditEntry
from tracker.db import database, session, transaction
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_open_organisation
from tracker.progress import adoptions, queries, service
from tracker.progress.items import Item
from tracker.progress.models import Adoption

PAGE = "/organisations/XN1"
ADOPT, LEAVE = f"{PAGE}/adopt/rcp-2024", f"{PAGE}/adopt/rcp-2024/end"
FEBRUARY, MARCH = datetime(2025, 2, 3, 12, tzinfo=UTC), datetime(2025, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def in_february() -> Iterator[None]:
    with clock.frozen(FEBRUARY):
        yield


@pytest.fixture
def as_lead(client: FlaskClient, world: make.World, in_february: None) -> FlaskClient:
    make.sign_in(client, Role.LEAD, world.north_trust)
    return client


def press(client: FlaskClient, path: str) -> int:
    token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', client.get(path).get_data(as_text=True))
    return client.post(path, data={"csrf_token": token.group(1) if token else ""}).status_code


def says_s1(lead: Viewer) -> None:
    ask = read_catalogue().find_ask("rcp-2024", "S1")
    assert ask is not None
    item = Item(get_open_organisation("XN1"), ask, lead, "lead")
    with transaction():
        service.change_status(item, tell.change(item, "at_risk", reason="Said of S1"), read_catalogue())


def tracked(on: date, world: make.World) -> set[str]:
    asks = read_catalogue().asks
    return {asks[each.ask_id].framework_code for each in queries.standings_of(world.north_trust, on)}


def test_it_is_tracked_until_it_is_left_and_what_was_said_comes_back(
    as_lead: FlaskClient, lead: Viewer, world: make.World
) -> None:
    assert press(as_lead, ADOPT) == 302
    says_s1(lead)
    with clock.frozen(MARCH):
        make.enter(as_lead, f"lead.{world.north_trust}@example.nhs.uk")
        assert "(derived) is tracked" in as_lead.get(PAGE).get_data(as_text=True)
        assert press(as_lead, LEAVE) == 302
        page = as_lead.get(PAGE).get_data(as_text=True)
        assert "is not tracked for Dales Hospitals NHS Trust any more" in page
        assert "/rcp-2024/S1" not in page
        assert as_lead.get(LEAVE).status_code == 404
        assert (tracked(date(2025, 3, 2), world), tracked(date(2025, 3, 3), world)) == (
            {"8ua-2020", "rcp-2024"},
            {"8ua-2020"},
        )
        assert press(as_lead, ADOPT) == 302
        assert "Said of S1" in as_lead.get(f"{PAGE}/rcp-2024/S1").get_data(as_text=True)
    verbs = session().scalars(sa.select(AuditEntry.verb).where(AuditEntry.verb.startswith("framework")))
    assert [verb for verb in verbs if verb != "framework loaded"] == [
        "framework adopted",
        "framework left",
        "framework adopted",
    ]


def test_what_was_adopted_today_by_mistake_never_held(as_lead: FlaskClient, world: make.World) -> None:
    press(as_lead, ADOPT)
    assert press(as_lead, LEAVE) == 302
    assert tracked(FEBRUARY.date(), world) == {"8ua-2020"}
    kept = session().execute(sa.select(Adoption.starts_on, Adoption.ends_on, Adoption.superseded_at)).all()
    assert [(row.starts_on, row.ends_on, row.superseded_at is not None) for row in kept] == [
        (FEBRUARY.date(), None, True)
    ]


def test_what_is_for_everybody_cannot_be_left(as_lead: FlaskClient) -> None:
    assert as_lead.get(f"{PAGE}/adopt/8ua-2020/end").status_code == 404


def test_two_who_adopt_at_once_adopt_once(app: Flask, lead: Viewer, in_february: None) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("In-memory SQLite has one connection; two threads at once are shown on PostgreSQL.")
    start = threading.Barrier(2)
    faults: list[Exception] = []

    def adopt() -> None:
        with app.app_context():
            start.wait(timeout=10)
            try:
                with clock.frozen(FEBRUARY), transaction():
                    adoptions.adopt_framework(get_open_organisation("XN1"), "rcp-2024", lead, "lead")
            except sa.exc.SQLAlchemyError as fault:
                faults.append(fault)
            finally:
                database.session.remove()

    session().commit()
    threads = [threading.Thread(target=adopt) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert faults == []
    assert session().scalar(sa.select(sa.func.count()).select_from(Adoption)) == 1
