"""What tests of one's own account borrow from those of accounts."""

from integration.accounts.conftest import cheap_hashes, fields_of, later, robin, tables

__all__ = ["cheap_hashes", "fields_of", "later", "robin", "tables"]
