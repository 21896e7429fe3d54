"""Starts, changes and checks returns to the board; it never commits. How they are handed over is ``handing_over``."""

from __future__ import annotations

import sqlalchemy as sa

from tracker import clock
from tracker.db import session
from tracker.returns.acts import (
    Act,
    AlreadyOpen,
    BeforeApproved,
    MeetingTooFar,
    NothingChanged,
    audit_act,
    check_state,
    current_control,
    is_saved,
    locked,
    move,
    unblocked,
    who_and_when,
)
from tracker.returns.books import locked_book
from tracker.returns.handed_in import approved_days
from tracker.returns.models import BoardReturn, ReturnCheck, ReturnControl
from tracker.returns.rows import Control
from tracker.returns.rules import ReturnState, furthest_meeting, later_approved


def start_return(act: Act, control: Control) -> int | None:
    """Begin a return; its number, or None where this very form was saved before.

    Raises AlreadyOpen where a return of the same scope is in the organisation's own hands, BeforeApproved and
    MeetingTooFar for a day that a return cannot have.
    """
    book = locked_book(act.organisation.organisation_id)
    if is_saved(ReturnControl, act):
        return None
    _check_no_other(act, control.framework_id)
    _check_days(act, control)
    book.last_number += 1
    stored = BoardReturn(
        organisation_id=act.organisation.organisation_id,
        number=book.last_number,
        edition=1,
        state=ReturnState.DRAFT,
        revision=1,
        version=1,
        recorded_at=clock.now(),
    )
    session().add(stored)
    session().flush()
    control_id = _add_control(act, stored, control)
    audit_act("return started", act, stored, None, {"control": control_id, "as_at": control.as_at})
    return stored.number


def change_return(act: Act, number: int, control: Control) -> bool:
    """Say something else in the document control; False where this very form was saved before.

    It is a draft again, to be checked anew. One that the board has sent back goes on as the next edition. Raises
    NotNow, AlreadyOpen, BeforeApproved, MeetingTooFar, NothingChanged and ChangedMeanwhile.
    """
    stored = locked(act, number)
    if is_saved(ReturnControl, act):
        return False
    check_state(act, stored, lambda state: state.is_worked_on)
    before, was = current_control(stored), stored.state
    if before == control and was is not ReturnState.SENT_BACK:
        raise NothingChanged
    if before.framework_id != control.framework_id:
        _check_no_other(act, control.framework_id, besides=stored.id)
    _check_days(act, control)
    stored.edition += was is ReturnState.SENT_BACK
    stored.revision += 1
    control_id = _add_control(act, stored, control)
    move(stored, ReturnState.DRAFT)
    audit_act("return changed", act, stored, was, {"control": control_id, "as_at": control.as_at})
    return True


def check_return(act: Act, number: int) -> bool:
    """Record that a return was checked, so that it can be submitted; False where this very form was saved before.

    Raises Blocked where something has to be mended first, NotNow and ChangedMeanwhile.
    """
    stored = locked(act, number)
    if is_saved(ReturnCheck, act):
        return False
    check_state(act, stored, lambda state: state in (ReturnState.DRAFT, ReturnState.CHECKED))
    was, found = stored.state, unblocked(stored)
    session().add(
        ReturnCheck(return_id=stored.id, edition=stored.edition, warnings=len(found.warnings), **who_and_when(act))
    )
    move(stored, ReturnState.CHECKED)
    audit_act("return checked", act, stored, was, {"warnings": len(found.warnings)})
    return True


def _add_control(act: Act, stored: BoardReturn, control: Control) -> int:
    said = {name: getattr(control, name) for name in Control.__slots__}
    added = ReturnControl(
        return_id=stored.id, revision=stored.revision, edition=stored.edition, **said, **who_and_when(act)
    )
    session().add(added)
    session().flush()
    return added.id


def _check_days(act: Act, control: Control) -> None:
    """Raise BeforeApproved or MeetingTooFar for a day that a return cannot have."""
    later = later_approved(approved_days(act.organisation.organisation_id), control.framework_id, control.as_at)
    if later is not None:
        raise BeforeApproved(later)
    if control.meeting_on is not None and control.meeting_on > furthest_meeting(clock.today()):
        raise MeetingTooFar


def _check_no_other(act: Act, framework_id: int | None, besides: int | None = None) -> None:
    """Raise AlreadyOpen where another return of this scope is being worked on: there would be two truths to mend."""
    worked_on = [state for state in ReturnState if state.is_worked_on]
    number = session().scalar(
        sa.select(BoardReturn.number)
        .join(
            ReturnControl,
            sa.and_(ReturnControl.return_id == BoardReturn.id, ReturnControl.revision == BoardReturn.revision),
        )
        .where(
            BoardReturn.organisation_id == act.organisation.organisation_id,
            BoardReturn.state.in_(worked_on),
            BoardReturn.id != (besides or 0),
            ReturnControl.framework_id.is_not_distinct_from(framework_id),
        )
        .limit(1)
    )
    if number is not None:
        raise AlreadyOpen(number)
