"""What tests of who answers for what need: people at browsers, a country with neighbours, cheap passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bench.running import statements_of
from flask.testing import FlaskClient
from integration.accounts.conftest import country, tables
from integration.at_browsers import enter, robin, sam

from tracker.db import database

__all__ = ["country", "enter", "robin", "sam", "tables"]


@pytest.fixture
def statements(robin: FlaskClient) -> Callable[[str], int]:
    """How many statements a page takes, once it has been asked for before."""

    def count(path: str) -> int:
        robin.get(path)
        with statements_of(database.engine) as heard:
            assert robin.get(path).status_code == 200
        return len(heard)

    return count
