"""A barrier or an enabler is closed, says what became of it, and may be opened again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask.testing import FlaskClient
from integration.barriers.registering import (
    CLOSE,
    ENABLER,
    ONE,
    add,
    change,
    opened,
    stored,
    text_of,
    versions,
)

from tracker.accounts.rules import Role
from tracker.barriers.rules import BarrierStatus, Kind, Severity

Enter = Callable[..., FlaskClient]


def test_closing_a_barrier_resolves_it_and_counts_as_a_review(robin: FlaskClient) -> None:
    add(robin)
    sent = {"outcome": "settled", "reason": "An analyst began"}
    assert robin.post(CLOSE, data=opened(robin, CLOSE) | sent).location == ONE
    row = stored()[-1]
    assert (row.kind, row.status, row.severity) == (Kind.BARRIER, BarrierStatus.RESOLVED, Severity.HIGH)
    assert (row.reviewed_on, row.next_review_on, row.reason) == (date(2020, 11, 2), None, "An analyst began")
    page = text_of(robin.get(ONE))
    assert "changed the status from open to resolved, reviewed it on 2 November 2020 and set no further review" in page
    assert CLOSE not in page
    assert robin.get(CLOSE).status_code == 302
    page = text_of(robin.get(ONE))
    assert "It is closed already." in page
    assert "nhsuk-notification-banner--success" not in page


def test_a_barrier_that_was_dealt_with_may_become_an_enabler_in_use(robin: FlaskClient) -> None:
    add(robin)
    robin.post(CLOSE, data=opened(robin, CLOSE) | {"outcome": "enabler", "reason": "The analyst shares her splits"})
    row = stored()[-1]
    assert (row.kind, row.status, row.severity) == (Kind.ENABLER, BarrierStatus.IN_USE, None)
    page = text_of(robin.get(ONE))
    assert "turned it from a barrier into an enabler, changed the status from open to in use" in page


def test_closing_an_enabler_puts_it_in_use_and_asks_only_how_one_knows(robin: FlaskClient) -> None:
    add(robin, ENABLER)
    assert "What became of it?" not in text_of(robin.get(CLOSE))
    assert robin.post(CLOSE, data=opened(robin, CLOSE) | {"reason": "It began"}).status_code == 302
    assert stored()[-1].status is BarrierStatus.IN_USE


def test_closing_says_what_became_of_it_and_how_one_knows(robin: FlaskClient) -> None:
    add(robin)
    page = text_of(robin.post(CLOSE, data=opened(robin, CLOSE)))
    for sentence in ("Choose what became of it", "Enter how you know"):
        assert page.count(sentence) >= 2
    assert versions() == [1]


def test_a_close_that_somebody_else_overtook_gets_409_and_keeps_the_reason(robin: FlaskClient, enter: Enter) -> None:
    add(robin)
    colleague = enter(Role.CONTRIBUTOR)
    sent = opened(colleague, CLOSE) | {"outcome": "settled", "reason": "Kept reason"}
    robin.post(CLOSE, data=opened(robin, CLOSE) | {"outcome": "enabler", "reason": "First"})
    answer = colleague.post(CLOSE, data=sent)
    assert answer.status_code == 409
    assert "Kept reason" in text_of(answer)
    again = colleague.post(CLOSE, data=sent | {"version": "2"})
    assert "It is closed already. Nothing was changed." in text_of(again)
    assert versions() == [2]


def test_what_was_closed_can_be_opened_again_with_a_reason(robin: FlaskClient) -> None:
    add(robin)
    robin.post(CLOSE, data=opened(robin, CLOSE) | {"outcome": "settled", "reason": "Done"})
    assert change(robin, status="open", reason="She left").status_code == 302
    assert "changed the status from resolved to open" in text_of(robin.get(ONE))
