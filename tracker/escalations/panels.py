"""What the pages of an ask and of an organisation say of escalation, in a statement each; it writes nothing."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

import sqlalchemy as sa
from flask import url_for

from tracker.accounts.rules import Permission, Viewer
from tracker.db import read
from tracker.escalations.models import Escalation
from tracker.escalations.presenters import levels_for, one_level, raised_words, record_tag, response_words
from tracker.escalations.records import as_record, told_of
from tracker.frameworks.models import Ask, Framework
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.ask_parts import AskPart
from tracker.progress.opened import Opened
from tracker.progress.organisation_rows import Rows
from tracker.web.wording import day

MOST_SHOWN = 5


def ask_part(opened: Opened, viewer: Viewer, today: date) -> AskPart | None:
    """To whom an ask was raised, when a response is due, and what the ladder proposes to whoever may escalate.

    Nothing where nothing was done and nobody who reads the page could do anything.
    """
    told = told_of(*opened.key, opened.standing.deadline_on)
    place = opened.organisation.place
    proposed, _ = levels_for(opened.standing, told, today)
    may_escalate = viewer.find_power(Permission.ESCALATE, place) is not None
    shown = told.shown
    if shown is None and not told.kept and not (may_escalate and opened.standing.days_overdue(today) is not None):
        return None
    rows = []
    if shown is not None:
        rows += [("Stands", record_tag(shown.record, today).text), ("Raised to", raised_words(shown.record))]
        if response := response_words(shown.record, today):
            rows.append(("Response due", response))
        if shown.record.quiet_until is not None and shown.record.quiet_until > today:
            rows.append(("Looked at again on", day(shown.record.quiet_until)))
    if may_escalate:
        rows.append(("The ladder proposes", proposed.label if proposed else "Nothing today"))
    ask = (opened.organisation.code, opened.ask.framework_code, opened.ask.ref)
    links = [("See the escalation of this ask", _address("escalations.one", *ask))]
    is_awaited = told.open is not None and told.open.record.response_due_on is not None
    if is_awaited and viewer.find_power(Permission.UPDATE_PROGRESS, place) is not None:
        links.append(("Respond to the escalation", _address("escalations.answer", *ask)))
    return AskPart("Escalation", [{"key": key, "value": value} for key, value in rows], links)


def organisation_rows(organisation: OrganisationSummary, viewer: Viewer, today: date) -> Rows:
    """A row for each ask whose escalation awaits a response, the earliest first; whoever may respond is led there."""
    may_answer = viewer.find_power(Permission.UPDATE_PROGRESS, organisation.place) is not None
    rows = []
    for row in read(_awaited(), {"organisation": organisation.organisation_id}):
        endpoint = "escalations.answer" if may_answer else "escalations.one"
        due = response_words(as_record(row), today)
        rows.append(
            {
                "key": f"Escalation of ask {row.ref}",
                "value": f"Raised to: {one_level(row.level, row.told)}. Response due {due}",
                "href": _address(endpoint, organisation.code, row.framework_code, row.ref),
                "action": "Respond" if may_answer else "See",
                "about": f"to the escalation of ask {row.ref}" if may_answer else f"the escalation of ask {row.ref}",
            }
        )
    return rows


def _address(endpoint: str, code: str, framework: str, ref: str) -> str:
    return url_for(endpoint, code=code, framework=framework, ref=ref)


@lru_cache(maxsize=1)
def _awaited() -> sa.Executable:
    return (
        sa.select(
            Framework.code.label("framework_code"),
            Ask.ref,
            Escalation.level,
            Escalation.told,
            Escalation.response_due_on,
            Escalation.is_answered,
            Escalation.quiet_until,
            Escalation.closed_on,
        )
        .join(Ask, Ask.id == Escalation.ask_id)
        .join(Framework, Framework.id == Ask.framework_id)
        .where(
            Escalation.organisation_id == sa.bindparam("organisation"),
            Escalation.closed_on.is_(None),
            Escalation.response_due_on.is_not(None),
            Escalation.is_answered.is_(sa.false()),
        )
        .order_by(Escalation.response_due_on, Escalation.id)
        .limit(MOST_SHOWN)
    )
