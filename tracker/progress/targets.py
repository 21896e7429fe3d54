"""Targets of an ask: agreed by the organisation, or asked of its region and decided there; audited, never commits.

Every revision stays, with its reason and who agreed it; which step a change takes is ``date_rules.step_for_target``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import sqlalchemy as sa

from tracker import clock
from tracker.audit import service as audit
from tracker.db import session
from tracker.frameworks.rules import national_deadline
from tracker.progress.date_rules import TargetStep, step_for_target
from tracker.progress.items import ChangedMeanwhile, Item, MoveNotAllowed, Position, check_version, locked, move
from tracker.progress.models import Target, TargetDecision, TargetRequest
from tracker.progress.target_notices import Decided, tell_of_decisions


@dataclass(frozen=True, slots=True)
class TargetChange:
    """The target an organisation wants (None: none any more), why, and who agreed it: a board, a committee, a panel."""

    target_on: date | None
    reason: str
    agreed_by: str
    expected_version: int
    submission_key: str


class TargetOutcome(StrEnum):
    """What became of a change of target."""

    AGREED = "agreed"
    ASKED = "asked"
    SAVED_BEFORE = "saved_before"


def change_target(item: Item, change: TargetChange) -> TargetOutcome:
    """Agree a target, or ask the region for it where the rules leave it to the region.

    Raises MoveNotAllowed for a day that has gone by, for the target there is already, and while a request waits;
    ChangedMeanwhile when somebody else saved since ``expected_version``.
    """
    position = locked(item)
    if _is_saved(change.submission_key):
        return TargetOutcome.SAVED_BEFORE
    check_version(position, change.expected_version)
    if change.target_on is not None and change.target_on < clock.today():
        raise MoveNotAllowed("The target must be today or later.")
    if change.target_on == position.target_on:
        raise MoveNotAllowed("This is the target there is already.")
    if find_open_request(item) is not None:
        raise MoveNotAllowed("A request for another target waits for your region. Withdraw it first.")
    if step_of(item, position.target_on, change.target_on) is TargetStep.AGREE:
        agree_target(
            item,
            change.target_on,
            change.reason,
            agreed_by=change.agreed_by,
            submission_key=change.submission_key,
        )
        return TargetOutcome.AGREED
    _ask_region(item, position, change)
    return TargetOutcome.ASKED


def step_of(item: Item, present_on: date | None, wanted_on: date | None) -> TargetStep:
    """Who decides on a target for this ask."""
    return step_for_target(
        wanted_on,
        present_on=present_on,
        national_on=national_deadline(item.ask.date_kind, item.ask.national_on),
        today=clock.today(),
    )


def agree_target(
    item: Item,
    target_on: date | None,
    reason: str,
    *,
    agreed_by: str = "",
    request_id: int | None = None,
    submission_key: str | None = None,
) -> None:
    """Agree a local target for an ask, or withdraw it (None). From now on overdue is judged on it."""
    position = locked(item)
    before = position.target_on
    target = Target(
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        target_on=target_on,
        reason=reason,
        agreed_by=agreed_by,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
        request_id=request_id,
        submission_key=submission_key,
    )
    session().add(target)
    move(position, target_on=target_on)
    session().flush()
    audit.record(
        verb="target agreed",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        before={"target_on": before},
        after={"target_on": target_on, "target": target.id, "request": request_id},
    )


@dataclass(frozen=True, slots=True)
class RequestDecision:
    """What a region decides on a request, and for which body."""

    is_accepted: bool
    reason: str
    body_id: int | None


def decide_on_request(item: Item, request_id: int, decision: RequestDecision) -> bool:
    """Accept or decline a request, and tell those whom it concerns; see ``decide``."""
    decided = decide(item, request_id, decision)
    if decided is not None:
        tell_of_decisions([decided])
    return decided is not None


def decide(item: Item, request_id: int, decision: RequestDecision) -> Decided | None:
    """Accept or decline a request and tell nobody yet; None when this person decided it so before (a double click).

    Raises ChangedMeanwhile where it was decided or withdrawn meanwhile, MoveNotAllowed where the person who decides is
    the one who asked, or where it is to be accepted and the ask is done, or the day asked for has gone by while the
    request waited: whether something was done on time is judged on the date that was agreed when it was.
    """
    position = locked(item)
    request = _request_of(item, request_id)
    wanted = TargetDecision.ACCEPTED if decision.is_accepted else TargetDecision.DECLINED
    if request.decision is not None:
        if (request.decision, request.decided_by_id) == (wanted, item.viewer.person_id):
            return None
        raise ChangedMeanwhile
    if request.person_id == item.viewer.person_id:
        raise MoveNotAllowed("You made this request, so somebody else must decide on it.")
    if decision.is_accepted and position.status_class.is_done:
        raise MoveNotAllowed("The ask is done, so it needs no other target: decline, or let the request be withdrawn.")
    if decision.is_accepted and request.wanted_on is not None and request.wanted_on < clock.today():
        raise MoveNotAllowed("The day that was asked for has gone by: decline it, so that another can be asked for.")
    _close(item, request, wanted, decision)
    if decision.is_accepted:
        agree_target(item, request.wanted_on, request.reason, agreed_by=request.agreed_by, request_id=request.id)
    return Decided(
        item=item,
        request_id=request.id,
        asked_by=request.person_id,
        is_accepted=decision.is_accepted,
        deadline_on=item.deadline(locked(item)),
    )


def withdraw_request(item: Item, request_id: int) -> bool:
    """Take a request back; False when it was withdrawn before. Raises ChangedMeanwhile where it is decided by now."""
    locked(item)
    request = _request_of(item, request_id)
    if request.decision is TargetDecision.WITHDRAWN:
        return False
    if request.decision is not None:
        raise ChangedMeanwhile
    _close(item, request, TargetDecision.WITHDRAWN, RequestDecision(is_accepted=False, reason="", body_id=None))
    return True


def find_open_request(item: Item) -> TargetRequest | None:
    """The request that waits for the region, or None; there is never more than one for an ask."""
    return (
        session()
        .scalars(
            sa.select(TargetRequest).where(
                TargetRequest.organisation_id == item.organisation.organisation_id,
                TargetRequest.ask_id == item.ask.ask_id,
                TargetRequest.decision.is_(None),
            )
        )
        .one_or_none()
    )


def _ask_region(item: Item, position: Position, change: TargetChange) -> None:
    request = TargetRequest(
        organisation_id=item.organisation.organisation_id,
        ask_id=item.ask.ask_id,
        wanted_on=change.target_on,
        reason=change.reason,
        agreed_by=change.agreed_by,
        true_on=clock.today(),
        recorded_at=clock.now(),
        person_id=item.viewer.person_id,
        role=item.role,
        submission_key=change.submission_key,
    )
    session().add(request)
    move(position)
    session().flush()
    audit.record(
        verb="target asked for",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        before={"target_on": position.target_on},
        after={"target_on": change.target_on, "request": request.id},
    )


def _request_of(item: Item, request_id: int) -> TargetRequest:
    request = session().get(TargetRequest, request_id, populate_existing=True)
    here = (item.organisation.organisation_id, item.ask.ask_id)
    if request is None or (request.organisation_id, request.ask_id) != here:
        raise MoveNotAllowed("There is no such request for this ask.")
    return request


def _close(item: Item, request: TargetRequest, wanted: TargetDecision, decision: RequestDecision) -> None:
    request.decision, request.decision_reason = wanted, decision.reason
    request.decided_on, request.decided_at = clock.today(), clock.now()
    request.decided_by_id, request.decided_role = item.viewer.person_id, item.role
    request.decided_body_id = decision.body_id
    session().flush()
    audit.record(
        verb=f"target request {wanted.value}",
        subject=item.subject,
        by=item.viewer.person_id,
        role=item.role,
        organisation_code=item.organisation.code,
        after={"request": request.id, "target_on": request.wanted_on},
    )


def _is_saved(submission_key: str) -> bool:
    return bool(
        session().scalar(
            sa.select(
                sa.or_(
                    sa.exists().where(Target.submission_key == submission_key),
                    sa.exists().where(TargetRequest.submission_key == submission_key),
                )
            )
        )
    )
