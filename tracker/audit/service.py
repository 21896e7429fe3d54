"""Adds entries to the audit, each chained by hash to the one before it; never commits, so that an entry stands or
falls with the change it tells of. It knows no feature: callers say what happened in their own words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from flask import g, has_request_context
from sqlalchemy.dialects import postgresql, sqlite

from tracker import clock
from tracker.audit.models import AuditChain, AuditEntry
from tracker.db import session

SERVICE_CHAIN = "service"
LONGEST_SUBJECT = 120


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

    ``by`` is an opaque person id, None for the service itself. ``before`` and ``after`` must hold no names or
    addresses of people: an entry can never be changed afterwards.
    """
    chain = _locked_chain(organisation_code or SERVICE_CHAIN)
    entry = AuditEntry(
        chain_id=chain.id,
        number=chain.length + 1,
        recorded_at=clock.now(),
        person_id=by,
        role=role,
        verb=verb,
        subject=_short(subject),
        before=_plain(before),
        after=_plain(after),
        request_id=getattr(g, "request_id", "") if has_request_context() else "",
        previous_hash=chain.head_hash,
        entry_hash="",
    )
    entry.entry_hash = entry.computed_hash(chain.name)
    chain.length = entry.number
    chain.head_hash = entry.entry_hash
    session().add(entry)
    session().flush()


def _locked_chain(name: str) -> AuditChain:
    """The head of a chain, locked until the end of the transaction; made on its first use."""
    insert = postgresql.insert if session().get_bind().dialect.name == "postgresql" else sqlite.insert
    session().execute(
        insert(AuditChain).values(name=name, length=0, head_hash="").on_conflict_do_nothing(index_elements=["name"])
    )
    return (
        session()
        .scalars(
            sa.select(AuditChain)
            .where(AuditChain.name == name)
            .with_for_update()
            .execution_options(populate_existing=True)
        )
        .one()
    )


def _short(subject: str) -> str:
    """A label that outgrew its column is cut where one can see it: it must not stop the change it tells of."""
    return subject if len(subject) <= LONGEST_SUBJECT else subject[: LONGEST_SUBJECT - 1] + "…"


def _plain(values: Mapping[str, Any] | None) -> dict[str, Any] | None:
    if values is None:
        return None
    return {key: value.isoformat() if isinstance(value, date | datetime) else value for key, value in values.items()}
