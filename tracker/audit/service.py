"""Adds entries to the audit, each chained by hash to the one before it, and seals the chains; never commits, so that an
entry stands or falls with the change it tells of. It knows no feature: callers say what happened in their own words.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import click
import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.audit.models import AuditChain, AuditEntry, AuditSeal, SealedHead
from tracker.db import read, session

SERVICE_CHAIN = "service"
COMMAND_LINE, SERVICE_ITSELF = "command line", "the service"
"""The role of whoever has the server's command line and needs no other, and of what runs by itself: daily jobs."""
LONGEST_SUBJECT, LONGEST_ROLE = 120, 40
SEAL_LOCK = 4_020_922
"""The number of the advisory lock that keeps two seals on PostgreSQL apart (any number that nobody else uses)."""
_RUN = "tracker.audit.run"


def record(
    *,
    verb: str,
    subject: str,
    by: int | None = None,
    role: str = "",
    organisation_code: str | None = None,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
) -> None:
    """Add one entry to the chain of an organisation, or of the service where no organisation is named.

    ``by`` is an opaque person id, None for the service itself and for a command. ``role`` is the role through which
    they acted; where none is given outside a request it is COMMAND_LINE or SERVICE_ITSELF.

    ``before`` and ``after`` hold codes, classes, dates, counts and ids: no names, no addresses, and no text that
    somebody typed freely (a narrative, a reason, a search). An entry can never be changed or taken out again, and free
    text may hold what somebody has a right to have erased. It stands in the append-only row of its own feature, whose
    id the entry names, so that every change can be traced to its words for as long as they may be kept.
    """
    chain = _locked_chain(organisation_code or SERVICE_CHAIN)
    entry = AuditEntry(
        chain_id=chain.id,
        number=chain.length + 1,
        recorded_at=clock.now(),
        person_id=by,
        role=_cut(role or _role_without_a_viewer(), LONGEST_ROLE),
        verb=verb,
        subject=_cut(subject, LONGEST_SUBJECT),
        before=_plain(before),
        after=_plain(after),
        request_id=_request_id(),
        previous_hash=chain.head_hash,
        entry_hash="",
    )
    entry.entry_hash = entry.computed_hash(chain.name)
    # Every save comes through here, and objects that the session watches would cost as much again as the statements.
    connection = session().connection()
    connection.execute(_ADD_ENTRY, {name: getattr(entry, name) for name in _COLUMNS})
    connection.execute(_MOVE_HEAD, {"chain": chain.id, "moved_to": entry.number, "new_hash": entry.entry_hash})


@dataclass(frozen=True, slots=True)
class Sealed:
    """The newest seal, and how many chains it was made over just now: none where nothing has moved since."""

    number: int
    seal_hash: str
    chains: int


def seal_chains() -> Sealed | None:
    """Seal the heads of all chains that have grown since the last seal; None while nothing was ever recorded.

    Call it in a transaction, once a day. Saves go on meanwhile: the heads are read by one statement, and each was
    written together with its last entry, so a seal says of every chain what was true at one instant.
    """
    if session().get_bind().dialect.name == "postgresql":
        session().execute(sa.select(sa.func.pg_advisory_xact_lock(SEAL_LOCK)))
    last = session().scalars(sa.select(AuditSeal).order_by(AuditSeal.number.desc()).limit(1)).one_or_none()
    grown = _grown_chains()
    if not grown:
        return None if last is None else Sealed(last.number, last.seal_hash, 0)
    seal = AuditSeal(
        number=last.number + 1 if last else 1,
        sealed_at=clock.real_now(),
        previous_hash=last.seal_hash if last else "",
        seal_hash="",
    )
    seal.seal_hash = seal.computed_hash((chain.name, chain.length, chain.head_hash) for chain in grown)
    session().add(seal)
    session().flush()
    heads = [
        {"seal_id": seal.id, "chain_id": chain.id, "length": chain.length, "head_hash": chain.head_hash}
        for chain in grown
    ]
    session().execute(sa.insert(SealedHead), heads)
    return Sealed(seal.number, seal.seal_hash, len(grown))


def _grown_chains() -> list[sa.Row[tuple[int, str, int, str]]]:
    """The chains that are longer than when they were last sealed."""
    sealed = (
        sa.select(SealedHead.chain_id, sa.func.max(SealedHead.length).label("length"))
        .group_by(SealedHead.chain_id)
        .subquery()
    )
    return list(
        session().execute(
            sa.select(AuditChain.id, AuditChain.name, AuditChain.length, AuditChain.head_hash)
            .outerjoin(sealed, sealed.c.chain_id == AuditChain.id)
            .where(AuditChain.length > sa.func.coalesce(sealed.c.length, 0))
        )
    )


def _locked_chain(name: str) -> sa.Row[int, str, int, str]:
    """The head of a chain, locked until the end of the transaction; made on its first use."""
    found = read(_HEAD, {"chain": name}).one_or_none()
    if found is None:
        insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
        new = insert(AuditChain).values(name=name, length=0, head_hash="")
        session().execute(new.on_conflict_do_nothing(index_elements=["name"]))
        found = read(_HEAD, {"chain": name}).one()
    return found


# Two who add to a chain queue; a seal, whose rows point at it, waits for nobody and keeps nobody waiting.
_HEAD = (
    sa.select(AuditChain.id, AuditChain.name, AuditChain.length, AuditChain.head_hash)
    .where(AuditChain.name == sa.bindparam("chain"))
    .with_for_update(key_share=True)
)
_COLUMNS = [column.name for column in AuditEntry.__table__.columns if not column.primary_key]
_ADD_ENTRY = sa.insert(AuditEntry)
_MOVE_HEAD = (
    sa.update(AuditChain)
    .where(AuditChain.id == sa.bindparam("chain"))
    .values(length=sa.bindparam("moved_to"), head_hash=sa.bindparam("new_hash"))
)


def _role_without_a_viewer() -> str:
    if has_request_context():
        return ""  # Somebody who is not signed in.
    return SERVICE_ITSELF if click.get_current_context(silent=True) is None else COMMAND_LINE


def _request_id() -> str:
    """What the entries of one request have in common, and those of one command."""
    if has_request_context():
        return str(getattr(g, "request_id", ""))
    command = click.get_current_context(silent=True)
    return "" if command is None else str(command.meta.setdefault(_RUN, secrets.token_hex(8)))


def _cut(text: str, longest: int) -> str:
    """A label that outgrew its column is cut where one can see it: it must not stop the change it tells of."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in values.items()}
