"""What is read about one's own account, as values; knows no table and no page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from tracker.accounts.rules import Role, SignInMethod


@dataclass(frozen=True, slots=True)
class Profile:
    """Who somebody is here and how they sign in. ``second_factor_at``: since when they have an authenticator."""

    account_id: int
    name: str
    email: str
    has_password: bool
    second_factor_at: datetime | None
    codes_left: int


@dataclass(frozen=True, slots=True)
class RoleHeld:
    """A role with the body it is held in; no body for national and administrator."""

    role: Role
    code: str | None
    body: str | None
    granted_at: datetime


@dataclass(frozen=True, slots=True)
class LiveSession:
    """A browser in which somebody is signed in now."""

    session_id: int
    browser: str
    method: SignInMethod
    started_at: datetime
    last_seen_at: datetime
