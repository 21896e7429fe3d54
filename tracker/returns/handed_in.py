"""Reads which returns a board has and which days it has approved, for the check and the cadence; it writes nothing."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from tracker.db import read
from tracker.returns.models import BoardReturn, ReturnControl, ReturnDecision, ReturnSubmission
from tracker.returns.rows import HandedIn
from tracker.returns.rules import ApprovedDay, Decision, ReturnState

_PRESENT_CONTROL = sa.and_(ReturnControl.return_id == BoardReturn.id, ReturnControl.revision == BoardReturn.revision)
_PRESENT_EDITION = sa.and_(
    ReturnSubmission.return_id == BoardReturn.id, ReturnSubmission.edition == BoardReturn.edition
)


def approved_days(organisation_id: int) -> list[ApprovedDay]:
    """The days that the approved returns of an organisation tell of, and what each covers."""
    rows = read(
        sa.select(BoardReturn.number, ReturnControl.framework_id, ReturnSubmission.as_at)
        .join(ReturnControl, _PRESENT_CONTROL)
        .join(ReturnSubmission, _PRESENT_EDITION)
        .where(BoardReturn.organisation_id == organisation_id, BoardReturn.state == ReturnState.APPROVED)
    )
    return [ApprovedDay(*row) for row in rows]


def handed_in(organisation_ids: Collection[int]) -> dict[int, list[HandedIn]]:
    """The returns that each board has and did not send back, in the order of their handing in; in one statement."""
    rows = read(
        sa.select(
            BoardReturn.organisation_id,
            BoardReturn.number,
            BoardReturn.state,
            ReturnSubmission.recorded_at,
            ReturnSubmission.person_id,
            ReturnControl.meeting_on,
            ReturnSubmission.covers_all,
        )
        .join(ReturnControl, _PRESENT_CONTROL)
        .join(ReturnSubmission, _PRESENT_EDITION)
        .outerjoin(ReturnDecision, ReturnDecision.submission_id == ReturnSubmission.id)
        .where(
            BoardReturn.organisation_id.in_(sorted(organisation_ids)),
            sa.or_(ReturnDecision.id.is_(None), ReturnDecision.decision != Decision.SENT_BACK),
        )
        .order_by(ReturnSubmission.id)
    )
    found: dict[int, list[HandedIn]] = {}
    for organisation_id, *values in rows:
        found.setdefault(organisation_id, []).append(HandedIn(*values))
    return found
