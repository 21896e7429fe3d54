"""When the ladder starts anew for an ask, and what becomes of a record that was left open about another date."""

from __future__ import annotations

from datetime import date, timedelta

import tell
from conftest import NOON
from flask.testing import FlaskClient
from integration.escalations.climbing import CLOSE, ONE, OUTCOME, RAISE, close, later, proposed, raise_to, text_of, told

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.escalations import queries
from tracker.escalations.rows import ListFilters
from tracker.escalations.rules import Ending
from tracker.frameworks.catalogue import read_catalogue


def test_a_moved_deadline_starts_anew_and_overtakes_what_was_open(region: Viewer, lead: Viewer) -> None:
    raise_to(region, "6.1", "region")
    with clock.frozen(NOON + timedelta(days=1)):
        tell.agree(lead, "6.1", date(2020, 11, 10))
    later(9)
    rows = queries.escalation_rows(
        region.scope(Permission.SEE_ESCALATIONS), ListFilters(), queries.DEFAULT_SORT, read_catalogue(), clock.today()
    )
    (left,) = [row for row in rows if (row.code, row.ask.ref) == ("XN1", "6.1")]
    assert (left.status_class, left.record.level, left.proposed) == (None, "region", None)
    later(20)
    assert proposed(region, "6.1") == "owner"
    raise_to(region, "6.1")
    now = told(region, "6.1")
    assert [(each.deadline_on, each.ending) for each in now.kept] == [
        (date(2020, 11, 10), None),
        (date(2020, 9, 21), Ending.OVERTAKEN),
    ]
    assert now.counted is now.open is now.kept[0]


def test_a_date_that_counts_again_is_taken_up_again_and_overtakes_what_was_open_about_another(
    as_region: FlaskClient, region: Viewer, lead: Viewer
) -> None:
    raise_to(region, "6.1")
    close(region, "6.1")
    with clock.frozen(NOON + timedelta(days=1)):
        tell.agree(lead, "6.1", date(2020, 11, 10))
    later(20)
    raise_to(region, "6.1")
    tell.agree(region, "6.1", None)  # So that the national date counts again, about which it was closed.
    page = text_of(as_region.get(ONE))
    assert [path for path in (OUTCOME, CLOSE, RAISE) if f'href="{path}"' not in page] == []
    raise_to(region, "6.1", "executive_lead")
    now = told(region, "6.1")
    assert [(each.deadline_on, each.ending) for each in now.kept] == [
        (date(2020, 11, 10), Ending.OVERTAKEN),
        (date(2020, 9, 21), None),
    ]
    assert now.counted is now.open is now.shown is now.kept[1]


def test_a_closed_ask_that_leaves_and_comes_back_starts_anew_and_a_returned_claim_goes_on(
    region: Viewer, lead: Viewer
) -> None:

    for ref in ("6.1", "8.1"):
        raise_to(region, ref)
    close(region, "8.1")
    with clock.frozen(NOON + timedelta(days=1)):
        for ref in ("6.1", "8.1"):
            tell.say(lead, ref, "complete_claimed", evidence_url="https://board.example/paper")
            tell.decide(region, ref, is_assured=False, reason="There is no name")
    later(20)
    assert proposed(region, "6.1") == "executive_lead"
    assert proposed(region, "8.1") == "owner"
    # What another body has assured begins anew when it is overdue again, although nobody closed it.
    with clock.frozen(NOON + timedelta(days=2)):
        tell.say(lead, "6.1", "complete_claimed", evidence_url="https://board.example/paper")
        tell.decide(region, "6.1", is_assured=True)
        tell.say(lead, "6.1", "not_started", reason="She has left")
    assert proposed(region, "6.1") == "owner"
    raise_to(region, "6.1")
    assert [each.ending for each in told(region, "6.1").kept] == [None, Ending.OVERTAKEN]
