"""A page of the overdue list while whoever makes the tables anew gives every row another key: nothing falls out."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import make
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from tracker.accounts.rules import Role
from tracker.db import database, session, transaction
from tracker.progress import kept
from tracker.progress.kept_models import StandingNow

PATH = "/review/overdue?overdue=any&sort=system&page=2"


@pytest.fixture
def as_region(client: FlaskClient, world: make.World) -> FlaskClient:
    with transaction():
        kept.keep()
    make.sign_in(client, Role.REGION, world.north_region)
    return client


@contextmanager
def whenever_read(then: str) -> Iterator[list[str]]:
    """Run a statement after each that reads the rows; the statements that read them."""
    found: list[str] = []

    def seen(_connection: Any, cursor: Any, statement: str, *_rest: object) -> None:
        if statement.startswith("SELECT") and "standing_now" in statement:
            found.append(statement)
            if then:
                cursor.connection.cursor().execute(then)

    sa.event.listen(database.engine, "after_cursor_execute", seen)
    try:
        yield found
    finally:
        sa.event.remove(database.engine, "after_cursor_execute", seen)


def test_a_page_is_the_same_when_every_row_gets_another_key_between_two_statements(as_region: FlaskClient) -> None:
    before = as_region.get(PATH).get_data(as_text=True)
    with whenever_read("UPDATE standing_now SET id = id + 100000"):
        answer = as_region.get(PATH)
    assert answer.status_code == 200
    assert answer.get_data(as_text=True).count("app-row-heading") == before.count("app-row-heading") > 1


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_sorted_for_a_page_is_read_from_an_index_alone(as_region: FlaskClient) -> None:
    """Of the rows themselves only those of the page are looked up, by their keys."""
    with whenever_read("") as found:
        as_region.get("/review/overdue")
    (part,) = [each for each in found if "ORDER BY" in each and "LIMIT" in each]
    values = [1] * part.count("?")
    told = [row[3] for row in session().connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {part}", tuple(values))]
    of_rows = [line for line in told if StandingNow.__tablename__ in line]
    assert len(of_rows) == 2, told
    assert any("USING COVERING INDEX ix_standing_now_" in line for line in of_rows), told
    assert any("USING INTEGER PRIMARY KEY" in line for line in of_rows), told
