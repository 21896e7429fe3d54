"""Says, corrects and withdraws comments, tells those who are mentioned, and audits without the words; never commits.

Of two who correct or withdraw the same comment at once, in two windows, exactly one wins and the other is told.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.accounts.rules import Permission, Viewer
from tracker.audit import service as audit
from tracker.comments.commenters import still_commenting
from tracker.comments.models import Comment, CommentMention, CommentWithdrawal
from tracker.comments.queries import CommentNotFound, first_of, get_comment, newest_wording
from tracker.comments.rows import CommentRow, Item
from tracker.db import session
from tracker.mail import ledger
from tracker.mail.notices import news
from tracker.mail.topics import Topic


class CannotBeMentioned(Exception):
    """Somebody who is mentioned may not comment there any more; ``person_ids`` says who. Nothing was written."""

    def __init__(self, person_ids: Collection[int]) -> None:
        super().__init__("Somebody who is mentioned may not comment here any more.")
        self.person_ids = frozenset(person_ids)


class ChangedMeanwhile(Exception):
    """The comment was corrected since the page was opened; nothing was written."""


class NothingChanged(Exception):
    """The correction says what the comment says already; nothing was written."""


class AlreadyWithdrawn(Exception):
    """The comment was withdrawn; nothing was written."""


@dataclass(frozen=True, slots=True)
class NewComment:
    """What somebody says, and whom it names. The key comes back from the form, so that it is said once."""

    text: str
    mentioned: frozenset[int]
    submission_key: str


def add(item: Item, said: NewComment, viewer: Viewer) -> int | None:
    """Add a comment and tell whom it names; its id, or None where this very form was saved before.

    Raises CannotBeMentioned. Whether the viewer may comment there is asked before.
    """
    comment_id = _insert(item, said, viewer)
    if comment_id is not None:
        mentioned = _mention(item, comment_id, said.mentioned, viewer, already=frozenset())
        _audit("comment added", item, viewer, comment_id, mentioned=len(mentioned))
    return comment_id


def correct(item: Item, comment_id: int, said: NewComment, viewer: Viewer, *, expected: int) -> int | None:
    """Add the correction of a comment; its id, or None where this very form was saved before.

    ``expected`` is the wording that the author saw. Who was told of an earlier wording is not told again. Raises
    ChangedMeanwhile, AlreadyWithdrawn, NothingChanged, CannotBeMentioned, and CommentNotFound for somebody else's.
    """
    _lock(item, comment_id, viewer)
    if session().scalar(sa.select(Comment.id).where(Comment.submission_key == said.submission_key)) is not None:
        return None
    newest = _expected(item, comment_id, expected)
    if newest.text == said.text:
        raise NothingChanged
    first = session().scalar(sa.select(first_of(Comment)).where(Comment.id == newest.comment_id))
    of_all_wordings = sa.select(Comment.id).where(first_of(Comment) == first)
    told = session().scalars(
        sa.select(CommentMention.person_id).where(CommentMention.comment_id.in_(of_all_wordings)).distinct()
    )
    already = frozenset(told)
    correction_id = _insert(item, said, viewer, corrects_id=newest.comment_id, first_id=first)
    if correction_id is not None:
        mentioned = _mention(item, correction_id, said.mentioned, viewer, already=already)
        before = {"comment": newest.comment_id}
        _audit("comment corrected", item, viewer, correction_id, before, mentioned=len(mentioned))
    return correction_id


def withdraw(item: Item, comment_id: int, viewer: Viewer, *, expected: int) -> bool:
    """Take a comment, with every wording it had, out of sight; False where it was withdrawn before.

    Whom it named and who has not been told yet is not told of it any more.
    Raises ChangedMeanwhile, and CommentNotFound for a comment of somebody else.
    """
    _lock(item, comment_id, viewer)
    try:
        newest = _expected(item, comment_id, expected)
    except AlreadyWithdrawn:
        return False
    first = sa.select(first_of(Comment)).where(Comment.id == newest.comment_id).scalar_subquery()
    wordings = session().scalars(sa.select(Comment.id).where(first_of(Comment) == first)).all()
    times = {"true_on": clock.today(), "recorded_at": clock.now(), "person_id": viewer.person_id}
    session().execute(sa.insert(CommentWithdrawal), [{"comment_id": each, **times} for each in wordings])
    place = (item.organisation.organisation_id, item.ask.ask_id)
    ledger.take_back(*place, [_mentioned_in(each) for each in wordings], "The comment was withdrawn")
    _audit("comment withdrawn", item, viewer, newest.comment_id, wordings=len(wordings))
    return True


def _lock(item: Item, comment_id: int, viewer: Viewer) -> None:
    """Queue behind whoever is changing the same comment; it must be one's own."""
    comment = get_comment(item, comment_id)
    if comment.person_id != viewer.person_id:
        raise CommentNotFound
    first = sa.select(first_of(Comment)).where(Comment.id == comment_id).scalar_subquery()
    session().execute(sa.select(Comment.id).where(Comment.id == first).with_for_update(key_share=True))


def _expected(item: Item, comment_id: int, expected: int) -> CommentRow:
    newest = newest_wording(item, comment_id)
    if newest.withdrawn_at is not None:
        raise AlreadyWithdrawn
    if newest.comment_id != expected:
        raise ChangedMeanwhile
    return newest


def _insert(
    item: Item, said: NewComment, viewer: Viewer, *, corrects_id: int | None = None, first_id: int | None = None
) -> int | None:
    """The id of the new row; None where the form's key is there already, or comes from a twin at this moment."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    return session().scalar(
        insert(Comment)
        .values(
            organisation_id=item.organisation.organisation_id,
            ask_id=item.ask.ask_id,
            text=said.text,
            corrects_id=corrects_id,
            first_id=first_id,
            true_on=clock.today(),
            recorded_at=clock.now(),
            person_id=viewer.person_id,
            role=_role(item, viewer),
            submission_key=said.submission_key,
        )
        .on_conflict_do_nothing(index_elements=["submission_key"])
        .returning(Comment.id)
    )


def _mention(
    item: Item, comment_id: int, person_ids: frozenset[int], viewer: Viewer, *, already: frozenset[int]
) -> frozenset[int]:
    """Write down whom a comment names and enter it for the next digest of each, in this transaction; whom it names.

    What is entered says which comment, and no word of it: that stays behind the sign-in. Nobody is told of what they
    wrote themselves, nor twice of one comment.
    """
    others = person_ids - {viewer.person_id}
    lost = others - still_commenting(item.organisation.place, others)
    if lost:
        raise CannotBeMentioned(lost)
    times = {"true_on": clock.today(), "recorded_at": clock.now()}
    if others:
        session().execute(
            sa.insert(CommentMention),
            [{"comment_id": comment_id, "person_id": each, **times} for each in sorted(others)],
        )
    place = (item.organisation.organisation_id, item.ask.ask_id)
    ledger.enter(news(each, place, Topic.MENTION, _mentioned_in(comment_id)) for each in others - already)
    return others


def _mentioned_in(comment_id: int) -> str:
    """The kind under which a mention stands in the ledger: the digest links to the comment by its number."""
    return f"mention_{comment_id}"


def _audit(
    verb: str, item: Item, viewer: Viewer, comment_id: int, before: dict[str, int] | None = None, **counts: int
) -> None:
    audit.record(
        verb=verb,
        subject=item.subject,
        by=viewer.person_id,
        role=_role(item, viewer),
        organisation_code=item.organisation.code,
        before=before,
        after={"comment": comment_id, **counts},
    )


def _role(item: Item, viewer: Viewer) -> str:
    """The role through which somebody comments here."""
    held = viewer.find_power(Permission.COMMENT, item.organisation.place)
    if held is None:
        raise PermissionError(f"{viewer.person_id} may not comment on {item.subject}.")
    return held.role.value
