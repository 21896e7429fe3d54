"""Reads the comments of one ask, oldest first and a page at a time, and the item that they are about.

A page costs two statements for the comments whatever their number; nothing is written here.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import aliased
from werkzeug.exceptions import NotFound

from tracker.accounts.models import Person
from tracker.comments.models import Comment, CommentMention, CommentWithdrawal
from tracker.comments.rows import CommentRow, Item
from tracker.comments.rules import PAGE_SIZE, Named
from tracker.db import read, session
from tracker.frameworks.catalogue import is_known_revision, read_catalogue
from tracker.frameworks.models import AskContent, AskScope, FrameworkRevision
from tracker.frameworks.queries import AskNotFound
from tracker.organisations.queries import OrganisationSummary
from tracker.web.paging import Page, read_page

MOST_COMMENTS = 10**9
"""More than an ask ever has: which page is asked for is known before how many there are."""
A_FORMER_COLLEAGUE = "a former colleague"
"""Stands for somebody whose name was forgotten."""

Newer = aliased(Comment)


class CommentNotFound(NotFound):
    """No such comment on this ask."""

    description = "There is no such comment on this ask. Check the address."


def get_item(organisation: OrganisationSummary, framework_code: str, ref: str) -> Item:
    """One ask that organisations of this type are asked for. Raises AskNotFound, a 404."""
    ask = read_catalogue().find_ask(framework_code, ref)
    if ask is None:
        raise AskNotFound
    where = {"ask_id": ask.ask_id, "organisation_type": organisation.organisation_type}
    if read(_scopes(), where).first() is None:
        raise AskNotFound
    return Item(organisation, ask)


@lru_cache(maxsize=1)
def _scopes() -> sa.Select[int]:
    return (
        sa.select(AskScope.id)
        .join(AskContent, AskContent.id == AskScope.content_id)
        .join(FrameworkRevision, FrameworkRevision.id == AskContent.revision_id)
        .where(
            is_known_revision(None),
            AskContent.ask_id == sa.bindparam("ask_id"),
            AskScope.organisation_type == sa.bindparam("organisation_type"),
        )
    )


def comments_page(item: Item, query: Mapping[str, str]) -> Page[CommentRow]:
    """The page of comments that the query string asks for; page 1 where there is no such page.

    Each row carries the number of all rows, because counting them in a statement of its own would cost as much again.
    """
    statement = (
        _comments(item.organisation.organisation_id, item.ask.ask_id)
        .add_columns(sa.func.count().over().label("total"))
        .order_by(Comment.id)
        .limit(PAGE_SIZE)
    )
    number = read_page(query, MOST_COMMENTS, PAGE_SIZE)
    rows = session().execute(statement.offset((number - 1) * PAGE_SIZE)).all()
    if not rows and number > 1:
        number = 1
        rows = session().execute(statement).all()
    return Page(_with_mentions(rows), number, PAGE_SIZE, rows[0].total if rows else 0)


def get_comment(item: Item, comment_id: int) -> CommentRow:
    """One comment on this ask. Raises CommentNotFound, a 404."""
    query = _comments(item.organisation.organisation_id, item.ask.ask_id).where(Comment.id == comment_id)
    rows = session().execute(query).all()
    if not rows:
        raise CommentNotFound
    return _with_mentions(rows)[0]


def newest_wording(item: Item, comment_id: int) -> CommentRow:
    """What a comment has become: itself, or the last of its corrections. Raises CommentNotFound, a 404."""
    first = sa.select(first_of(Comment)).where(Comment.id == comment_id).scalar_subquery()
    query = _comments(item.organisation.organisation_id, item.ask.ask_id)
    rows = session().execute(query.where(first_of(Comment) == first).order_by(Comment.id.desc()).limit(1)).all()
    if not rows:
        raise CommentNotFound
    return _with_mentions(rows)[0]


def page_of(item: Item, comment_id: int) -> int:
    """The number of the page that a comment stands on; it never moves, because nothing is taken out before it."""
    before = session().scalar(
        sa.select(sa.func.count(Comment.id)).where(
            Comment.organisation_id == item.organisation.organisation_id,
            Comment.ask_id == item.ask.ask_id,
            Comment.id < comment_id,
        )
    )
    return (before or 0) // PAGE_SIZE + 1


def first_of(comment: Any) -> sa.ColumnElement[int]:
    """The first of a comment and all that it corrects in turn: what they have in common."""
    return sa.func.coalesce(comment.first_id, comment.id)


def _comments(organisation_id: int, ask_id: int) -> sa.Select[Any]:
    return (
        sa.select(
            Comment.id.label("comment_id"),
            sa.case((CommentWithdrawal.id.is_(None), Comment.text), else_="").label("text"),
            Comment.corrects_id,
            Newer.id.label("corrected_by_id"),
            Comment.true_on,
            Comment.recorded_at,
            Comment.person_id,
            Person.name.label("person_name"),
            Comment.role,
            CommentWithdrawal.recorded_at.label("withdrawn_at"),
        )
        .join(Person, Person.id == Comment.person_id)
        .outerjoin(CommentWithdrawal, CommentWithdrawal.comment_id == Comment.id)
        .outerjoin(Newer, Newer.corrects_id == Comment.id)
        .where(Comment.organisation_id == organisation_id, Comment.ask_id == ask_id)
    )


def _with_mentions(rows: Collection[Any]) -> list[CommentRow]:
    found: dict[int, list[Named]] = {}
    query = (
        sa.select(CommentMention.comment_id, Person.id, Person.name)
        .join(Person, Person.id == CommentMention.person_id)
        .where(CommentMention.comment_id.in_([row.comment_id for row in rows]))
        .order_by(CommentMention.comment_id, sa.func.lower(Person.name), Person.id)
    )
    for comment_id, person_id, name in session().execute(query):
        found.setdefault(comment_id, []).append(Named(person_id, name or A_FORMER_COLLEAGUE))
    made = []
    for row in rows:
        values = {name: value for name, value in row._mapping.items() if name != "total"}
        one = CommentRow(**values)
        mentioned = () if one.withdrawn_at else tuple(found.get(one.comment_id, ()))
        made.append(replace(one, mentioned=mentioned))
    return made
