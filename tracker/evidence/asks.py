"""Which asks of an organisation evidence may serve, in the order of their frameworks; it must not know who tracks what.

What an organisation has taken up is known above. ``app.py`` may register a function that says which asks are tracked:
``asks.init_asks(app, function)``. Without one, they are those of the frameworks that hold for everybody, by type.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import date

from flask import Flask, current_app

from tracker.evidence.queries import asks_by_type
from tracker.frameworks.catalogue import AskFacts, Catalogue
from tracker.organisations.queries import OrganisationSummary

TrackedAsks = Callable[[OrganisationSummary, date], Collection[int]]


def init_asks(app: Flask, tracked: TrackedAsks) -> None:
    """Let a function say the ids of the asks that are tracked for an organisation on a day."""
    app.extensions["evidence_asks"] = tracked


def asks_offered(
    organisation: OrganisationSummary, catalogue: Catalogue, today: date, also: Collection[int] = ()
) -> Sequence[AskFacts]:
    """The asks to choose from; ``also`` are those that are chosen already, or that somebody comes from."""
    tracked: TrackedAsks | None = current_app.extensions.get("evidence_asks")
    ids = tracked(organisation, today) if tracked else asks_by_type(organisation.organisation_type, today)
    wanted = {*ids, *also}
    return [ask for ask in catalogue.asks.values() if ask.ask_id in wanted]


def name_of(ask: AskFacts) -> str:
    """An ask as forms and addresses name it: "8ua-2020/6.1"."""
    return f"{ask.framework_code}/{ask.ref}"
