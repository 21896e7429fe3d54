"""One return while somebody does something to it: locked, checked, moved and audited; it never commits.

Every change of a return goes through here, so that of two people at once exactly one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.audit import service as audit
from tracker.db import session
from tracker.organisations.queries import OrganisationSummary
from tracker.returns.checking import examined
from tracker.returns.models import BoardReturn, ReturnControl
from tracker.returns.queries import ReturnNotFound, as_control
from tracker.returns.rows import Control, Present, Problem
from tracker.returns.rules import ApprovedDay, ReturnState


class ChangedMeanwhile(Exception):
    """Somebody else worked on the return since the page was opened; nothing was written."""


class NothingChanged(Exception):
    """What was sent is what the return says already; nothing was written."""


class NotNow(Exception):
    """A return in this state cannot be treated so; nothing was written."""

    def __init__(self, state: ReturnState) -> None:
        super().__init__(state.label)
        self.state = state


class AlreadyOpen(Exception):
    """There is a return of the same scope that is being worked on; its number."""

    def __init__(self, number: int) -> None:
        super().__init__(str(number))
        self.number = number


class Blocked(Exception):
    """The check found problems that have to be mended first; nothing was written."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(len(problems))
        self.problems = problems


class BeforeApproved(Exception):
    """The board has approved a return of a later day that covers some of the same; nothing was written."""

    def __init__(self, approved: ApprovedDay) -> None:
        super().__init__(str(approved.number))
        self.approved = approved


class MeetingTooFar(Exception):
    """The meeting is further ahead than any that a return may name; nothing was written."""


class OwnReturn(Exception):
    """Whoever submitted a return does not decide on it; nothing was written."""


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something to a return, through which role, on which version they saw, by which form."""

    organisation: OrganisationSummary
    viewer: Viewer
    role: str
    submission_key: str
    expected_version: int = 0


def locked(act: Act, number: int) -> BoardReturn:
    """The return as it stands, its row locked until the end of the transaction."""
    stored = (
        session()
        .scalars(
            sa.select(BoardReturn)
            .where(BoardReturn.organisation_id == act.organisation.organisation_id, BoardReturn.number == number)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one_or_none()
    )
    if stored is None:
        raise ReturnNotFound
    return stored


def is_saved(table: Any, act: Act) -> bool:
    return bool(session().scalar(sa.select(sa.exists().where(table.submission_key == act.submission_key))))


def check_state(act: Act, stored: BoardReturn, fits: Callable[[ReturnState], bool]) -> None:
    """Raise NotNow for a state in which it cannot be done, and ChangedMeanwhile where another version was seen.

    The version is asked for first: whoever saw an older one is told that somebody was faster.
    """
    if stored.version != act.expected_version:
        raise ChangedMeanwhile
    if not fits(stored.state):
        raise NotNow(stored.state)


def current_control(stored: BoardReturn) -> Control:
    """The document control that holds now."""
    control = ReturnControl
    query = sa.select(control).where(control.return_id == stored.id, control.revision == stored.revision)
    return as_control(session().scalars(query).one())


def unblocked(stored: BoardReturn) -> Present:
    """Where the organisation stands on the day of a return, with all that a check finds. Raises Blocked where something
    has to be mended first.
    """
    control = current_control(stored)
    found = examined(stored.organisation_id, control, clock.today())
    if found.blocking:
        raise Blocked(found.blocking)
    return found


def who_and_when(act: Act) -> dict[str, Any]:
    """What every row says of its making."""
    return {
        "organisation_id": act.organisation.organisation_id,
        "true_on": clock.today(),
        "recorded_at": clock.now(),
        "person_id": act.viewer.person_id,
        "role": act.role,
        "submission_key": act.submission_key,
    }


def move(stored: BoardReturn, state: ReturnState) -> None:
    """Bring a return into a state; its version grows, so that whoever saw it before is told."""
    stored.state = state
    stored.version += 1
    session().flush()


def audit_act(verb: str, act: Act, stored: BoardReturn, was: ReturnState | None, after: dict[str, Any]) -> None:
    """Audit what was done, by codes, days and numbers: the words stand in rows that are never changed."""
    audit.record(
        verb=verb,
        subject=f"return {stored.number}",
        by=act.viewer.person_id,
        role=act.role,
        organisation_code=act.organisation.code,
        before={"state": was.value} if was else None,
        after={"state": stored.state.value, "edition": stored.edition} | after,
    )
