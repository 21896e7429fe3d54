"""That a return waits for the board stands on the page of the organisation, with what each reader can do about it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import make
import pytest
from bench.running import statements_of
from flask import Flask
from flask.testing import FlaskClient
from integration.returns.returning import begin, check, decide, hand_over, set_rhythm

from tracker.accounts.models import Membership
from tracker.accounts.rules import HeldRole, Role, Viewer
from tracker.db import database, session
from tracker.organisations.queries import get_open_organisation
from tracker.returns.due_rules import Rhythm
from tracker.returns.panels import organisation_rows
from tracker.returns.rules import Decision

PAGE = "/organisations/XN1"
TO_DECIDE = ("Return 1 waits for the board’s decision", f"{PAGE}/returns/1/decide", "Decide return 1")
TO_SEE = ("Return 1 waits for the board", f"{PAGE}/returns/1", "See return 1")


def rows_of(client: FlaskClient) -> list[tuple[str, str, str]]:
    """What the page says of board returns: the words, where they lead, and the words of that link."""
    page = unescape(client.get(PAGE).get_data(as_text=True))
    found = re.findall(
        r'__key">Board return</dt>\s*<dd[^>]*>(.*?)</dd>.*?href="([^"]*)"[^>]*>(.*?)</a>', page, re.DOTALL
    )
    return [(_plain(value), href, _plain(link)) for value, href, link in found]


def _plain(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("role", "rows"),
    [
        (Role.BOARD, [TO_DECIDE]),
        (Role.LEAD, [TO_SEE]),
        (Role.CONTRIBUTOR, [TO_SEE]),
        (Role.SYSTEM, [TO_SEE]),
        (Role.REGION, [TO_SEE]),
        (Role.NATIONAL, []),
    ],
)
def test_a_return_that_waits_is_shown_to_whoever_reads_it(enter, lead: Viewer, role: Role, rows: list) -> None:
    hand_over(lead, begin(lead))
    assert rows_of(enter(role)) == rows


def test_only_what_is_with_the_board_waits(ruth: FlaskClient, lead: Viewer, board: Viewer) -> None:
    number = begin(lead)
    assert rows_of(ruth) == []
    check(lead, number)
    assert rows_of(ruth) == []
    hand_over(lead, number)
    assert rows_of(ruth) == [TO_DECIDE]
    decide(board, number, Decision.SENT_BACK, "More about wards")
    assert rows_of(ruth) == []
    approved = begin(lead, framework_id=1)
    hand_over(lead, approved)
    decide(board, approved)
    assert rows_of(ruth) == []


def test_who_submitted_it_does_not_decide_on_it(robin: FlaskClient, world: make.World) -> None:
    person_id = robin.person_id  # type: ignore[attr-defined]
    also_of_the_board = Membership(
        person_id=person_id, role=Role.BOARD, organisation_id=world.north_trust, granted_at=make.LONG_AGO
    )
    session().add(also_of_the_board)
    session().commit()
    mine = Viewer(person_id, "Robin Ashdown", (HeldRole(Role.LEAD, world.north_trust, "XN1"),))
    hand_over(mine, begin(mine))
    assert rows_of(robin) == [TO_SEE]


def test_each_of_several_is_there_and_the_link_leads_to_it(ruth: FlaskClient, lead: Viewer) -> None:
    hand_over(lead, begin(lead))
    hand_over(lead, begin(lead, framework_id=1))
    assert [words for words, _, _ in rows_of(ruth)] == [
        "Return 1 waits for the board’s decision",
        "Return 2 waits for the board’s decision",
    ]
    for _, href, _ in rows_of(ruth):
        assert ruth.get(href).status_code == 200


def test_a_return_of_another_organisation_is_never_there(ruth: FlaskClient, lead: Viewer, world: make.World) -> None:
    south = Viewer(lead.person_id, "South", (HeldRole(Role.LEAD, world.south_trust, "XS1"),))
    hand_over(south, begin(south, code="XS1"), code="XS1")
    assert rows_of(ruth) == []


def test_it_all_takes_two_statements_however_much_waits(app: Flask, lead: Viewer, board: Viewer) -> None:
    organisation, today = get_open_organisation("XN1"), date(2020, 11, 2)

    def cost() -> int:
        session().rollback()
        with app.test_request_context(), statements_of(database.engine) as statements:
            organisation_rows(organisation, board, today)
        return len([each for each in statements if "SELECT" in str(each)])

    assert cost() <= 2
    for _ in range(3):
        set_rhythm(lead, Rhythm(2, date(2020, 11, 5)))
        hand_over(lead, begin(lead))
    with app.test_request_context():
        assert len(list(organisation_rows(organisation, board, today))) == 4
    assert cost() == 2
