"""Codes of an authenticator app (RFC 6238: six digits, a new one every 30 seconds); knows no account."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
STEPS_AROUND = 1
"""A clock that is up to half a minute wrong, or a slow typist, is let in."""


def new_secret() -> str:
    """160 random bits in the letters that authenticator apps read."""
    return pyotp.random_base32()


def step_of(now: datetime) -> int:
    """The number of the time step an instant lies in."""
    return int(now.timestamp()) // SECONDS


def code_of(secret: str, step: int) -> str:
    """The code of one time step."""
    return pyotp.TOTP(secret).generate_otp(step)


def matching_step(secret: str, code: str, now: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is, of the present one and its neighbours, or None.

    A step at or before the last one taken never matches, so that a code that was seen cannot be used again.
    """
    bare = "".join(code.split())
    here = step_of(now)
    for step in range(here - STEPS_AROUND, here + STEPS_AROUND + 1):
        is_fresh = last_step is None or step > last_step
        if is_fresh and hmac.compare_digest(code_of(secret, step).encode(), bare.encode()):
            return step
    return None
