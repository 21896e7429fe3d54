"""Codes of an authenticator app (RFC 6238: six digits, a new one every 30 seconds); knows no account."""

from __future__ import annotations

import hmac
from datetime import datetime

import pyotp

SECONDS = 30
STEPS_AROUND = 1
"""A clock that is up to half a minute wrong, or a slow typist, is let in."""
ISSUER = "Health inequalities action tracker"
GROUP = 4


def new_secret() -> str:
    """160 random bits in the letters that authenticator apps read."""
    return pyotp.random_base32()


def in_groups(secret: str) -> str:
    """A secret as people read it out and type it; apps leave the spaces away.

    >>> in_groups("JBSWY3DPEHPK3PXP")
    'JBSW Y3DP EHPK 3PXP'
    """
    return " ".join(secret[start : start + GROUP] for start in range(0, len(secret), GROUP))


def address_for_app(secret: str, account_name: str) -> str:
    """What a QR code tells an authenticator app: the secret, and under which name to show its codes."""
    return pyotp.TOTP(secret).provisioning_uri(name=account_name, issuer_name=ISSUER)


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
