"""Whatever people do in whatever order: what a board has had stays, and the state of a return follows from its rows."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

import pytest
import sqlalchemy as sa
import tell
from integration.returns.returning import act, control, count

from tracker.accounts.rules import Permission, Viewer
from tracker.audit.queries import verify_chains
from tracker.db import session, transaction
from tracker.returns import handing_over, service
from tracker.returns.acts import AlreadyOpen, NothingChanged, NotNow
from tracker.returns.models import BoardReturn, ReturnDecision, ReturnRow, ReturnSubmission
from tracker.returns.queries import ReturnNotFound, snapshot_of
from tracker.returns.rules import Decision, ReturnState

SUBMIT, DECIDE = Permission.SUBMIT_RETURNS, Permission.DECIDE_RETURNS
Frozen = dict[int, tuple[str, ...]]


def frozen_texts() -> Frozen:
    """Everything that was ever frozen, by the submission it belongs to."""
    session().rollback()
    texts: Frozen = {}
    for stored in session().scalars(sa.select(ReturnSubmission).order_by(ReturnSubmission.id)):
        rows = session().scalars(
            sa.select(ReturnRow.content).where(ReturnRow.submission_id == stored.id).order_by("id")
        )
        texts[stored.id] = (stored.heading, stored.sha256, *rows)
    return texts


def decisions() -> dict[int, str]:
    rows = session().execute(sa.select(ReturnDecision.submission_id, ReturnDecision.decision))
    return {submission_id: decision.value for submission_id, decision in rows}


def check_that_rows_and_state_agree() -> None:
    decided = decisions()
    for stored in session().scalars(sa.select(BoardReturn)):
        had = {
            each.edition: each.id
            for each in session().scalars(sa.select(ReturnSubmission).where(ReturnSubmission.return_id == stored.id))
        }
        before = [had[edition] for edition in range(1, stored.edition)]
        assert [decided[each] for each in before] == ["sent_back"] * len(before)
        present = had.get(stored.edition)
        by_rows = "draft" if present is None else decided.get(present, "submitted")
        assert stored.state.value == by_rows or (stored.state is ReturnState.CHECKED and by_rows == "draft")


@pytest.mark.parametrize("seed", range(6))
def test_what_a_board_has_had_stays_and_the_state_follows_from_the_rows(lead: Viewer, board: Viewer, seed: int) -> None:
    random = Random(seed)
    steps: list[Callable[[int], object]] = [
        lambda _number: service.start_return(act(lead, SUBMIT), control(framework_id=random.choice((None, 1)))),
        lambda number: service.change_return(act(lead, SUBMIT, number), number, control(title=f"{random.random()}")),
        lambda number: service.check_return(act(lead, SUBMIT, number), number),
        lambda number: handing_over.submit_return(act(lead, SUBMIT, number), number),
        lambda number: handing_over.decide_on_return(act(board, DECIDE, number), number, Decision.APPROVED, ""),
        lambda number: handing_over.decide_on_return(act(board, DECIDE, number), number, Decision.SENT_BACK, "Why"),
    ]
    done = 0
    for turn in range(60):
        before, decided = frozen_texts(), decisions()
        if turn % 9 == 4:
            tell.say(lead, "2.2", random.choice(("at_risk", "not_started")), reason=f"{random.random()}")
        try:
            with transaction():
                number = random.randint(1, max(1, count(BoardReturn)))
                random.choice(steps)(number)
            done += 1
        except (NotNow, AlreadyOpen, NothingChanged, ReturnNotFound):
            assert frozen_texts() == before
        after = frozen_texts()
        assert {key: after[key] for key in before} == before
        assert {key: decisions()[key] for key in decided} == decided
        check_that_rows_and_state_agree()
    assert done > 8, "Too little happened for this to mean anything."
    for submission_id in frozen_texts():
        snapshot_of(submission_id)
    assert verify_chains()[2] == []
