"""The pages of who answers for what in an organisation: the list, its changes, and handing over."""

from __future__ import annotations

from tracker.appointments import change_routes, hand_over_routes, list_routes
from tracker.appointments.blueprint import blueprint

PAGES = (list_routes, change_routes, hand_over_routes)
"""Loading a module adds its pages to the blueprint."""

__all__ = ["PAGES", "blueprint"]
