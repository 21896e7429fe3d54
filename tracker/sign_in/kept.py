"""What was being typed when a sign-in ran out, on its way through the pages of signing in; it must not know any form.

It travels in hidden fields, because it belongs to nobody yet: nothing of it is stored. Whoever sends it gets it back,
known or not, and so there is an end to how much comes back.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import request

from tracker.web.text import with_plain_line_ends

NEVER_KEPT = frozenset({"csrf_token", "password", "current_password", "code", "first_code", "prepared"})
"""Secrets are typed again: they do not travel through pages. The token belongs to the session that is over."""
LONGEST = 512 * 1024
"""Characters in all, names included: a hundred times the longest text that a form takes."""
_BUTTON = "submit"
_IN_FRONT = "kept."


@dataclass(frozen=True, slots=True)
class Kept:
    """What was typed, by the name of its field; false where there is nothing. ``is_too_long``: it was let go of."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    is_too_long: bool = False

    def __bool__(self) -> bool:
        return bool(self.fields)


def typed_in_post() -> Kept:
    """What this request was to save, before it was found that nobody is signed in."""
    typed = {name: request.form.getlist(name) for name in request.form if name not in NEVER_KEPT}
    # Nothing was typed, or nothing that may travel: the page is opened anew after the sign-in.
    return _kept({} if set(typed) <= {_BUTTON} else typed)


def brought_along() -> Kept:
    """What the page before this one carried in its hidden fields."""
    names = [name for name in request.form if name.startswith(_IN_FRONT)]
    return _kept({name.removeprefix(_IN_FRONT): request.form.getlist(name) for name in names})


def _kept(typed: Mapping[str, Sequence[str]]) -> Kept:
    # Line ends count as one: a browser sends two characters for each, whichever it was given.
    size = sum(len(name) + sum(len(with_plain_line_ends(value)) for value in typed[name]) for name in typed)
    return Kept(typed) if size <= LONGEST else Kept(is_too_long=True)
