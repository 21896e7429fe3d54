"""One ask whose escalation somebody is about to change: who, in which role, and what was done before; knows no form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from tracker.accounts.access import current_viewer
from tracker.accounts.rules import Permission
from tracker.escalations import records
from tracker.escalations.rows import Told
from tracker.progress import access
from tracker.progress.items import Item
from tracker.progress.opened import Opened, open_ask

CHANGED_MEANWHILE = (
    "Somebody else did something about this while you were writing. What stands now is on the page of the escalation. "
    "Nothing of yours is lost: what you typed is still here. Check it and save again if it still holds."
)


@dataclass(frozen=True, slots=True)
class Deciding:
    """One ask whose escalation somebody with a power is about to change."""

    opened: Opened
    told: Told
    item: Item
    body_id: int | None

    @property
    def address(self) -> str:
        """The page of the escalation."""
        return address_of(self.opened)


def address_of(opened: Opened) -> str:
    """The page of the escalation of an ask."""
    ask = opened.ask
    return url_for("escalations.one", code=opened.organisation.code, framework=ask.framework_code, ref=ask.ref)


def told_of(opened: Opened) -> Told:
    """Everything that was done about an ask that was opened."""
    return records.told_of(*opened.key, opened.standing.deadline_on)


def decide_on(code: str, framework: str, ref: str, permission: Permission) -> Deciding:
    """The ask as somebody with this power changes its escalation: 404 for what they may not see, 403 for what they
    may not do there.
    """
    opened = open_ask(code, framework, ref)
    item = opened.item_for(permission)
    held = access.body_in(current_viewer(), permission, opened.organisation)
    return Deciding(opened, told_of(opened), item, held.organisation_id)
