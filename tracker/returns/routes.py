"""The pages of an organisation's returns to its board: read, and worked on."""

from __future__ import annotations

from tracker.returns import reading_routes, work_routes
from tracker.returns.blueprint import blueprint

PAGES = (reading_routes, work_routes)
"""Loading a module adds its pages to the blueprint."""

__all__ = ["PAGES", "blueprint"]
