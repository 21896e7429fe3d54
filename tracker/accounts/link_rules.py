"""What a one-time link is good for; plain Python."""

from __future__ import annotations

from enum import StrEnum


class LinkPurpose(StrEnum):
    """What a one-time link is good for."""

    SET_PASSWORD = "set_password"  # nosec B105  # noqa: S105 - a word, not a password
    INVITATION = "invitation"
    ADDRESS = "address"  # shows that a corrected email address is read by whom it is for
