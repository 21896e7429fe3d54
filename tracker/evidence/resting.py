"""Warns, before evidence is changed, that another body has signed for an ask it serves; it must not know who signs.

What is signed for is known above; ``app.py`` registers a function that says it: ``init_resting(app, function)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

from flask import Flask, current_app

from tracker.frameworks.catalogue import Catalogue
from tracker.web.wording import in_words

SignedFor = Callable[[int], Collection[int]]


def init_resting(app: Flask, signed_for: SignedFor) -> None:
    """Let a function say, of an organisation, the ids of the asks whose evidence another body has signed for."""
    app.extensions["evidence_resting"] = signed_for


def warning(organisation_id: int, catalogue: Catalogue, ask_ids: Collection[int] | None = None) -> str:
    """What a change of evidence would end, of these asks or of all, as a sentence; "" where it would end nothing."""
    signed_for: SignedFor | None = current_app.extensions.get("evidence_resting")
    signed = set(signed_for(organisation_id)) if signed_for else set()
    if ask_ids is not None:
        signed &= set(ask_ids)
    return words([ask.ref for ask in catalogue.asks.values() if ask.ask_id in signed])


def words(refs: list[str]) -> str:
    """The sentence about asks by their numbers.

    >>> words([]), words(["2.3"])[:24], words(["2.3", "6.1"])[:30]
    ('', 'Ask 2.3 is assured. To a', 'Asks 2.3 and 6.1 are assured. ')
    """
    if not refs:
        return ""
    named = f"Ask {refs[0]} is assured" if len(refs) == 1 else f"Asks {in_words(refs)} are assured"
    which = "its assurance" if len(refs) == 1 else "the assurance of that ask"
    return (
        f"{named}. To add evidence for an ask that is assured, to replace it or to take it away ends {which}: somebody "
        "signed for what was there. The ask counts as claimed again, and both sides are told."
    )
