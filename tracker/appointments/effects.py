"""Tells whoever relies on who is in post that it may have changed in an organisation; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_change(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class PostsChanged:
    """Somebody recorded, corrected, ended or handed over appointments of one organisation, in a role."""

    organisation_id: int
    organisation_code: str
    by: int
    role: str


Handler = Callable[[PostsChanged], None]


def on_change(app: Flask, handler: Handler) -> None:
    """Have a handler called for every change, in the order in which they were registered."""
    app.extensions.setdefault("appointment_effects", []).append(handler)


def tell(changed: PostsChanged) -> None:
    """Call every handler, now. Call it before the audit of the organisation is written.

    A handler may have to wait for whoever is saving there, who in turn waits for that audit.
    """
    handlers: list[Handler] = current_app.extensions.get("appointment_effects", [])
    for handler in handlers:
        handler(changed)
