"""Tells whoever relies on evidence that it is not what it was; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_loss(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from flask import Flask, current_app

from tracker.evidence.rules import Loss


@dataclass(frozen=True, slots=True)
class EvidenceLost:
    """One ask of one organisation lost a piece of evidence, or has another version of it now.

    ``by`` and ``role`` are whose change it was; None and "" where time did it.
    """

    organisation_id: int
    organisation_code: str
    ask_id: int
    evidence_id: int
    cause: Loss
    by: int | None
    role: str


@dataclass(frozen=True, slots=True)
class EvidenceAdded:
    """One ask of one organisation has a piece of evidence more; ``by`` and ``role`` are whose change it was."""

    organisation_id: int
    organisation_code: str
    ask_id: int
    evidence_id: int
    by: int
    role: str


Handler = Callable[[EvidenceLost], None]
ChangeHandler = Callable[[int, Collection[int]], None]
"""Told the organisation and the asks."""
HandlerOfMore = Callable[[EvidenceAdded], None]


def on_loss(app: Flask, handler: Handler) -> None:
    """Have a handler called for every loss, in the order in which they were registered."""
    app.extensions.setdefault("evidence_effects", []).append(handler)


def tell(lost: EvidenceLost) -> None:
    """Call every handler, now."""
    handlers: list[Handler] = current_app.extensions.get("evidence_effects", [])
    for handler in handlers:
        handler(lost)


def on_change(app: Flask, handler: ChangeHandler) -> None:
    """Have a handler called whenever asks rest on other evidence than a moment before, losses and gains alike."""
    app.extensions.setdefault("evidence_changes", []).append(handler)


def tell_changed(organisation_id: int, ask_ids: Collection[int]) -> None:
    """Call every such handler, now. What time does by itself (an expiry that passes) is not told here."""
    handlers: list[ChangeHandler] = current_app.extensions.get("evidence_changes", [])
    for handler in handlers:
        handler(organisation_id, ask_ids)


def on_more(app: Flask, handler: HandlerOfMore) -> None:
    """Have a handler called for every piece that comes to serve an ask.

    What is linked to by an update of the ask itself (``uses.add_link``) is not told: the update is the change.
    """
    app.extensions.setdefault("evidence_more_effects", []).append(handler)


def tell_of_more(added: EvidenceAdded) -> None:
    """Call every handler, now."""
    handlers: list[HandlerOfMore] = current_app.extensions.get("evidence_more_effects", [])
    for handler in handlers:
        handler(added)
