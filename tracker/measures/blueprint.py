"""The blueprint of measures, and what all its pages begin with; it knows no form and no template."""

from __future__ import annotations

from flask import Blueprint, abort

from tracker.accounts.access import current_viewer
from tracker.accounts.rules import Permission
from tracker.measures.speaking import Speaker
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to

blueprint = Blueprint("measures", __name__, url_prefix="/organisations")

CHANGED_MEANWHILE = (
    "Somebody else changed this measure while you were writing. What is saved now is shown below, and nothing of yours "
    "is lost. Check what you typed and save again, or go back."
)
SAVED_ALREADY = "This was saved already. Nothing was saved twice."


def organisation_seen(code: str) -> OrganisationSummary:
    """An organisation whose progress this viewer may see; otherwise it does not exist for them (404)."""
    return get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)


def speaker_for(code: str) -> Speaker:
    """Whoever may say something in an organisation: 404 where they may not see it, 403 where they only may."""
    organisation = organisation_seen(code)
    held = current_viewer().find_power(Permission.UPDATE_PROGRESS, organisation.place)
    if held is None:
        abort(403)
    return Speaker(organisation, current_viewer(), held.role.value)


def may_update(organisation: OrganisationSummary) -> bool:
    return current_viewer().find_power(Permission.UPDATE_PROGRESS, organisation.place) is not None
