"""Who holds which role where, invitations, and accounts switched off and on: the modules of pages, put together."""

from __future__ import annotations

from tracker.people import account_routes, address_routes, invitation_routes, person_routes
from tracker.people.blueprint import blueprint

PAGES = (person_routes, invitation_routes, account_routes, address_routes)
"""Loading a module adds its pages to the blueprint."""

__all__ = ["PAGES", "blueprint"]
