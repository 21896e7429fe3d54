"""The status that each ask had in the last return that its board approved: one select, for any number of bodies."""

from __future__ import annotations

from datetime import date, datetime
from functools import lru_cache

import sqlalchemy as sa

from tracker.db import read
from tracker.frameworks.rules import StatusClass
from tracker.returns.models import ReturnDecision, ReturnRow, ReturnSubmission
from tracker.returns.rules import Decision


@lru_cache(maxsize=16)
def last_returned(as_at: date, known_at: datetime | None = None) -> sa.Subquery:
    """Organisation, ask, the word and the class of its status in the last approved return of a day, as known then.

    The last is the one that tells of the latest day; of two, the one that was approved later. A return counts from the
    day on which the board approved it. Join it outer: where there is no return, there is no row.
    """
    newest_first = sa.func.row_number().over(
        partition_by=(ReturnSubmission.organisation_id, ReturnRow.ask_id),
        order_by=(ReturnSubmission.as_at.desc(), ReturnDecision.id.desc()),
    )
    approved = (
        sa.select(
            ReturnSubmission.organisation_id,
            ReturnRow.ask_id,
            ReturnRow.status,
            ReturnRow.status_class,
            newest_first.label("place"),
        )
        .join(ReturnSubmission, ReturnSubmission.id == ReturnRow.submission_id)
        .join(ReturnDecision, ReturnDecision.submission_id == ReturnSubmission.id)
        .where(ReturnDecision.decision == Decision.APPROVED, ReturnDecision.true_on <= as_at)
    )
    if known_at is not None:
        approved = approved.where(ReturnDecision.recorded_at <= known_at)
    ranked = approved.subquery()
    return (
        sa.select(ranked.c.organisation_id, ranked.c.ask_id, ranked.c.status, ranked.c.status_class)
        .where(ranked.c.place == 1)
        .subquery("last_returned")
    )


def last_returned_of(
    organisation_id: int, as_at: date, known_at: datetime | None = None
) -> dict[int, tuple[str, StatusClass]]:
    """The same of one organisation, by ask: the word and the class."""
    before = last_returned(as_at, known_at)
    rows = read(
        sa.select(before.c.ask_id, before.c.status, before.c.status_class).where(
            before.c.organisation_id == organisation_id
        )
    )
    return {ask_id: (status, status_class) for ask_id, status, status_class in rows}
