"""Tells whoever relies on evidence what became of a piece, for each ask that it serves; it must not know who that is.

``app.py`` registers handlers when it wires the application: ``effects.on_change(app, handler)``. Each runs inside the
transaction of the change that it is told of, so that both are stored or neither, and in the order of registration.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from flask import Flask, current_app

from tracker.db import session
from tracker.evidence.rules import Became


@dataclass(frozen=True, slots=True)
class EvidenceChanged:
    """One piece of evidence of an organisation, and what became of it for each ask, by the ask's id.

    ``by`` and ``role`` are whose change it was; None and "" where time did it.
    """

    organisation_id: int
    organisation_code: str
    evidence_id: int
    asks: Mapping[int, Became]
    by: int | None
    role: str


Handler = Callable[[EvidenceChanged], None]
Lock = Callable[[Sequence[tuple[int, int]]], None]
"""Locks what is told of: ids of organisations and asks."""


def on_change(app: Flask, handler: Handler) -> None:
    """Have a handler called for every change, all asks of it at once.

    Handlers that only move tables are registered before those that audit: whoever makes such a table anew locks it
    first and an organisation's chain after, and two that do it the other way round would wait for each other.
    """
    app.extensions.setdefault("evidence_effects", []).append(handler)


def lock_by(app: Flask, lock: Lock) -> None:
    """Have what several changes touch locked by this, before the first of them is told."""
    app.extensions["evidence_lock"] = lock


def tell_all(changes: Sequence[EvidenceChanged]) -> None:
    """Tell of several in one transaction. Call it before the audit of an organisation is written."""
    lock: Lock | None = current_app.extensions.get("evidence_lock")
    if lock is not None:
        lock([(changed.organisation_id, ask_id) for changed in changes for ask_id in changed.asks])
    for changed in changes:
        tell(changed)


def tell(changed: EvidenceChanged) -> None:
    """Call every handler, now; nobody where no ask is touched."""
    if not changed.asks:
        return
    session().flush()
    handlers: list[Handler] = current_app.extensions.get("evidence_effects", [])
    for handler in handlers:
        handler(changed)
