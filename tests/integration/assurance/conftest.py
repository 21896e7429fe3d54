"""What the tests of assurance share: counting the statements of a page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from bench.running import statements_of
from flask.testing import FlaskClient

from tracker.db import database


@pytest.fixture
def statements() -> Callable[[FlaskClient, str], int]:
    """How many statements a page takes, once it has been asked for before."""

    def count(client: FlaskClient, path: str) -> int:
        client.get(path)
        with statements_of(database.engine) as heard:
            assert client.get(path).status_code == 200
        return len(heard)

    return count
