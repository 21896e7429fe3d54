"""Reads the targets of asks and the requests for them; which of them a viewer may see is asked before."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.db import read
from tracker.frameworks.catalogue import Catalogue
from tracker.frameworks.rules import national_deadline
from tracker.progress.date_rules import Slippage, slippage
from tracker.progress.models import Target, TargetRequest
from tracker.progress.rows import AgreedTarget, TargetAsked, TargetsTold


def targets_told(organisation_id: int, ask_id: int) -> TargetsTold:
    """Every target of one ask and every request for one, in one statement."""
    rows = list(read(_told(), {"organisation": organisation_id, "ask": ask_id}))
    agreed = tuple(AgreedTarget(*row[2:9]) for row in rows if row.sort == _AGREED)
    asked = tuple(
        TargetAsked(
            request_id=row.id,
            wanted_on=row.target_on,
            reason=row.reason,
            agreed_by=row.agreed_by,
            true_on=row.true_on,
            recorded_at=row.recorded_at,
            person_name=row.person_name,
            decision=row.decision or "",
            decision_reason=row.decision_reason,
            decided_on=row.decided_on,
        )
        for row in rows
        if row.sort == _ASKED
    )
    return TargetsTold(agreed, asked)


_AGREED, _ASKED = "agreed", "asked"


@lru_cache(maxsize=1)
def _told() -> sa.Executable:
    """Both in the same columns: targets by the day they were true and as recorded, requests as they were made."""

    def rows_of(table: Any, sort: str, on: Any, is_asked: Any, decision: Any, why: Any, decided_on: Any) -> Any:
        return (
            sa.select(
                sa.literal(sort).label("sort"),
                table.id.label("id"),
                on.label("target_on"),
                table.reason.label("reason"),
                table.agreed_by.label("agreed_by"),
                table.true_on.label("true_on"),
                table.recorded_at.label("recorded_at"),
                sa.func.coalesce(Person.name, "").label("person_name"),
                is_asked.label("is_asked"),
                decision.label("decision"),
                why.label("decision_reason"),
                decided_on.label("decided_on"),
            )
            .outerjoin(Person, Person.id == table.person_id)
            .where(table.organisation_id == sa.bindparam("organisation"), table.ask_id == sa.bindparam("ask"))
        )

    nothing, no_day = sa.cast(sa.null(), sa.String), sa.cast(sa.null(), sa.Date)
    agreed = rows_of(Target, _AGREED, Target.target_on, Target.request_id.is_not(None), nothing, sa.literal(""), no_day)
    asked = rows_of(
        TargetRequest,
        _ASKED,
        TargetRequest.wanted_on,
        sa.true(),
        sa.cast(TargetRequest.decision, sa.String),
        TargetRequest.decision_reason,
        TargetRequest.decided_on,
    )
    both = sa.union_all(agreed, asked).subquery()
    return sa.select(both).order_by(both.c.sort, both.c.true_on, both.c.id)


def slippages(as_at: date, known_at: datetime | None, catalogue: Catalogue) -> dict[tuple[int, int], Slippage]:
    """How far the target of each item had slipped by the end of a day, for every item that ever had one."""
    query = sa.select(Target.organisation_id, Target.ask_id, Target.target_on).where(Target.true_on <= as_at)
    if known_at is not None:
        query = query.where(Target.recorded_at <= known_at)
    targets: dict[tuple[int, int], list[date | None]] = {}
    for organisation_id, ask_id, target_on in read(query.order_by(Target.true_on, Target.id)):
        targets.setdefault((organisation_id, ask_id), []).append(target_on)
    national = {ask_id: national_deadline(ask.date_kind, ask.national_on) for ask_id, ask in catalogue.asks.items()}
    return {item: slippage(agreed, national.get(item[1])) for item, agreed in targets.items()}
