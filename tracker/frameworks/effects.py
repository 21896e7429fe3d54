"""Tells whoever keeps what is asked of which organisation that it may have changed; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_change(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

Handler = Callable[[], None]


def on_change(app: Flask, handler: Handler) -> None:
    """Have a handler called after frameworks, organisations or the tracked types have changed."""
    app.extensions.setdefault("asked_effects", []).append(handler)


def tell() -> None:
    """Call every handler, now."""
    handlers: list[Handler] = current_app.extensions.get("asked_effects", [])
    for handler in handlers:
        handler()
