"""The database: the base of every model, its column types, and the one way to write; it knows no feature."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any, ClassVar

import sqlalchemy as sa
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

NAMING_CONVENTION = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

BIG_ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
"""Millions of history rows outgrow 32 bits on PostgreSQL; SQLite numbers rows itself only for INTEGER."""


class UtcDateTime(sa.types.TypeDecorator[datetime]):
    """An instant. Refuses naive values; stores UTC and gives back UTC on every database."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("An instant without a time zone was about to be stored.")
        in_utc = value.astimezone(UTC)
        return in_utc.replace(tzinfo=None) if dialect.name == "sqlite" else in_utc

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def stored_enum(kind: type[StrEnum], *, check: str = "") -> sa.Enum:
    """A column type that stores an enumeration by value, in text, with a CHECK on the values.

    ``check`` names the CHECK where a table has two columns of one kind.
    """
    return sa.Enum(
        kind,
        name=check or re.sub(r"(?<!^)(?=[A-Z])", "_", kind.__name__).lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


def index_on(dialect: str, name: str, *columns: str) -> sa.Index:
    """An index that only databases of one kind have; ``is_of`` tells migrations."""
    return sa.Index(name, *columns, info={"dialect": dialect}).ddl_if(dialect=dialect)


def is_of(dialect: str) -> Callable[..., bool]:
    """Whether something of the models belongs in databases of a kind: an ``include_object`` of Alembic's."""
    return lambda thing, *_: getattr(thing, "info", {}).get("dialect", dialect) == dialect


class InThisOrder(sa.Join):
    """A join whose left side SQLite goes through first, whatever it expects of it; PostgreSQL decides for itself."""

    inherit_cache = True


@compiles(InThisOrder)
def _join(element: InThisOrder, compiler: Any, **options: Any) -> str:
    joined: str = compiler.visit_join(element, **options)
    return joined


@compiles(InThisOrder, "sqlite")
def _join_in_order(element: InThisOrder, compiler: Any, **options: Any) -> str:
    # Its own is the last: joins of the left side come before it, and the right side is a table.
    before, _, after = _join(element, compiler, **options).rpartition(" JOIN ")
    return f"{before} CROSS JOIN {after}"


class Base(DeclarativeBase):
    """The base of every model; models inherit this and not ``db.Model``, which would turn them into Any."""

    metadata = sa.MetaData(naming_convention=NAMING_CONVENTION)
    type_annotation_map: ClassVar[dict[Any, Any]] = {datetime: UtcDateTime, dict[str, Any]: sa.JSON, list[Any]: sa.JSON}

    id: Mapped[int] = mapped_column(BIG_ID, primary_key=True)


database = SQLAlchemy(metadata=Base.metadata)


def session() -> Session:
    """The session of this request or command, typed."""
    current: Session = database.session()
    return current


def read(statement: sa.Executable, parameters: Mapping[str, Any] | None = None) -> sa.CursorResult[*tuple[Any, ...]]:
    """Run a select of columns. Half the cost of the session's own ``execute``, which looks for objects in every row.

    What the session has not written yet is written first, so that a read sees it.
    """
    current = session()
    if current.new or current.dirty or current.deleted:
        current.flush()
    return current.connection().execute(statement, parameters or {})


@contextmanager
def transaction() -> Iterator[Session]:
    """Do everything inside or nothing: commits at the end, rolls back on any error, the commit's own included.

    The reads that came before end first, so that what is loaded inside is fresh, and on SQLite the write lock is
    taken at the start: a transaction that reads before it writes would otherwise fail when another writer is faster.
    """
    current = session()
    if current.in_transaction():
        current.commit()
    try:
        current.connection(execution_options={"takes_write_lock": True})
        yield current
        current.commit()
    except BaseException:
        current.rollback()
        raise


@contextmanager
def one_by_one() -> Iterator[Callable[[sa.Executable, Mapping[str, Any]], None]]:
    """Run statements that write, each a transaction by itself: a third of the cost of ``transaction()`` for each.

    For what is written thousands of times in a row, each time for good before anything else happens. They go over one
    connection, which is in no transaction between two of them.
    """
    engine = database.engine
    # SQLite commits a statement that nobody began a transaction for; its driver must not be told so in its own way.
    is_sqlite = engine.dialect.name == "sqlite"
    by_itself: dict[str, Any] = {"is_by_itself": True} if is_sqlite else {"isolation_level": "AUTOCOMMIT"}
    with engine.connect() as plain:
        connection = plain.execution_options(**by_itself)

        def run(statement: sa.Executable, parameters: Mapping[str, Any]) -> None:
            current = session()
            if current.in_transaction():
                current.commit()
            connection.execute(statement, parameters)

        yield run


def configure_sqlite(engine: sa.Engine) -> None:
    """Make SQLite keep foreign keys, wait for locks, let readers read while one writes, and begin when told to."""

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _record: object) -> None:
        # The driver's own BEGIN comes too late (only before the first write); SQLAlchemy's event below does it.
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA busy_timeout = 10000")
        cursor.execute("PRAGMA journal_mode = WAL")
        # 64 MB: the index from which a list of the whole country is counted and sorted stays in memory.
        cursor.execute("PRAGMA cache_size = -65536")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _on_begin(connection: sa.Connection) -> None:
        options = connection.get_execution_options()
        if options.get("is_by_itself", False):
            return
        takes_lock = options.get("takes_write_lock", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if takes_lock else "BEGIN")
