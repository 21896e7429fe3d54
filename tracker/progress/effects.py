"""Tells whoever keeps what an assurer saw that an ask came to be assured, or was and is not; it must not know who.

``app.py`` registers handlers when it wires the application: ``effects.on_assurance(app, handler)``. Each runs inside
the transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from flask import Flask, current_app

from tracker.frameworks.rules import StatusClass
from tracker.progress.rows import Told
from tracker.progress.rules import EntryKind


@dataclass(frozen=True, slots=True)
class AssuranceMoved:
    """One ask of one organisation moved to being assured or from it, by an entry of a kind.

    ``before_id`` is the entry that counted until then, ``entry_id`` the one that counts now; ``body_id`` is the body
    for which an assurer decided.
    """

    told: Told
    kind: EntryKind
    status_class: StatusClass
    before_id: int | None
    entry_id: int
    body_id: int | None


Handler = Callable[[AssuranceMoved], None]


def on_assurance(app: Flask, handler: Handler) -> None:
    """Have a handler called for every such move, in the order in which they were registered."""
    app.extensions.setdefault("assurance_effects", []).append(handler)


def tell(moved: AssuranceMoved) -> None:
    """Call every handler, now."""
    handlers: list[Handler] = current_app.extensions.get("assurance_effects", [])
    for handler in handlers:
        handler(moved)
