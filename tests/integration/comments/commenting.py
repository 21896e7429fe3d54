"""Fills in the pages of comments as people would, and reads what is stored; it asserts nothing a test is about."""

from __future__ import annotations

import re
from html import unescape

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tracker.comments.models import Comment, CommentMention, CommentWithdrawal
from tracker.db import session

PAGE = "/organisations/XN1/8ua-2020/2.2/comments"

Sent = dict[str, str | list[str]]


def opened(client: FlaskClient, path: str = PAGE) -> Sent:
    """The hidden fields of the form on a page, and its text as it stands."""
    page = client.get(path).get_data(as_text=True).split("<main", 1)[1]
    found = re.findall(r'name="(csrf_token|version|submission_key)"[^>]*value="([^"]*)"', page)
    return dict(found) | {"submit": "yes"}


def say(client: FlaskClient, text: str, *tell: int, path: str = PAGE) -> TestResponse:
    """Open the form, write something, tick people, and send it."""
    return client.post(path, data=opened(client, path) | {"text": text, "tell": [str(each) for each in tell]})


def text_of(response: TestResponse) -> str:
    return unescape(response.get_data(as_text=True))


def stored() -> list[Comment]:
    session().rollback()
    return list(session().scalars(sa.select(Comment).order_by(Comment.id)))


def mentions() -> list[tuple[int, int]]:
    """Which comment names whom."""
    session().rollback()
    rows = session().execute(sa.select(CommentMention.comment_id, CommentMention.person_id).order_by("id"))
    return [(comment_id, person_id) for comment_id, person_id in rows]


def withdrawn() -> list[int]:
    session().rollback()
    return list(session().scalars(sa.select(CommentWithdrawal.comment_id).order_by("comment_id")))
