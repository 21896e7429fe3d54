"""What the pages of an ask and of an organisation show of the register; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from tracker.barriers.models import Barrier, BarrierAsk, BarrierRevision
from tracker.barriers.queries import DEFAULT_SORT, is_current, order_of
from tracker.barriers.rules import BarrierStatus, Kind, Severity
from tracker.db import session

MOST_SHOWN = 5


@dataclass(frozen=True, slots=True)
class PanelEntry:
    """One barrier or enabler that touches an ask."""

    barrier_id: int
    title: str
    kind: Kind
    status: BarrierStatus
    severity: Severity | None


@dataclass(frozen=True, slots=True)
class BarriersPanel:
    """The most urgent entries that touch an ask, and how many there are."""

    entries: tuple[PanelEntry, ...]
    total: int


def panel(organisation_id: int, ask_id: int) -> BarriersPanel:
    """What touches one ask of an organisation, in one statement. Whether it may be read is asked before."""
    rows = (
        session()
        .execute(
            sa.select(
                BarrierRevision.barrier_id,
                BarrierRevision.title,
                BarrierRevision.kind,
                BarrierRevision.status,
                BarrierRevision.severity,
                sa.func.count().over(),
            )
            .join(Barrier, Barrier.id == BarrierRevision.barrier_id)
            .join(BarrierAsk, BarrierAsk.revision_id == BarrierRevision.id)
            .where(Barrier.organisation_id == organisation_id, BarrierAsk.ask_id == ask_id, is_current())
            .order_by(*order_of(DEFAULT_SORT))
            .limit(MOST_SHOWN)
        )
        .all()
    )
    return BarriersPanel(tuple(PanelEntry(*row[:5]) for row in rows), rows[0][5] if rows else 0)


@dataclass(frozen=True, slots=True)
class RegisterSum:
    """An organisation's register in numbers."""

    open_barriers: int
    enablers: int
    reviews_due: int


def register_sum(organisation_id: int, today: date) -> RegisterSum:
    """How many barriers are not resolved, how many enablers there are, how many reviews are due, in one statement."""
    revision = BarrierRevision
    is_barrier = sa.and_(revision.kind == Kind.BARRIER, revision.status != BarrierStatus.RESOLVED)
    row = (
        session()
        .execute(
            sa.select(
                sa.func.count(sa.case((is_barrier, 1))),
                sa.func.count(sa.case((revision.kind == Kind.ENABLER, 1))),
                sa.func.count(sa.case((revision.next_review_on < today, 1))),
            )
            .join(Barrier, Barrier.id == revision.barrier_id)
            .where(Barrier.organisation_id == organisation_id, is_current())
        )
        .one()
    )
    return RegisterSum(*row)
