"""Takes all rows of a database and puts them into an empty one, quickly; it must not know what they say."""

from __future__ import annotations

import contextlib
from typing import Any

import sqlalchemy as sa

from tracker.db import database, session
from tracker.schema import METADATA

Rows = list[tuple[sa.Table, list[dict[str, Any]]]]
"""The rows of each table that has any."""


def as_bytes() -> bytes | None:
    """The whole database where it is SQLite in memory; None elsewhere."""
    engine = database.engine
    if engine.dialect.name != "sqlite" or engine.url.database not in (None, ":memory:"):
        return None
    session().commit()
    with contextlib.closing(engine.raw_connection()) as connection:
        content: bytes = connection.driver_connection.serialize()
    return content


def put_bytes(content: bytes) -> None:
    """Let the database in memory be what ``as_bytes`` gave."""
    session().commit()
    with contextlib.closing(database.engine.raw_connection()) as connection:
        connection.driver_connection.deserialize(content)


def all_rows() -> Rows:
    """Everything that is stored, in an order in which it can be put back."""
    rows = [
        (table, [dict(row._mapping) for row in session().execute(sa.select(table))]) for table in METADATA.sorted_tables
    ]
    session().commit()
    return [(table, stored) for table, stored in rows if stored]


def insert_rows(rows: Rows) -> None:
    """Put rows into a database that has none."""
    if session().get_bind().dialect.name == "postgresql":
        _insert_on_server(rows)
    else:
        _insert_each(rows)
    session().commit()


def _insert_each(rows: Rows) -> None:
    for table, stored in rows:
        session().execute(sa.insert(table), stored)


def _insert_on_server(rows: Rows) -> None:
    """From tables beside ours where the rows are kept; they are put there the first time."""
    run = session().connection().exec_driver_sql
    if run(f"SELECT to_regclass('kept.{rows[0][0].name}')").scalar() is None:
        _insert_each(rows)
        copies = [f"CREATE TABLE kept.{table.name} AS SELECT * FROM {table.name}" for table, _ in rows]
        run("; ".join(["CREATE SCHEMA kept", *copies]))
    else:
        run("; ".join(f"INSERT INTO {table.name} SELECT * FROM kept.{table.name}" for table, _ in rows))
    highest = {table.name: max(row["id"] for row in stored) for table, stored in rows}
    run("SELECT " + ", ".join(f"setval('{name}_id_seq', {number})" for name, number in highest.items()))
