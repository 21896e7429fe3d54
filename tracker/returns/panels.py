"""What the page of an organisation says of its board returns, in two statements; it writes nothing."""

from __future__ import annotations

from datetime import date

from flask import url_for

from tracker.accounts.rules import Viewer
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.date_rules import Overdue
from tracker.progress.organisation_rows import Rows
from tracker.returns.cadences import returns_due
from tracker.web.wording import day, plural


def organisation_rows(organisation: OrganisationSummary, _viewer: Viewer, today: date) -> Rows:
    """When the next return is due, by the name it has when it is late; nothing where its board has set no dates."""
    due = returns_due([organisation.organisation_id], today).get(organisation.organisation_id)
    if due is None or due.next_on is None:
        return []
    more = {"href": url_for("returns.index", code=organisation.code), "action": "See", "about": "board returns"}
    if due.days_overdue is None:
        return [{"key": "Next board return", "value": day(due.next_on), **more}]
    late = f"{plural(due.days_overdue, 'day')}, due on {day(due.next_on)}"
    return [{"key": Overdue.RETURN_PAST_REVIEW.label, "value": late, **more}]
