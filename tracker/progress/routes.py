"""The pages of one organisation: where it stands, one ask, its updates, targets and the questions asked once."""

from __future__ import annotations

from tracker.progress import (
    ask_routes,
    history_routes,
    organisation_routes,
    own_asks_routes,
    target_routes,
    update_routes,
)
from tracker.progress.blueprint import blueprint

PAGES = (organisation_routes, ask_routes, update_routes, history_routes, target_routes, own_asks_routes)
"""Loading a module adds its pages to the blueprint."""

__all__ = ["PAGES", "blueprint"]
