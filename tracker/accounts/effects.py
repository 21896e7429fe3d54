"""Tells whoever keeps something open for a person that they may do less from now on; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_shut_out(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, current_app

Handler = Callable[[int], None]
"""Told the number of the person, after the role has ended or the account was switched off."""


def on_shut_out(app: Flask, handler: Handler) -> None:
    """Have a handler called whenever a role of somebody has ended or their account was switched off."""
    app.extensions.setdefault("shut_out_effects", []).append(handler)


def tell_shut_out(person_id: int) -> None:
    """Call every handler, now."""
    handlers: list[Handler] = current_app.extensions.get("shut_out_effects", [])
    for handler in handlers:
        handler(person_id)
