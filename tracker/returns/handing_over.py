"""Freezes a return for the board and records what the board decides, so that neither is ever changed; never commits."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.returns import documents
from tracker.returns.acts import (
    Act,
    OwnReturn,
    audit_act,
    check_state,
    current_control,
    is_saved,
    locked,
    move,
    unblocked,
    who_and_when,
)
from tracker.returns.models import BoardReturn, ReturnDecision, ReturnRow, ReturnSubmission
from tracker.returns.queries import framework_codes, snapshot_of
from tracker.returns.rows import Control, Heading, Present
from tracker.returns.rules import Decision, ReturnState, may_decide


def submit_return(act: Act, number: int) -> bool:
    """Freeze a checked return and hand it to the board; False where this very form was saved before.

    It is judged once more as it is frozen: what has become wrong since the check raises Blocked. Raises NotNow and
    ChangedMeanwhile.
    """
    stored = locked(act, number)
    if is_saved(ReturnSubmission, act):
        return False
    check_state(act, stored, lambda state: state is ReturnState.CHECKED)
    was, found, control = stored.state, unblocked(stored), current_control(stored)
    heading = _heading(act, stored, control, found)
    head, rows, fingerprint = documents.frozen(heading, found.asks)
    submission = ReturnSubmission(
        return_id=stored.id,
        edition=stored.edition,
        as_at=control.as_at,
        known_at=heading.known_at,
        heading=head,
        sha256=fingerprint,
        covers_all=found.covers_all,
        **who_and_when(act),
    )
    session().add(submission)
    session().flush()
    session().add_all(
        ReturnRow(
            organisation_id=stored.organisation_id,
            submission_id=submission.id,
            position=position,
            ask_id=ask.ask_id,
            status=ask.status,
            status_class=ask.status_class,
            content=content,
        )
        for position, (ask, content) in enumerate(zip(found.asks, rows, strict=True))
    )
    move(stored, ReturnState.SUBMITTED)
    audit_act(
        "return submitted",
        act,
        stored,
        was,
        {"as_at": control.as_at, "known_at": heading.known_at, "sha256": fingerprint, "submission": submission.id},
    )
    return True


def decide_on_return(act: Act, number: int, decision: Decision, reason: str) -> bool:
    """Record what the board decided; False where this very form was saved before.

    Raises OwnReturn where the same person submitted it, NotNow where it was decided on already, ChangedMeanwhile, and
    documents.Altered where what is stored is not what was frozen.
    """
    stored = locked(act, number)
    if is_saved(ReturnDecision, act):
        return False
    check_state(act, stored, lambda state: state is ReturnState.SUBMITTED)
    submission = (
        session()
        .scalars(
            sa.select(ReturnSubmission).where(
                ReturnSubmission.return_id == stored.id, ReturnSubmission.edition == stored.edition
            )
        )
        .one()
    )
    if not may_decide(submission.person_id, act.viewer.person_id):
        raise OwnReturn
    snapshot_of(submission.id)
    made = ReturnDecision(submission_id=submission.id, decision=decision, reason=reason, **who_and_when(act))
    session().add(made)
    session().flush()
    was = stored.state
    move(stored, ReturnState(decision.value))
    after = {"submission": submission.id, "sha256": submission.sha256, "decision": made.id}
    is_approved = decision is Decision.APPROVED
    audit_act("return approved" if is_approved else "return sent back", act, stored, was, after)
    return True


def _heading(act: Act, stored: BoardReturn, control: Control, found: Present) -> Heading:
    return Heading(
        organisation_code=act.organisation.code,
        organisation=act.organisation.name,
        number=stored.number,
        edition=stored.edition,
        framework=framework_codes()[control.framework_id] if control.framework_id is not None else "",
        control=control,
        known_at=clock.now(),
        lead=found.lead,
        warnings=tuple(each.in_short for each in found.warnings),
        asks=len(found.asks),
    )
