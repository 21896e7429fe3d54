"""Password hashing and what a password must be; knows no account."""

from __future__ import annotations

from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from tracker.accounts.guessable import is_guessable, own_words

SHORTEST, LONGEST = 12, 128

_HASHER = PasswordHasher()
# Checked against when an address is unknown, so that known and unknown addresses take the same time.
_NOBODYS_HASH = _HASHER.hash("nobody has this password")


def password_fault(password: str, about: Iterable[str] = ()) -> str | None:
    """What is wrong with a proposed password, as a sentence, or None. ``about``: its owner's name, address, bodies.

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
    if is_guessable(password, own_words(about)):
        return (
            "Your password is made of your own name, email address or organisation. Three random words make a good one."
        )
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


def hash_to_renew(password_hash: str, password: str) -> str | None:
    """A hash of the same password with the present parameters where the kept one has others, or None.

    For a password that was checked just now: nobody else's is at hand in clear.
    """
    return _HASHER.hash(password) if _HASHER.check_needs_rehash(password_hash) else None
