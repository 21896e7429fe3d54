"""What tests of the register need: people at browsers, a country with neighbours, cheap passwords."""

from __future__ import annotations

from integration.accounts.conftest import country, tables
from integration.at_browsers import enter, robin, sam

__all__ = ["country", "enter", "robin", "sam", "tables"]
