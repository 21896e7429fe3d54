"""Reads the audit and checks its chains."""

from __future__ import annotations

import sqlalchemy as sa

from tracker.audit.models import AuditChain, AuditEntry
from tracker.audit.service import entry_hash
from tracker.db import session

BATCH = 1000


def verify_chains() -> tuple[int, int, list[str]]:
    """The number of chains, the number of entries, and a sentence for each chain that does not hold."""
    heads = {
        chain.id: (chain.name, chain.length, chain.head_hash) for chain in session().scalars(sa.select(AuditChain))
    }
    faults: dict[int, str] = {}
    reached = dict.fromkeys(heads, (0, ""))
    entries = 0
    rows = session().scalars(
        sa.select(AuditEntry).order_by(AuditEntry.chain_id, AuditEntry.number).execution_options(yield_per=BATCH)
    )
    for entry in rows:
        entries += 1
        number, previous = reached[entry.chain_id]
        name = heads[entry.chain_id][0]
        if entry.number != number + 1:
            faults.setdefault(entry.chain_id, f"Chain {name}: an entry is missing before number {entry.number}.")
        elif entry.previous_hash != previous or entry_hash(entry) != entry.entry_hash:
            faults.setdefault(entry.chain_id, f"Chain {name}: entry {entry.number} was changed.")
        reached[entry.chain_id] = (entry.number, entry.entry_hash)
    for chain_id, (name, length, head_hash) in heads.items():
        if reached[chain_id] != (length, head_hash):
            faults.setdefault(chain_id, f"Chain {name}: its last entries are missing or its head was changed.")
    return len(heads), entries, list(faults.values())
