"""One ask of one organisation as a page opened it, and what this viewer may do there; it knows no form."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort

from tracker import clock
from tracker.accounts.access import current_viewer
from tracker.accounts.rules import Permission
from tracker.frameworks.catalogue import AskFacts, Catalogue, read_catalogue
from tracker.frameworks.queries import AskNotFound
from tracker.organisations.queries import OrganisationSummary, get_organisation_visible_to
from tracker.progress import access, queries
from tracker.progress.items import Item
from tracker.progress.rows import Standing

CHANGED_MEANWHILE = (
    "Somebody else saved this ask while you were writing. Nothing of yours is lost: what you typed is still here. "
    "Check it and save again to put it after theirs."
)
CONFIRMED_MEANWHILE = (
    "Somebody else saved this ask meanwhile. What stands now is shown below. Confirm it if it is true."
)
SAVED_ALREADY = "This was saved already. Nothing was saved twice."


@dataclass(frozen=True, slots=True)
class Opened:
    """One ask of one organisation as a form opened it."""

    organisation: OrganisationSummary
    ask: AskFacts
    catalogue: Catalogue
    standing: Standing

    @property
    def key(self) -> tuple[int, int]:
        """The ids of the organisation and the ask."""
        return self.organisation.organisation_id, self.ask.ask_id

    def item_for(self, permission: Permission) -> Item:
        """The ask as somebody with this power changes it; a 403 for whoever may only see it."""
        held = access.find_held_role(current_viewer(), permission, self.organisation)
        if held is None:
            abort(403)
        return Item(self.organisation, self.ask, current_viewer(), held.role.value)


def open_ask(code: str, framework: str, ref: str) -> Opened:
    """One ask of one organisation that this viewer may see, as it stands today; a 404 otherwise."""
    organisation = get_organisation_visible_to(current_viewer(), code, Permission.SEE_PROGRESS)
    catalogue = read_catalogue()
    ask = catalogue.find_ask(framework, ref)
    if ask is None:
        raise AskNotFound
    standing = queries.get_standing(organisation.organisation_id, ask.ask_id, clock.today())
    return Opened(organisation, ask, catalogue, standing)
