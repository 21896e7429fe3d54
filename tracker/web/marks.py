"""The mark that a page is open to everybody; the access hook refuses every view that bears no mark at all.

It must not know roles or permissions: those belong to accounts, which sets the same attribute elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

PUBLIC = "public"

View = TypeVar("View", bound=Callable[..., Any])


def public(view: View) -> View:
    """Let people who are not signed in see this view."""
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view
