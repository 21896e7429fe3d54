"""From which role somebody acts who signs in, out, or changes their own account; it knows no page and no change."""

from __future__ import annotations

from tracker.accounts import viewers

OWN_ACCOUNT = "own account"
"""Of somebody who holds no role at present: what they see to is still their own."""


def role_of(person_id: int) -> str:
    """The roles that somebody holds at this moment, as the audit keeps them. Everybody sees to their own account."""
    return ", ".join(sorted(viewers.roles_held(person_id))) or OWN_ACCOUNT
