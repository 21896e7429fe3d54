"""Two people at once: exactly one wins and the other sees both; a double submit writes once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from integration.returns.returning import (
    CADENCE,
    CHANGE,
    CHECK,
    CONTROL,
    DECIDE,
    ONE,
    RETURNS,
    START,
    SUBMIT,
    act,
    begin,
    check,
    control,
    count,
    hand_over,
    main_of,
    opened,
    send,
    start,
    state_of,
    text_of,
)

from tracker.accounts.rules import Permission, Role, Viewer
from tracker.db import session, transaction
from tracker.returns import handing_over, service
from tracker.returns.acts import AlreadyOpen, ChangedMeanwhile, NotNow
from tracker.returns.models import (
    BoardReturn,
    ReturnCadence,
    ReturnCheck,
    ReturnControl,
    ReturnDecision,
    ReturnSubmission,
)
from tracker.returns.rules import Decision


@pytest.fixture
def kim(enter) -> FlaskClient:
    """A second lead of XN1."""
    return enter(Role.LEAD, name="Kim Marsh", email="kim@example.nhs.uk")


def test_of_two_who_change_one_wins_and_the_other_sees_both(robin: FlaskClient, kim: FlaskClient) -> None:
    start(robin)
    first, second = opened(robin, CHANGE), opened(kim, CHANGE)
    assert robin.post(CHANGE, data=first | CONTROL | {"title": "Robin’s"}).status_code == 302
    late = kim.post(CHANGE, data=second | CONTROL | {"title": "Kim’s"})
    assert late.status_code == 409
    assert "Title Robin’s" in main_of(late)
    assert 'value="Kim’s"' in text_of(late)
    assert count(ReturnControl) == 2
    # Told of it, they save again on what they have seen.
    hidden = dict.fromkeys(("csrf_token", "submission_key"), "") | {
        key: second[key] for key in ("csrf_token", "submission_key")
    }
    assert kim.post(CHANGE, data=hidden | CONTROL | {"title": "Kim’s", "version": "2"}).status_code == 302
    assert "Kim’s" in main_of(robin.get(ONE))


@pytest.mark.parametrize(
    ("path", "sent", "table", "rows"),
    [
        (START, CONTROL, BoardReturn, 1),
        (CHANGE, CONTROL | {"title": "Another"}, ReturnControl, 2),
        (CHECK, {}, ReturnCheck, 1),
        (f"{RETURNS}/cadence", CADENCE, ReturnCadence, 1),
    ],
)
def test_a_form_that_is_sent_twice_writes_once(
    robin: FlaskClient, path: str, sent: dict[str, str], table: type, rows: int
) -> None:
    if path != START:
        start(robin)
    fields = opened(robin, path) | sent
    answers = [robin.post(path, data=fields) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert "Nothing was saved twice." in main_of(robin.get(answers[1].location))
    assert count(table) == rows


def test_submitting_and_deciding_twice_write_once(robin: FlaskClient, ruth: FlaskClient) -> None:
    start(robin)
    send(robin, CHECK)
    fields = opened(robin, SUBMIT)
    assert [robin.post(SUBMIT, data=fields).status_code for _ in range(2)] == [302, 302]
    assert count(ReturnSubmission) == 1
    fields = opened(ruth, DECIDE) | {"decision": "approved"}
    assert [ruth.post(DECIDE, data=fields).status_code for _ in range(2)] == [302, 302]
    assert count(ReturnDecision) == 1


def test_of_two_board_members_one_decides_and_the_other_sees_what_was_decided_and_what_they_typed(
    robin: FlaskClient, ruth: FlaskClient, enter
) -> None:
    other = enter(Role.BOARD, name="Ada Brook", email="ada@example.nhs.uk")
    start(robin)
    send(robin, CHECK)
    send(robin, SUBMIT)
    first, second = opened(ruth, DECIDE), opened(other, DECIDE)
    assert ruth.post(DECIDE, data=first | {"decision": "approved"}).status_code == 302
    late = other.post(DECIDE, data=second | {"decision": "sent_back", "reason": "Not enough about wards"})
    assert late.status_code == 409
    assert "Approved 2 November 2020 by Ruth Calloway" in main_of(late)
    assert "Not enough about wards" in text_of(late)
    assert (state_of()[0], count(ReturnDecision)) == ("approved", 1)


def test_what_was_checked_before_a_change_is_not_submitted(robin: FlaskClient, kim: FlaskClient) -> None:
    start(robin)
    send(robin, CHECK)
    fields = opened(robin, SUBMIT)
    send(kim, CHANGE, CONTROL, title="Changed meanwhile")
    late = robin.post(SUBMIT, data=fields)
    assert late.status_code == 409
    assert "Title Changed meanwhile" in main_of(late)
    # Even with the new version it is a draft again, which is not submitted.
    again = robin.post(SUBMIT, data=fields | {"version": "3"})
    assert again.location == ONE
    assert (state_of()[0], count(ReturnSubmission)) == ("draft", 0)


def test_of_two_who_set_the_cadence_one_wins(robin: FlaskClient, kim: FlaskClient) -> None:
    path = f"{RETURNS}/cadence"
    first, second = opened(robin, path), opened(kim, path)
    assert robin.post(path, data=first | CADENCE).status_code == 302
    late = kim.post(path, data=second | CADENCE | {"every_months": "3"})
    assert late.status_code == 409
    assert "Every 2 months from 5 November 2098" in main_of(late)
    assert '<option value="3" selected>' in text_of(late)
    assert count(ReturnCadence) == 1


def test_no_step_can_be_taken_from_a_state_that_it_does_not_follow(lead: Viewer, board: Viewer) -> None:
    number = begin(lead)
    to_submit, to_decide = Permission.SUBMIT_RETURNS, Permission.DECIDE_RETURNS

    def refused(do, act_now, *more) -> None:
        with pytest.raises(NotNow), transaction():
            do(act_now, number, *more)

    refused(handing_over.submit_return, act(lead, to_submit, number))
    refused(handing_over.decide_on_return, act(board, to_decide, number), Decision.APPROVED, "")
    hand_over(lead, number)
    refused(service.change_return, act(lead, to_submit, number), control())
    refused(service.check_return, act(lead, to_submit, number))
    refused(handing_over.submit_return, act(lead, to_submit, number))
    old = replace(act(board, to_decide, number), expected_version=1)
    with pytest.raises(ChangedMeanwhile), transaction():
        handing_over.decide_on_return(old, number, Decision.APPROVED, "")
    assert state_of() == ("submitted", 1, 3)


@pytest.mark.parametrize("version", ["", "x", "-1", "9999999999", "0"])
def test_a_version_that_we_did_not_write_is_one_that_nobody_saw(robin: FlaskClient, version: str) -> None:
    start(robin)
    assert send(robin, CHANGE, CONTROL | {"title": "Another"}, version=version).status_code == 409
    assert count(ReturnControl) == 1


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_of_three_who_begin_or_submit_at_the_same_moment_one_does(app: Flask, lead: Viewer) -> None:
    def at_once(do: Callable[[], object]) -> list[str]:
        outcomes: list[str] = []

        def attempt() -> None:
            with app.app_context():
                try:
                    with transaction():
                        outcomes.append("did" if do() else "did already")
                except (AlreadyOpen, ChangedMeanwhile) as fault:
                    outcomes.append(type(fault).__name__)

        threads = [threading.Thread(target=attempt) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return sorted(outcomes)

    keyed = [act(lead, Permission.SUBMIT_RETURNS) for _ in range(3)]
    session().commit()
    assert at_once(lambda: service.start_return(keyed.pop(), control())) == ["AlreadyOpen", "AlreadyOpen", "did"]
    check(lead, 1)
    keyed = [act(lead, Permission.SUBMIT_RETURNS, 1) for _ in range(3)]
    session().commit()
    assert at_once(lambda: handing_over.submit_return(keyed.pop(), 1)) == ["ChangedMeanwhile"] * 2 + ["did"]
    assert (count(BoardReturn), count(ReturnSubmission)) == (1, 1)
