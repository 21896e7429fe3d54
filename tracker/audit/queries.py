"""Reads the audit and checks its chains."""

from __future__ import annotations

from itertools import groupby

import sqlalchemy as sa

from tracker.audit.models import AuditChain, AuditEntry
from tracker.db import session

BATCH = 1000


def verify_chains() -> tuple[int, int, list[str]]:
    """The number of chains, the number of entries, and a sentence for each chain that does not hold.

    Heads and entries are read by one statement, so that a save in the middle of the check is not taken for a break.
    """
    rows = session().execute(
        sa.select(AuditChain.id, AuditChain.name, AuditChain.length, AuditChain.head_hash, AuditEntry)
        .outerjoin(AuditEntry, AuditEntry.chain_id == AuditChain.id)
        .order_by(AuditChain.id, AuditEntry.number)
        .execution_options(yield_per=BATCH)
    )
    chains, entries, faults = 0, 0, list[str]()
    for _, links in groupby(rows, key=lambda row: row.id):
        chains += 1
        fault, reached = None, (0, "")
        head: tuple[str, int, str] = ("", 0, "")
        for _, name, length, head_hash, entry in links:
            head = (name, length, head_hash)
            if entry is None:
                continue  # A chain that was begun and never added to.
            entries += 1
            fault = fault or _fault_of(name, entry, *reached)
            reached = (entry.number, entry.entry_hash)
        name, length, head_hash = head
        if fault is None and reached != (length, head_hash):
            fault = f"Chain {name}: its last entries are missing or its head was changed."
        if fault is not None:
            faults.append(fault)
    return chains, entries, faults


def _fault_of(name: str, entry: AuditEntry, number_before: int, hash_before: str) -> str | None:
    """What is wrong with one entry, given the one before it."""
    if entry.number != number_before + 1:
        return f"Chain {name}: an entry is missing before number {entry.number}."
    if entry.previous_hash != hash_before or entry.computed_hash(name) != entry.entry_hash:
        return f"Chain {name}: entry {entry.number} was changed."
    return None
