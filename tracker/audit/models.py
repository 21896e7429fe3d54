"""Tables of the audit: one hash chain for each organisation and one for the service; knows no feature."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.db import Base

_spelled = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode
"""The one way a hash spells what it is over; made once, because a check asks it millions of times."""


class AuditChain(Base):
    """The head of one chain; locked while an entry is added, so that saves queue per organisation and no wider."""

    __tablename__ = "audit_chain"

    name: Mapped[str] = mapped_column(sa.String(20), unique=True)
    length: Mapped[int] = mapped_column(default=0)
    head_hash: Mapped[str] = mapped_column(sa.String(64), default="")


class AuditEntry(Base):
    """One change or event. Rows are added, never changed and never deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        sa.UniqueConstraint("chain_id", "number"),
        sa.Index("ix_audit_entry_person_id", "person_id"),
        sa.Index("ix_audit_entry_recorded_at", "recorded_at"),
    )

    chain_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_chain.id"))
    number: Mapped[int]
    recorded_at: Mapped[datetime]
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id"))
    role: Mapped[str] = mapped_column(sa.String(40), default="")
    verb: Mapped[str] = mapped_column(sa.String(60))
    subject: Mapped[str] = mapped_column(sa.String(120))
    before: Mapped[dict[str, Any] | None]
    after: Mapped[dict[str, Any] | None]
    request_id: Mapped[str] = mapped_column(sa.String(64), default="")
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    entry_hash: Mapped[str] = mapped_column(sa.String(64))

    def computed_hash(self, chain_name: str) -> str:
        """The hash that belongs to what this entry says; see ``hash_of_entry``."""
        return hash_of_entry(self, chain_name)


def hash_of_entry(entry: Any, chain_name: str) -> str:
    """SHA-256 over all an entry says, its chain and the hash before it: a change or a gap breaks the chain.

    ``entry`` is an AuditEntry or a row of its columns, because a check of millions reads no objects.
    """
    said = {
        "chain": chain_name,
        "number": entry.number,
        "recorded_at": entry.recorded_at.isoformat(),
        "person": entry.person_id,
        "role": entry.role,
        "verb": entry.verb,
        "subject": entry.subject,
        "before": entry.before,
        "after": entry.after,
        "request": entry.request_id,
        "previous": entry.previous_hash,
    }
    return hashlib.sha256(_spelled(said).encode()).hexdigest()


class AuditSeal(Base):
    """One sealing of the heads of all chains that had moved; each seal holds the hash of the one before it.

    Whoever may change entries could recompute a chain from any of them on; a seal kept elsewhere tells.
    """

    __tablename__ = "audit_seal"

    number: Mapped[int] = mapped_column(unique=True)
    sealed_at: Mapped[datetime]
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    seal_hash: Mapped[str] = mapped_column(sa.String(64))

    def computed_hash(self, heads: Iterable[tuple[str, int, str]]) -> str:
        """The hash that belongs to this seal over these heads; see ``hash_of_seal``."""
        return hash_of_seal(self, heads)


def hash_of_seal(seal: Any, heads: Iterable[tuple[str, int, str]]) -> str:
    """SHA-256 over a seal (or a row of its columns), the hash before it and the name, length and hash of each head."""
    said = {
        "number": seal.number,
        "sealed_at": seal.sealed_at.isoformat(),
        "previous": seal.previous_hash,
        "heads": sorted(list(head) for head in heads),
    }
    return hashlib.sha256(_spelled(said).encode()).hexdigest()


class SealedHead(Base):
    """How long a chain was when it was sealed, and the hash of its last entry then."""

    __tablename__ = "audit_sealed_head"
    __table_args__ = (sa.UniqueConstraint("seal_id", "chain_id"),)

    seal_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_seal.id"))
    chain_id: Mapped[int] = mapped_column(sa.ForeignKey("audit_chain.id"))
    length: Mapped[int]
    head_hash: Mapped[str] = mapped_column(sa.String(64))
