"""Password hashing and what a password must be; knows no account."""

from __future__ import annotations

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.accounts.guessable import is_guessable

SHORTEST, LONGEST = 12, 128

_HASHER = PasswordHasher()
# Checked against when an address is unknown, so that known and unknown addresses take the same time.
_NOBODYS_HASH = _HASHER.hash("nobody has this password")


def password_fault(password: str) -> str | None:
    """What is wrong with a proposed password, as a sentence, or None.

    >>> password_fault("too short")
    'Your password must be at least 12 characters. Three random words make a good one.'
    """
    if len(password) < SHORTEST:
        return f"Your password must be at least {SHORTEST} characters. Three random words make a good one."
    if len(password) > LONGEST:
        return f"Your password must be {LONGEST} characters or fewer."
    if len(set(password)) < 4:
        return "Your password repeats the same few characters. Three random words make a good one."
    if is_guessable(password):
        return "Your password is one that many people use. Three random words make a good one."
    return None


def hash_password(password: str) -> str:
    """An argon2id hash with the library's current parameters."""
    return _HASHER.hash(password)


def is_password(password_hash: str | None, password: str) -> bool:
    """Whether the password is right; takes as long for an account that does not exist."""
    try:
        return _HASHER.verify(password_hash or _NOBODYS_HASH, password) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False
