"""Puts a throw-away database back as it was, in milliseconds, and reads it; it must not know what was attacked."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import Any, Protocol

import sqlalchemy as sa
from sqlalchemy import event

from tracker.schema import METADATA

Tables = dict[str, dict[Any, dict[str, Any]]]


class Store(Protocol):
    """A database that remembers how it was."""

    def remember(self) -> None: ...

    def put_back(self) -> None: ...

    def is_changed(self) -> bool: ...

    def tables(self) -> Tables: ...


def store_of(engine: sa.Engine) -> Store:
    return InMemory(engine) if engine.dialect.name == "sqlite" else OnServer(engine)


class InMemory:
    """SQLite in memory: its own backup copies all of it at once."""

    def __init__(self, engine: sa.Engine) -> None:
        connection = engine.raw_connection()
        self._memory: sqlite3.Connection = connection.driver_connection  # type: ignore[assignment]
        connection.close()
        self._beginning = sqlite3.connect(":memory:", check_same_thread=False)
        self._written = 0

    def remember(self) -> None:
        self._memory.backup(self._beginning)
        self._written = self._memory.total_changes

    def put_back(self) -> None:
        if self.is_changed():
            self._beginning.backup(self._memory)
            self._written = self._memory.total_changes

    def is_changed(self) -> bool:
        return self._memory.total_changes != self._written

    def tables(self) -> Tables:
        stored: Tables = {}
        for table in METADATA.sorted_tables:
            names = [column.name for column in table.columns]
            columns = ", ".join(f'"{name}"' for name in names)
            with closing(self._memory.execute(f'SELECT {columns} FROM "{table.name}"')) as rows:
                stored[table.name] = {row[names.index("id")]: dict(zip(names, row, strict=True)) for row in rows}
        return stored


class OnServer:
    """PostgreSQL: what was written is found by listening, and put back table by table."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        self._is_changed = False
        self._rows: list[tuple[sa.Table, list[dict[str, Any]]]] = []
        event.listen(engine, "before_cursor_execute", self._listen)

    def _listen(self, _connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if statement.lstrip()[:6].upper() in ("INSERT", "UPDATE", "DELETE"):
            self._is_changed = True

    def remember(self) -> None:
        with self._engine.connect() as connection:
            self._rows = [
                (table, [dict(row) for row in connection.execute(sa.select(table)).mappings()])
                for table in METADATA.sorted_tables
            ]
        self._is_changed = False

    def put_back(self) -> None:
        if not self._is_changed:
            return
        names = ", ".join(table.name for table, _ in self._rows)
        with self._engine.begin() as connection:
            connection.exec_driver_sql(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
            for table, rows in self._rows:
                if rows:
                    connection.execute(sa.insert(table), rows)
                    highest = max(row["id"] for row in rows)
                    connection.execute(sa.select(sa.func.setval(f"{table.name}_id_seq", highest)))
        self._is_changed = False

    def is_changed(self) -> bool:
        return self._is_changed

    def tables(self) -> Tables:
        with self._engine.connect() as connection:
            return {
                table.name: {
                    row["id"]: {name: _hashable(value) for name, value in row.items()}
                    for row in connection.execute(sa.select(table)).mappings()
                }
                for table in METADATA.sorted_tables
            }


def _hashable(value: Any) -> Any:
    return repr(value) if isinstance(value, dict | list) else value
