"""Tells whoever keeps what is asked of which organisation that it may have changed; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_change(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Flask, current_app

Handler = Callable[[Collection[int] | None], None]
"""Told which organisations it is about; None stands for all of them."""


def on_change(app: Flask, handler: Handler) -> None:
    """Have a handler called after frameworks, organisations, their services or the tracked types have changed."""
    app.extensions.setdefault("asked_effects", []).append(handler)


def tell(organisation_ids: Collection[int] | None = None) -> None:
    """Call every handler, now. Call it before the audit of an organisation is written.

    A handler may have to wait for whoever is saving there, who in turn waits for that audit.
    """
    handlers: list[Handler] = current_app.extensions.get("asked_effects", [])
    for handler in handlers:
        handler(organisation_ids)
