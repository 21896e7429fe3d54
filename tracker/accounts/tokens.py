"""Random tokens of sessions and links, and what the database keeps of them."""

from __future__ import annotations

import hashlib
import secrets


def new_token() -> str:
    """256 random bits, fit for an address and a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token: a leaked table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()
