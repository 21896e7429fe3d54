"""Where each role lands, and the items of the header: label, endpoint and the power that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, current_app, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tracker import clock
from tracker.accounts.access import current_viewer, find_current_viewer, requires
from tracker.accounts.rules import Permission, Role, Viewer
from tracker.appointments.queries import asks_owned_by
from tracker.web.wording import day

blueprint = Blueprint("navigation", __name__)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """One link of the header, shown to those who hold the power somewhere."""

    text: str
    endpoint: str
    permission: Permission


ITEMS = (
    NavigationItem("Overdue", "review.overdue", Permission.REVIEW_OVERDUE),
    NavigationItem("Grid", "review.grid", Permission.REVIEW_OVERDUE),
    NavigationItem("Assurance", "assurance.queue", Permission.ASSURE_PROGRESS),
    NavigationItem("Escalations", "escalations.index", Permission.SEE_ESCALATIONS),
    NavigationItem("Reminders", "reminders.ledger", Permission.SEE_ESCALATIONS),
    NavigationItem("Target requests", "review.target_requests", Permission.AGREE_TARGETS),
    NavigationItem("Organisations", "organisations.index", Permission.SEE_ORGANISATIONS),
    NavigationItem("Downloads", "exports.index", Permission.EXPORT_PROGRESS),
    NavigationItem("People", "people.index", Permission.SEE_PEOPLE),
    NavigationItem("Audit", "accounts.audit", Permission.READ_AUDIT),
)


@blueprint.get("/")
@requires(Permission.SIGNED_IN)
def home() -> ResponseReturnValue:
    """Each role's home: one organisation's page, the overdue list, or the list of organisations."""
    return redirect(home_url(current_viewer()))


def home_url(viewer: Viewer) -> str:
    """The page a person most likely came for.

    A contributor who owns asks goes to those, and somebody else with one organisation straight to it; teams that watch
    over many go to what is overdue, those who see the country to how its regions stand, and whoever looks after
    accounts to the people.
    """
    if viewer.scope(Permission.REVIEW_OVERDUE).is_everywhere:
        return url_for("review.grid", by="region")
    if viewer.may_anywhere(Permission.REVIEW_OVERDUE):
        return url_for("review.overdue")
    if viewer.may_anywhere(Permission.MANAGE_ACCOUNTS):
        return url_for("people.index")
    own = {held.organisation_code for held in viewer.held if held.organisation_code}
    if viewer.roles == {Role.CONTRIBUTOR}:
        owned = asks_owned_by(viewer.person_id, clock.today())
        if codes := [each.organisation_code for each in owned if each.organisation_code in own]:
            return url_for("progress.my_asks", code=codes[0])
    if len(own) == 1:
        return url_for("progress.organisation", code=own.pop())
    return url_for("organisations.index")


def init_navigation(app: Flask) -> None:
    app.register_blueprint(blueprint)
    app.context_processor(_header)


def _header() -> dict[str, Any]:
    """What every page's header shows: the viewer's items, the account items and the banner of a pinned day."""
    viewer = find_current_viewer()
    banner = None
    if current_app.extensions.get("is_demonstration", False):
        banner = f"Demonstration with fictional organisations. Today is {day(clock.today())}."
    elif clock.pinned_day() is not None:
        banner = f"The date of this service is set to {day(clock.today())}."
    return {
        "viewer": viewer,
        "navigation": [
            {
                "text": item.text,
                "href": url_for(item.endpoint),
                "active": request.endpoint == item.endpoint,
            }
            for item in ITEMS
            if viewer is not None and viewer.may_anywhere(item.permission)
        ],
        "account_items": (
            [
                {"text": viewer.name, "href": url_for("own_account.index")},
                {"text": "Sign out", "action": url_for("sign_in.sign_out")},
            ]
            if viewer
            else []
        ),
        "demo_banner": banner,
    }
