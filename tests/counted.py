"""Hears what is sent to the database, so that tests can say how much that may be; it must not know any test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from tracker.db import database


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement that is sent to the database meanwhile, those that begin a transaction too."""
    sent: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(database.engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(database.engine, "before_cursor_execute", note)
