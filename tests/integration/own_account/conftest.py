"""What tests of one's own account borrow from those of accounts."""

from integration.accounts.conftest import fields_of, later, robin, tables

__all__ = ["fields_of", "later", "robin", "tables"]
