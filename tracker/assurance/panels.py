"""What the pages of an organisation and of an ask say of claims that wait for the organisation; it writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from flask import url_for
from sqlalchemy.orm import aliased

from tracker.accounts.rules import Permission, Viewer
from tracker.assurance.queries import questions
from tracker.assurance.saying import role_words
from tracker.comments.models import Comment
from tracker.db import read
from tracker.frameworks.models import Ask, Framework
from tracker.frameworks.rules import StatusClass
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.ask_parts import AskPart
from tracker.progress.models import Progress, ProgressEntry
from tracker.progress.opened import Opened
from tracker.progress.organisation_rows import Rows
from tracker.progress.rules import EntryKind
from tracker.web.wording import day

MOST_SHOWN = 10


def organisation_rows(organisation: OrganisationSummary, viewer: Viewer, today: date) -> Rows:
    """A row for each claim that was returned, until the organisation says more, and for each question not answered."""
    may_answer = _may_answer(viewer, organisation)
    rows = []
    for row in _waiting(organisation.organisation_id)[:MOST_SHOWN]:
        ask = (organisation.code, row.framework_code, row.ref)
        if row.kind is EntryKind.RETURNED:
            value = f"Returned by the {role_words(row.role)} on {day(row.true_on)}, open again"
            act, about = "Read why", f"the claim for ask {row.ref} was returned"
            href = _address("progress.ask", *ask)
        else:
            value = question_words(row, may_answer=may_answer)
            act, about = ("Answer", f"the question about ask {row.ref}") if may_answer else ("See", f"ask {row.ref}")
            href = _address("comments.index" if may_answer else "progress.ask", *ask)
        rows.append({"key": f"Claim for ask {row.ref}", "value": value, "href": href, "action": act, "about": about})
    return rows


def ask_part(opened: Opened, viewer: Viewer, today: date) -> AskPart | None:
    """That an assurer waits for the answer to a question; nothing where nobody does."""
    if opened.standing.said_class is not StatusClass.DONE_CLAIMED:
        return None  # Nobody asks about what is not claimed, and the page takes no statement for it.
    organisation_id, ask_id = opened.key
    found = [row for row in _waiting(organisation_id, ask_id) if row.kind is not EntryKind.RETURNED]
    if not found:
        return None
    links, may_answer = [], _may_answer(viewer, opened.organisation)
    if may_answer:
        ask = (opened.organisation.code, opened.ask.framework_code, opened.ask.ref)
        links.append(("Read and answer the question", _address("comments.index", *ask)))
    return AskPart("Question about the claim", intro=f"{question_words(found[0], may_answer=may_answer)}.", links=links)


def _address(endpoint: str, code: str, framework: str, ref: str) -> str:
    return url_for(endpoint, code=code, framework=framework, ref=ref)


def question_words(row: Any, *, may_answer: bool) -> str:
    """That a question waits for its answer, from whom and since when."""
    what = "answer it" if may_answer else "not answered yet"
    return f"Question from the {role_words(row.asked_by_role)} on {day(row.asked_on)}, {what}"


def _may_answer(viewer: Viewer, organisation: OrganisationSummary) -> bool:
    """Whether somebody speaks for the organisation; an answer is a comment."""
    needed = (Permission.COMMENT, Permission.UPDATE_PROGRESS)
    return all(viewer.find_power(each, organisation.place) is not None for each in needed)


def _waiting(organisation_id: int, ask_id: int | None = None) -> Sequence[Any]:
    of_ask = {} if ask_id is None else {"ask": ask_id}
    return read(_statement(ask_id is not None), {"organisation": organisation_id} | of_ask).all()


@lru_cache(maxsize=2)
def _statement(is_of_one_ask: bool) -> sa.Executable:
    entry, asked = aliased(ProgressEntry), aliased(Comment)
    asked_on, last, is_answered = questions(entry)
    is_asked = sa.and_(entry.status_class == StatusClass.DONE_CLAIMED, asked.id.is_not(None), sa.not_(is_answered))
    select = (
        sa.select(
            Framework.code.label("framework_code"),
            Ask.ref,
            entry.kind,
            entry.role,
            entry.true_on,
            asked_on.label("asked_on"),
            asked.role.label("asked_by_role"),
        )
        .join_from(Progress, entry, entry.id == Progress.entry_id)
        .join(Ask, Ask.id == Progress.ask_id)
        .join(Framework, Framework.id == Ask.framework_id)
        .outerjoin(asked, asked.id == last)
        .where(
            Progress.organisation_id == sa.bindparam("organisation"),
            sa.or_(entry.kind == EntryKind.RETURNED, is_asked),
        )
        .order_by(entry.recorded_at, entry.id)
    )
    return select.where(Progress.ask_id == sa.bindparam("ask")) if is_of_one_ask else select
