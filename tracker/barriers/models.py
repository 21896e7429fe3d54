"""Tables of barriers."""
