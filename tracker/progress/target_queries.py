"""Reads the targets of asks and the requests for them; which of them a viewer may see is asked before."""

from __future__ import annotations

from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from tracker.accounts.models import Person
from tracker.db import read, session
from tracker.progress.date_rules import Slippage, slippage
from tracker.progress.models import Target, TargetRequest
from tracker.progress.rows import AgreedTarget, TargetAsked, TargetsTold


def targets_told(organisation_id: int, ask_id: int) -> TargetsTold:
    """Every target of one ask and every request for one, in two statements."""
    rows = session().execute(
        sa.select(Target, Person.name)
        .outerjoin(Person, Person.id == Target.person_id)
        .where(Target.organisation_id == organisation_id, Target.ask_id == ask_id)
        .order_by(Target.true_on, Target.id)
    )
    agreed = tuple(
        AgreedTarget(
            target_on=target.target_on,
            reason=target.reason,
            agreed_by=target.agreed_by,
            true_on=target.true_on,
            recorded_at=target.recorded_at,
            person_name=name or "",
            is_asked=target.request_id is not None,
        )
        for target, name in rows
    )
    return TargetsTold(agreed, tuple(_asked(organisation_id, ask_id)))


def slippages(as_at: date, known_at: datetime | None = None) -> dict[tuple[int, int], Slippage]:
    """How far the target of each item had slipped by the end of a day, for every item that ever had one."""
    query = sa.select(Target.organisation_id, Target.ask_id, Target.target_on).where(Target.true_on <= as_at)
    if known_at is not None:
        query = query.where(Target.recorded_at <= known_at)
    targets: dict[tuple[int, int], list[date | None]] = {}
    for organisation_id, ask_id, target_on in read(query.order_by(Target.true_on, Target.id)):
        targets.setdefault((organisation_id, ask_id), []).append(target_on)
    return {item: slippage(agreed) for item, agreed in targets.items()}


def find_open_request(organisation_id: int, ask_id: int) -> TargetAsked | None:
    """The request of one ask that waits for its region."""
    return next((each for each in _asked(organisation_id, ask_id) if not each.decision), None)


def _asked(organisation_id: int, ask_id: int) -> list[TargetAsked]:
    asker = aliased(Person)
    rows = session().execute(
        sa.select(TargetRequest, asker.name)
        .outerjoin(asker, asker.id == TargetRequest.person_id)
        .where(TargetRequest.organisation_id == organisation_id, TargetRequest.ask_id == ask_id)
        .order_by(TargetRequest.id)
    )
    return [
        TargetAsked(
            request_id=request.id,
            wanted_on=request.wanted_on,
            reason=request.reason,
            agreed_by=request.agreed_by,
            true_on=request.true_on,
            recorded_at=request.recorded_at,
            person_name=name or "",
            decision=request.decision.value if request.decision else "",
            decision_reason=request.decision_reason,
            decided_on=request.decided_on,
        )
        for request, name in rows
    ]
