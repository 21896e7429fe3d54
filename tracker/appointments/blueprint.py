"""The blueprint of who answers for what, and what all its pages begin with; it knows no form and no template."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer
from tracker.accounts.rules import Permission
from tracker.appointments import queries, recording
from tracker.appointments.powers import Actor
from tracker.appointments.rows import AskChoice, InPost
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to
from tracker.web.saved_once import SavedOnceForm

blueprint = Blueprint("appointments", __name__, url_prefix="/organisations")

CHANGED_MEANWHILE = (
    "Somebody else changed who answers for what while you were writing. What is recorded now is shown below, and "
    "nothing of yours is lost. Check what you typed and save again, or go back."
)
CHANGED_SINCE = "That was changed since. What is recorded now is below."

NOTHING_CHANGED = "Nothing is different from what is recorded. Change something, or go back."
SAVED_ALREADY = "This was saved already. Nothing was saved twice."


def organisation_seen(code: str) -> OrganisationSummary:
    """An organisation whose progress this viewer may see; otherwise it does not exist for them (404)."""
    return get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)


def actor_in(code: str) -> Actor:
    """Whoever may have a say in an organisation: 404 where they may not see it, 403 where they only may."""
    actor = Actor(organisation_seen(code), current_viewer())
    if not actor.posts:
        abort(403)
    return actor


def held_in(actor: Actor, appointment_id: int) -> InPost:
    """One appointment that this actor may change: 404 where there is none in their organisation, else 403."""
    held = queries.get_in_post(actor.organisation.organisation_id, appointment_id)
    if not actor.may_change(held):
        abort(403)
    return held


def all_asks(organisation: OrganisationSummary, recorded: list[InPost]) -> dict[int, AskChoice]:
    """The asks of this organisation by id, those that somebody was ever recorded for among them."""
    owned = {each.ask_id for each in recorded if each.ask_id is not None}
    return dict(queries.asks_for(organisation, clock.today(), besides=owned))


def is_saved(form: SavedOnceForm) -> bool:
    """Whether this very form was saved before: what it offers may be different by now, so it is asked first."""
    return form.is_submitted() and recording.is_saved(form.key)


def is_overtaken(form: SavedOnceForm, organisation: OrganisationSummary) -> bool:
    """Whether anything was recorded in the organisation since the form was opened."""
    return form.is_submitted() and form.expected_version != queries.version_of(organisation.organisation_id)


def now_in_post(organisation: OrganisationSummary) -> list[InPost]:
    """What a form that was overtaken shows of what is recorded now: whoever is in post, or is to be."""
    today = clock.today()
    return [each for each in queries.ever_in_post(organisation.organisation_id) if each.term.last_day >= today]


def to_list(organisation: OrganisationSummary, said: str) -> ResponseReturnValue:
    """To everybody in post, with what became of it; that somebody else was first is nothing to be glad of."""
    flash(said, "information" if said == CHANGED_SINCE else "success")
    return redirect(url_for("appointments.index", code=organisation.code))
