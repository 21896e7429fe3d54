"""Encrypts what must be read back and must not lie open in a backup: the secrets of authenticators.

AES-256-GCM with a key made from SECRET_KEY; what an earlier key encrypted is still read while it stands in
SECRET_KEY_FALLBACKS.
"""

from __future__ import annotations

import base64
import binascii
import secrets
from collections.abc import Iterator

from flask import current_app

NONCE_BYTES = 12
PURPOSE = b"authenticator secrets"
"""Bound to each text, so that nothing sealed for another purpose can be put in its place."""


class SealedByAnotherKey(Exception):
    """The text was encrypted with a key that this service no longer has, or was changed since."""


def seal(text: str) -> str:
    """The text, encrypted with the present key."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    nonce = secrets.token_bytes(NONCE_BYTES)
    sealed = AESGCM(next(_keys())).encrypt(nonce, text.encode(), PURPOSE)
    return base64.urlsafe_b64encode(nonce + sealed).decode()


def unseal(sealed: str) -> str:
    """The text again; raises SealedByAnotherKey where no key of the settings opens it."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    try:
        raw = base64.urlsafe_b64decode(sealed)
    except (binascii.Error, ValueError) as fault:
        raise SealedByAnotherKey from fault
    for key in _keys():
        try:
            return AESGCM(key).decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], PURPOSE).decode()
        except (InvalidTag, ValueError):
            continue
    raise SealedByAnotherKey


def _keys() -> Iterator[bytes]:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    for secret in (current_app.config["SECRET_KEY"], *(current_app.config["SECRET_KEY_FALLBACKS"] or ())):
        yield HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(secret.encode())
