"""Checks the audit: that every chain follows from its beginning, and that it is still what was sealed."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby
from typing import Any

import sqlalchemy as sa

from tracker.audit.models import AuditChain, AuditEntry, AuditSeal, SealedHead, hash_of_entry, hash_of_seal
from tracker.db import read, session

BATCH = 1000
"""Rows that stand in memory at once: an audit of millions is read through, never held."""
TELL_EVERY = 100_000


def verify_chains(on_progress: Callable[[int], None] | None = None) -> tuple[int, int, list[str]]:
    """The number of chains, the number of entries, and a sentence for each chain that does not hold.

    Heads and entries are read by one statement, so that a save in the middle of the check is not taken for a break.
    """
    rows = read(
        # Columns and not objects: half the time.
        sa.select(
            AuditChain.id.label("chain"), AuditChain.name, AuditChain.length, AuditChain.head_hash, AuditEntry.__table__
        )
        .outerjoin(AuditEntry, AuditEntry.chain_id == AuditChain.id)
        .order_by(AuditChain.id, AuditEntry.number)
        .execution_options(yield_per=BATCH)
    )
    chains, entries, faults = 0, 0, list[str]()
    for _, links in groupby(rows, key=lambda row: row.chain):
        chains += 1
        fault, reached = None, (0, "")
        head: tuple[str, int, str] = ("", 0, "")
        for link in links:
            head = (link.name, link.length, link.head_hash)
            if link.number is None:
                continue  # A chain that was begun and never added to.
            entries += 1
            if on_progress is not None and entries % TELL_EVERY == 0:
                on_progress(entries)
            fault = fault or _fault_of(link, *reached)
            reached = (link.number, link.entry_hash)
        name, length, head_hash = head
        if fault is None and reached != (length, head_hash):
            fault = f"Chain {name}: its last entries are missing or its head was changed."
        if fault is not None:
            faults.append(fault)
    return chains, entries, faults


def _fault_of(entry: Any, number_before: int, hash_before: str) -> str | None:
    """What is wrong with one entry, given the one before it."""
    if entry.number != number_before + 1:
        return f"Chain {entry.name}: an entry is missing before number {entry.number}."
    if entry.previous_hash != hash_before or hash_of_entry(entry, entry.name) != entry.entry_hash:
        return f"Chain {entry.name}: entry {entry.number} was changed."
    return None


def verify_seals() -> tuple[int, list[str]]:
    """The number of seals, and a sentence for each that does not hold and each chain that is not what was sealed.

    A chain that was shortened, or recomputed from the middle on, follows from its own beginning without a fault; what
    stood at its end when it was sealed gives it away. Each seal is read with what its heads point at by one statement.
    """
    rows = read(
        sa.select(
            AuditSeal.number,
            AuditSeal.sealed_at,
            AuditSeal.previous_hash,
            AuditSeal.seal_hash,
            AuditChain.name,
            SealedHead.length,
            SealedHead.head_hash,
            AuditEntry.entry_hash,
        )
        .outerjoin(SealedHead, SealedHead.seal_id == AuditSeal.id)
        .outerjoin(AuditChain, AuditChain.id == SealedHead.chain_id)
        .outerjoin(
            AuditEntry, sa.and_(AuditEntry.chain_id == SealedHead.chain_id, AuditEntry.number == SealedHead.length)
        )
        .order_by(AuditSeal.number)
        .execution_options(yield_per=BATCH)
    )
    seals, faults, rewritten = 0, list[str](), dict[str, str]()
    number, seal_hash = 0, ""
    for _, parts in groupby(rows, key=lambda row: row.number):
        seals += 1
        heads = list(parts)
        seal = heads[0]
        if seal.number != number + 1:
            faults.append(f"Seal {seal.number}: the one before it is missing.")
        elif seal.previous_hash != seal_hash or seal.seal_hash != hash_of_seal(seal, _heads_of(heads)):
            faults.append(f"Seal {seal.number}: it was changed.")
        number, seal_hash = seal.number, seal.seal_hash
        for head in heads:
            if head.name is not None and head.entry_hash != head.head_hash:
                rewritten.setdefault(
                    head.name, f"Chain {head.name}: it is not what was sealed as entry {head.length} by seal {number}."
                )
    return seals, faults + list(rewritten.values())


def _heads_of(rows: list[Any]) -> list[tuple[str, int, str]]:
    return [(row.name, row.length, row.head_hash) for row in rows if row.name is not None]


def find_seal(seal_hash: str) -> int | None:
    """The number of the seal with this hash, or None: then the audit is not the one from which the hash was kept."""
    return session().scalar(sa.select(AuditSeal.number).where(AuditSeal.seal_hash == seal_hash))
