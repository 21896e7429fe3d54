"""The page on which somebody finds the asks that they own in an organisation: where a contributor lands."""

from __future__ import annotations

from flask import abort, render_template
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, requires
from tracker.accounts.rules import Permission
from tracker.appointments.queries import asks_owned_by
from tracker.frameworks.catalogue import read_catalogue
from tracker.organisations.queries import get_organisation_visible_to
from tracker.progress import access, own_asks, queries
from tracker.progress.blueprint import blueprint


@blueprint.get("/<string:code>/my-asks")
@requires(Permission.UPDATE_PROGRESS)
def my_asks(code: str) -> ResponseReturnValue:
    viewer, today = current_viewer(), clock.today()
    found = get_organisation_visible_to(viewer, code, Permission.SEE_PROGRESS)
    if access.find_held_role(viewer, Permission.UPDATE_PROGRESS, found) is None:
        abort(403)
    owned = asks_owned_by(viewer.person_id, today)
    here = {each.ask_id: each.since for each in owned if each.organisation_id == found.organisation_id}
    updated_by_me = {held.organisation_code for held in viewer.held if held.organisation_code}
    return render_template(
        "progress/my_asks.html",
        organisation=found,
        asks=own_asks.own_asks(here, queries.standings_of(found.organisation_id, today), read_catalogue(), today),
        elsewhere=own_asks.elsewhere(
            {each.organisation_code for each in owned if each.organisation_code in updated_by_me}, found.code
        ),
        person_id=viewer.person_id,
    )
