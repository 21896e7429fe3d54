"""Through which of their roles a viewer may invite or take away here; asked for *this* body, never for "any"."""

from __future__ import annotations

from flask import abort

from tracker.accounts.rules import HeldRole, Permission, Viewer
from tracker.people.rows import Line


def grantor_or_refuse(viewer: Viewer, permission: Permission, line: Line) -> HeldRole:
    """The membership through which a viewer may change a line that they have been shown; 403 where there is none."""
    grantor = line.find_grantor(viewer, permission)
    if grantor is None:
        abort(403)
    return grantor


def role_of_manager(viewer: Viewer) -> str:
    """The role through which somebody looks after accounts, as the audit names it."""
    held = viewer.find_power(Permission.MANAGE_ACCOUNTS, None)
    if held is None:
        abort(403)
    return held.role.value
