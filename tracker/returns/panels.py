"""What the page of an organisation says of its board returns, in two statements; it writes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from flask import url_for

from tracker.accounts.rules import Viewer
from tracker.organisations.queries import OrganisationSummary
from tracker.progress.organisation_rows import Rows
from tracker.returns.access import PowersHere, powers_over
from tracker.returns.cadences import cadence_histories, due_by
from tracker.returns.due_rules import Due
from tracker.returns.handed_in import handed_in
from tracker.returns.presenters import RETURN_OVERDUE, missed_words
from tracker.returns.rows import HandedIn
from tracker.returns.rules import ReturnState, may_decide
from tracker.web.wording import day, plural


def organisation_rows(organisation: OrganisationSummary, viewer: Viewer, today: date) -> Rows:
    """When the next return is due, by the name it has when it is late, and which returns wait for the board.

    Nothing where its board has set no dates and has nothing to decide that this viewer may read.
    """
    one = organisation.organisation_id
    history, had = cadence_histories([one]).get(one), handed_in([one]).get(one, [])
    rows = _due(due_by(history, had, today), organisation.code) if history else []
    return [*rows, *_waiting(had, powers_over(viewer, organisation), viewer, organisation.code)]


def _due(due: Due, code: str) -> list[dict[str, str]]:
    more = {"href": url_for("returns.index", code=code), "action": "See", "about": "board returns"}
    words = []
    if due.days_overdue is not None and due.next_on is not None:
        words.append(f"{plural(due.days_overdue, 'day')}, due on {day(due.next_on)}")
    elif due.next_on is not None:
        words.append(f"Next due on {day(due.next_on)}" if due.is_overdue else day(due.next_on))
    if due.missed_on is not None:
        words.append(missed_words(due.missed_on))
    key = RETURN_OVERDUE if due.is_overdue else "Next board return"
    return [{"key": key, "value": ". ".join(words), **more}] if words else []


def _waiting(had: Sequence[HandedIn], may: PowersHere, viewer: Viewer, code: str) -> Iterator[dict[str, str]]:
    """A row for each return that the board has not decided on; whoever may decide on it is led to where one does."""
    if ReturnState.SUBMITTED not in may.states:
        return
    for each in had:
        if each.state is not ReturnState.SUBMITTED:
            continue
        decides = may.decide and may_decide(each.submitted_by, viewer.person_id)
        name = f"return {each.number}"
        yield {
            "key": "Board return",
            "value": f"{name.capitalize()} waits for the board{'’s decision' if decides else ''}",
            "href": url_for("returns.decide" if decides else "returns.one", code=code, number=each.number),
            "action": "Decide" if decides else "See",
            "about": name,
        }
