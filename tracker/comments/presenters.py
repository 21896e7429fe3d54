"""What the pages of comments say of each comment: who, when, whom it names, and what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from flask import url_for

from tracker.accounts.rules import Role
from tracker.comments.rows import CommentRow, Item
from tracker.web.wording import day_and_time, in_words


@dataclass(frozen=True, slots=True)
class CommentLine:
    """One comment as the list shows it; addresses are empty where there is nothing to go to."""

    anchor: str
    said_by: str
    text: str
    is_withdrawn: bool
    note: str
    corrects_href: str
    corrected_by_href: str
    told: str
    correct_href: str
    withdraw_href: str


def comment_lines(item: Item, rows: Iterable[CommentRow], viewer_id: int) -> list[CommentLine]:
    """The comments of a page, oldest first; only what stands can be changed, and only by who said it."""
    return [_line(item, row, is_own=row.person_id == viewer_id) for row in rows]


def said_by(name: str, role: str) -> str:
    """Who says it; a role stays when a name was forgotten.

    >>> said_by("Sam Fell", "region"), said_by("", "region")
    ('Sam Fell, Regional team', 'A former colleague, Regional team')
    """
    label = Role(role).label if role in set(Role) else role
    return f"{name or 'A former colleague'}, {label}"


def address(item: Item, view: str, comment_id: int) -> str:
    """Where one comment of an item is shown, corrected or withdrawn."""
    return url_for(
        f"comments.{view}",
        code=item.organisation.code,
        framework=item.ask.framework_code,
        ref=item.ask.ref,
        comment_id=comment_id,
    )


def _line(item: Item, row: CommentRow, *, is_own: bool) -> CommentLine:
    note = f"Withdrawn by who wrote it at {day_and_time(row.withdrawn_at)}." if row.withdrawn_at else ""
    may_change = is_own and row.stands
    return CommentLine(
        anchor=f"comment-{row.comment_id}",
        said_by=f"{said_by(row.person_name, row.role)}, {day_and_time(row.recorded_at)}",
        text=row.text,
        is_withdrawn=row.withdrawn_at is not None,
        note=note,
        corrects_href=address(item, "one", row.corrects_id) if row.corrects_id else "",
        corrected_by_href=address(item, "one", row.corrected_by_id) if row.corrected_by_id else "",
        told=f"Mentions {in_words([each.name for each in row.mentioned])}" if row.mentioned else "",
        correct_href=address(item, "correct", row.comment_id) if may_change else "",
        withdraw_href=address(item, "withdraw", row.comment_id) if may_change else "",
    )
