"""Times the audit at a million entries: its page and filters on the clock, its check against reading and hashing."""

from __future__ import annotations

import hashlib
import os
import sys
from datetime import UTC, datetime, timedelta
from time import perf_counter

import make
import sqlalchemy as sa
from bench.measuring import Scoreboard, in_pairs
from bench.running import KINDS, database_of_kind, make_app, request_of, signed_in, statements_behind
from flask import Flask

from tracker.accounts.rules import Role
from tracker.audit.models import AuditChain, AuditEntry, hash_of_entry
from tracker.audit.queries import verify_chains
from tracker.db import database, session
from tracker.schema import METADATA

CHAINS = 1_000
ENTRIES = int(os.environ.get("BENCH_AUDIT_ENTRIES", "1000000"))
BATCH = 10_000
AT_MOST_MILLISECONDS = 500.0
AT_MOST_TIMES = 4.0
AT_MOST_STATEMENTS = 10
PAIRS = 3
EMAIL = "audit@example.test"
ADDRESSES = {
    "first page": "/audit",
    "last page that is listed": "/audit?page=200",
    "one organisation": "/audit?organisation=Q0500",
    "one verb of a thousand entries": "/audit?what=second%20factor%20set%20up",
    "one verb of everybody": "/audit?what=status%20update",
    "one day": "/audit?from_on-day=1&from_on-month=6&from_on-year=2024&to_on-day=1&to_on-month=6&to_on-year=2024",
}
"""What each question is called, and its address."""


def main() -> int:
    board = Scoreboard()
    for kind in KINDS:
        with database_of_kind(kind) as url:
            app = make_app(url)
            with app.app_context():
                METADATA.create_all(database.engine)
                make.person(Role.ADMINISTRATOR, None, email=EMAIL)
                _fill()
            _time_pages(app, kind, board)
            with app.app_context():
                pairs = in_pairs(lambda: verify_chains(), _read_and_hash, pairs=PAIRS, warm_ups=0)
                board.ratio(f"{kind}, check of {ENTRIES:,} entries", pairs, AT_MOST_TIMES)
                database.session.remove()
                database.engine.dispose()
    return board.exit_code


def _fill() -> None:
    """So many entries in a thousand chains, each chained as ``audit.record`` does, four years of them."""
    tables = METADATA.tables
    names = [f"Q{number:04d}" for number in range(CHAINS)]
    engine = database.engine
    began = datetime(2021, 6, 2, tzinfo=UTC)
    heads = dict.fromkeys(names, "")
    with engine.begin() as connection:
        connection.execute(
            sa.insert(tables["audit_chain"]), [{"name": name, "length": 0, "head_hash": ""} for name in names]
        )
        ids = {row.name: row.id for row in connection.execute(sa.select(AuditChain.name, AuditChain.id))}
        organisations = [{"code": name, "organisation_type": "trust", "recorded_at": began} for name in names]
        connection.execute(sa.insert(tables["organisation"]), organisations)
        for start in range(0, ENTRIES, BATCH):
            rows = []
            for number in range(start, min(start + BATCH, ENTRIES)):
                name = names[number % CHAINS]
                entry = AuditEntry(
                    number=number // CHAINS + 1,
                    recorded_at=began + timedelta(seconds=number * 126),
                    person_id=None,
                    role="lead",
                    verb="second factor set up" if number % 1000 == 7 else "status update",
                    subject="8ua-2020 2.2",
                    before={"status": "in_progress", "version": 3},
                    after={"status": "on_track", "version": 4, "entry": number},
                    request_id=f"{number:016x}",
                    previous_hash=heads[name],
                )
                heads[name] = hash_of_entry(entry, name)
                rows.append(
                    {column: getattr(entry, column) for column in _COLUMNS}
                    | {"chain_id": ids[name], "entry_hash": heads[name]}
                )
            connection.execute(sa.insert(tables["audit_entry"]), rows)
        connection.execute(
            sa.update(tables["audit_chain"])
            .where(tables["audit_chain"].c.name == sa.bindparam("chain"))
            .values(length=sa.bindparam("to"), head_hash=sa.bindparam("head")),
            [
                {"chain": name, "to": (ENTRIES - 1 - place) // CHAINS + 1, "head": heads[name]}
                for place, name in enumerate(names)
            ],
        )
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")


_COLUMNS = (
    "number",
    "recorded_at",
    "person_id",
    "role",
    "verb",
    "subject",
    "before",
    "after",
    "request_id",
    "previous_hash",
)


def _time_pages(app: Flask, kind: str, board: Scoreboard) -> None:
    cookie = signed_in(app, EMAIL)
    for name, address in ADDRESSES.items():
        ask = request_of(app, address, cookie)
        ask()
        taken = []
        for _ in range(5):
            began = perf_counter()
            ask()
            taken.append(1000 * (perf_counter() - began))
        what = f"{kind}, audit of {ENTRIES:,} entries, {name}"
        board.figure(what, sorted(taken)[2], "ms", AT_MOST_MILLISECONDS)
        board.figure(f"{what}, statements", len(statements_behind(app, address, cookie)), "", AT_MOST_STATEMENTS)


def _read_and_hash() -> int:
    """The least that a check costs: every row read in order, and as many bytes hashed."""
    rows = (
        session()
        .connection()
        .execution_options(yield_per=1000)
        .execute(sa.select(AuditEntry.__table__).order_by(AuditEntry.chain_id, AuditEntry.number))
    )
    return sum(len(hashlib.sha256(repr(row).encode()).digest()) for row in rows)


if __name__ == "__main__":
    sys.exit(main())
