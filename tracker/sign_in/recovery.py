"""Recovery codes: ten codes that stand in for a lost authenticator, each once; none commits."""

from __future__ import annotations

import base64
import secrets

import sqlalchemy as sa

from tracker import clock
from tracker.accounts.models import RecoveryCode
from tracker.accounts.tokens import token_hash
from tracker.db import session

HOW_MANY = 10
BYTES = 20
"""160 random bits: 128 are asked for (OWASP ASVS 5.0, 11.5.1), and a plain hash may keep so many (6.5.2)."""
GROUP = 4
"""Short enough to be read out, and to break a line after on a narrow screen; eight groups leave nothing over."""


def renew(account_id: int) -> list[str]:
    """Ten new codes, shown once; the ones before are void."""
    session().execute(sa.delete(RecoveryCode).where(RecoveryCode.account_id == account_id))
    codes = [base64.b32encode(secrets.token_bytes(BYTES)).decode().lower() for _ in range(HOW_MANY)]
    session().add_all(
        RecoveryCode(account_id=account_id, code_hash=token_hash(code), created_at=clock.real_now()) for code in codes
    )
    session().flush()
    return ["-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP)) for code in codes]


def take(account_id: int, typed: str) -> bool:
    """Use up a code; False when it is none of the account's unused ones. Hyphens, spaces and capitals do not matter."""
    bare = "".join(mark for mark in typed.lower() if mark.isalnum())
    used = session().execute(
        sa.update(RecoveryCode)
        .where(
            RecoveryCode.account_id == account_id,
            RecoveryCode.code_hash == token_hash(bare),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=clock.real_now())
        .returning(RecoveryCode.id)
    )
    return used.first() is not None


def how_many_left(account_id: int) -> int:
    """How many codes of an account are unused."""
    return (
        session().scalar(
            sa.select(sa.func.count()).where(RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None))
        )
        or 0
    )
