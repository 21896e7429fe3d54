"""Lets features above progress put rows on the page of an organisation; it must not know which.

``app.py`` registers them when it wires the application: ``organisation_rows.add(app, function)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import Flask, current_app

from tracker.accounts.rules import Viewer
from tracker.organisations.queries import OrganisationSummary

Rows = Sequence[dict[str, str]]
"""Summary rows: ``key``, ``value`` and, where it leads on, ``href``."""
Source = Callable[[OrganisationSummary, Viewer, date], Rows]


def add(app: Flask, source: Source) -> None:
    """Have a function asked for rows, after those that were added before; it may take one statement."""
    app.extensions.setdefault("organisation_rows", []).append(source)


def rows_of(organisation: OrganisationSummary, viewer: Viewer, today: date) -> Rows:
    """The rows of every feature that was added."""
    sources: list[Source] = current_app.extensions.get("organisation_rows", [])
    return [row for source in sources for row in source(organisation, viewer, today)]
