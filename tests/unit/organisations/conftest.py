"""What is known after made-up lists were imported."""

from __future__ import annotations

import pytest
from unit.organisations.imports_planned import LISTS, Known, etr_row, known_after


@pytest.fixture(scope="module")
def lists() -> Known:
    return known_after({}, *LISTS)


@pytest.fixture(scope="module")
def one_trust(lists: Known) -> Known:
    """The lists, and XT1 by an etr; the other trusts are gone from it."""
    parents = {code: picture for code, picture in lists.items() if not code.startswith(("XT", "TX"))}
    return known_after(parents, ("etr.csv", etr_row()))
