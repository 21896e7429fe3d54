"""Who is reminded of an ask, asked for *this* ask and viewer: the twin of ``answering.py`` for one page."""

from __future__ import annotations

from tracker import clock
from tracker.accounts.rules import Viewer
from tracker.appointments.queries import UPDATING, asks_owned_by
from tracker.progress.opened import Opened
from tracker.reminders.answering import ROLES_REMINDED


def answers_for_all(viewer: Viewer, organisation_id: int) -> bool:
    """Whether somebody is reminded of every ask of an organisation."""
    return any(held.organisation_id == organisation_id and held.role in ROLES_REMINDED for held in viewer.held)


def may_be_owner(viewer: Viewer, organisation_id: int) -> bool:
    """Whether somebody is reminded of the asks that they own in an organisation."""
    return any(held.organisation_id == organisation_id and held.role in UPDATING for held in viewer.held)


def is_reminded(opened: Opened, viewer: Viewer) -> bool:
    """Whether somebody is reminded of one ask of one organisation."""
    organisation_id, ask_id = opened.key
    if answers_for_all(viewer, organisation_id):
        return True
    if not may_be_owner(viewer, organisation_id):
        return False
    owned = asks_owned_by(viewer.person_id, clock.today())
    return any((each.organisation_id, each.ask_id) == (organisation_id, ask_id) for each in owned)
