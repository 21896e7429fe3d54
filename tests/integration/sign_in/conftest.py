"""What tests of signing in borrow from those of accounts."""

from integration.accounts.conftest import fields_of, later, robin, tables

__all__ = ["fields_of", "later", "robin", "tables"]
