"""What the page of an ask shows of its comments, and only to those who may comment there; it writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from tracker.accounts.models import Person
from tracker.accounts.rules import Permission, Place, Role, Viewer
from tracker.comments.models import Comment, CommentWithdrawal
from tracker.comments.queries import Newer
from tracker.db import session


@dataclass(frozen=True, slots=True)
class CommentsPanel:
    """How many comments stand on an ask, and who said the last of them when."""

    total: int
    last_at: datetime | None = None
    last_by: str = ""


def panel(organisation_id: int, ask_id: int, *, viewer: Viewer, place: Place) -> CommentsPanel | None:
    """The comments of one ask in short, in one statement; None, and no statement, for whoever may not comment there.

    The board and the national team may read all the rest of an ask, so this asks for the power itself.
    """
    if place.organisation_id != organisation_id or viewer.find_power(Permission.COMMENT, place) is None:
        return None
    row = (
        session()
        .execute(
            sa.select(sa.func.count().over(), Comment.recorded_at, Person.name, Comment.role)
            .join(Person, Person.id == Comment.person_id)
            .outerjoin(CommentWithdrawal, CommentWithdrawal.comment_id == Comment.id)
            .outerjoin(Newer, Newer.corrects_id == Comment.id)
            .where(
                Comment.organisation_id == organisation_id,
                Comment.ask_id == ask_id,
                CommentWithdrawal.id.is_(None),
                Newer.id.is_(None),
            )
            .order_by(Comment.id.desc())
            .limit(1)
        )
        .one_or_none()
    )
    if row is None:
        return CommentsPanel(0)
    total, last_at, name, role = row
    return CommentsPanel(total, last_at, name or Role(role).label)
