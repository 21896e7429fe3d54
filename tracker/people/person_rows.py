"""Lets features beside this one put rows on the page of a person; it must not know which.

``app.py`` registers them when it wires the application: ``person_rows.add(app, function)``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from flask import Flask, current_app

from tracker.accounts.rules import Viewer

Rows = Sequence[dict[str, str]]
"""Summary rows: ``key``, ``value`` and, where it leads on, ``href``."""
Source = Callable[[int, Viewer, date], Rows]


def add(app: Flask, source: Source) -> None:
    """Have a function asked for rows, after those that were added before; it may take one statement."""
    app.extensions.setdefault("person_rows", []).append(source)


def rows_of(person_id: int, viewer: Viewer, today: date) -> Rows:
    """The rows of every feature that was added, of somebody whom the viewer may see."""
    sources: list[Source] = current_app.extensions.get("person_rows", [])
    return [row for source in sources for row in source(person_id, viewer, today)]
