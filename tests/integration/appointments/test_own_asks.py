"""The page of one's own asks: whose it is, in which order, and who lands there."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import make
from flask.testing import FlaskClient
from integration.appointments.posting import (
    appoint,
    hand_over,
    person_id_of,
    text_of,
)

from tracker.accounts.rules import Role, Viewer

Enter = Callable[..., FlaskClient]


def test_a_contributor_lands_on_their_own_asks_in_the_order_of_their_dates(
    enter: Enter, lead: Viewer, world: make.World
) -> None:
    browser = enter(Role.CONTRIBUTOR, email="kim@example.nhs.uk", name="Kim Dale")
    assert browser.get("/").location == "/organisations/XN1"
    assert "You own no ask here yet." in text_of(browser.get("/organisations/XN1/my-asks"))
    appoint(lead, browser.person_id, "7.1", "2.2", since=date(2020, 9, 1))  # type: ignore[attr-defined]
    assert browser.get("/").location == "/organisations/XN1/my-asks"
    page = text_of(browser.get("/organisations/XN1/my-asks"))
    assert "You own 2 asks here, the most urgent first." in page
    assert page.index("2.2 ") < page.index("7.1 ")
    assert "days overdue" in page
    assert "6.1 " not in page
    # Handed over, it is theirs no longer.
    lou = make.person(Role.CONTRIBUTOR, world.north_trust, email="lou@example.nhs.uk", name="Lou Fell")
    hand_over(lead, person_id_of("Kim Dale"), lou, date(2020, 11, 2))
    assert browser.get("/").location == "/organisations/XN1"


def test_the_page_of_own_asks_is_for_whoever_updates_there(enter: Enter) -> None:
    for role in (Role.BOARD, Role.REGION, Role.NATIONAL):
        assert enter(role).get("/organisations/XN1/my-asks").status_code == 403
    assert enter(Role.LEAD).get("/organisations/XS1/my-asks").status_code == 404
