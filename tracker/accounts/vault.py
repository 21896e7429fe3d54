"""Encrypts what must be read back and must not lie open in a backup: the secrets of authenticators.

The key is made from SECRET_KEY; what an earlier key encrypted is still read while it stands in SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator

from flask import current_app


class SealedByAnotherKey(Exception):
    """The text was encrypted with a key that this service no longer has."""


def seal(text: str) -> str:
    """The text, encrypted with the present key."""
    from cryptography.fernet import Fernet

    return Fernet(next(_keys())).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    """The text again; raises SealedByAnotherKey where no key of the settings opens it."""
    from cryptography.fernet import Fernet, InvalidToken, MultiFernet

    try:
        return MultiFernet([Fernet(key) for key in _keys()]).decrypt(sealed.encode()).decode()
    except InvalidToken as fault:
        raise SealedByAnotherKey from fault


def _keys() -> Iterator[bytes]:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    for secret in (current_app.config["SECRET_KEY"], *(current_app.config["SECRET_KEY_FALLBACKS"] or ())):
        derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"authenticator secrets").derive(secret.encode())
        yield base64.urlsafe_b64encode(derived)
